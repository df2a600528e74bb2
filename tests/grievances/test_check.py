"""`jirga check`: green on an instance with data, red after one row or byte is changed by hand."""

import uuid

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tests.commands.terminal import Terminal
from tests.paper.sheets import FULL, filed, row, sheet
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.summary.models import Ledger, OpenRelease, Published
from webapp.texts.models import Text


def red(jirga: Terminal) -> set[str]:
    """What is found wrong; a message never shows more than codes."""
    done = jirga.run("check")
    assert (done.code, done.err) == (1, ""), done
    assert "Synthetic" not in done.out
    return {line.split(":")[0] for line in done.out.splitlines() if not line.endswith(": ok")}


def test_one_ledger_row(instance: Terminal, session: Session) -> None:
    for column in ("grievances", "gatherings", "confirmed", "grievance_keys", "gathering_keys", "confirmed_keys"):
        change = update(Ledger).filter_by(**_first(session, Ledger))
        session.execute(change.values({column: getattr(Ledger, column) + 1}))
        session.commit()
        assert "ledger" in red(instance)
        session.execute(change.values({column: getattr(Ledger, column) - 1}))
        session.commit()
        assert instance.whole()


def _first(session: Session, model: type[Ledger] | type[Published]) -> dict[str, object]:
    """The key of one row."""
    names = [column.name for column in model.__mapper__.primary_key]
    found = session.execute(select(*(getattr(model, name) for name in names)).order_by(*names)).first()
    session.rollback()
    assert found is not None
    return dict(zip(names, found, strict=True))


def test_one_ledger_row_added_or_gone(instance: Terminal, session: Session) -> None:
    gone = session.get_one(Ledger, tuple(_first(session, Ledger).values()))
    values = {column.name: getattr(gone, column.name) for column in Ledger.__mapper__.columns}
    session.delete(gone)
    session.commit()
    assert "ledger" in red(instance)
    session.add(Ledger(**{**values, "area": "swat"}))
    session.commit()
    assert "ledger" in red(instance)


def test_a_ledger_row_moved_between_releases(instance: Terminal, session: Session) -> None:
    """The recount still agrees; what was published does not."""
    assert session.scalar(select(func.count()).select_from(Ledger).filter_by(release=3))
    session.execute(update(Ledger).filter_by(release=3, dimension="none").values(release=9))
    session.commit()
    assert instance.whole(), "a release that is not closed yet"
    session.execute(update(Ledger).filter_by(release=9).values(release=2, area="swat"))
    session.commit()
    assert red(instance) == {"ledger", "published"}


def test_one_published_row(instance: Terminal, session: Session) -> None:
    key = _first(session, Published)
    for column in ("grievances", "grievance_keys", "gathering_keys"):
        change = update(Published).filter_by(**key)
        session.execute(change.values({column: getattr(Published, column) + 1}))
        session.commit()
        assert red(instance) == {"published"}
        session.execute(change.values({column: getattr(Published, column) - 1}))
        session.commit()
    assert instance.whole()
    session.delete(session.get_one(Published, tuple(key.values())))
    session.commit()
    assert red(instance) == {"published"}


def test_one_byte_of_a_ciphertext(instance: Terminal, session: Session) -> None:
    text = session.scalars(select(Text).order_by(Text.id)).first()
    assert text is not None
    assert text.sealed is not None
    whole = text.sealed
    for place in (0, 1, 3, 12, len(whole) // 2, len(whole) - 1):
        text.sealed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        session.commit()
        assert red(instance) == {"texts"}, place
    for cut in (whole[:-1], whole[:20], b"", whole + b"\0"):
        text.sealed = cut
        session.commit()
        assert red(instance) == {"texts"}
    text.sealed = whole
    session.commit()
    assert instance.whole()


def test_two_ciphertexts_changed_places(instance: Terminal, session: Session) -> None:
    one, two = session.scalars(select(Text).order_by(Text.id).limit(2)).all()
    one.sealed, two.sealed = two.sealed, one.sealed
    session.commit()
    done = instance.run("check")
    assert done.code == 1
    assert "texts: 2 do not open" in done.out


def test_another_key_opens_nothing(instance: Terminal, session: Session) -> None:
    instance.set(JIRGA_VAULT_KEYS="0000000b:" + "A" * 43 + "=")
    assert red(instance) == {"keys", "texts"}
    assert "JIRGA_VAULT_KEYS" in instance.refused("release", code=1)


def test_another_secret_is_found_at_once(instance: Terminal) -> None:
    """With it the same paper would go in twice, unseen."""
    instance.set(JIRGA_SECRET_KEY="another secret for tests, forty characters")
    assert red(instance) == {"keys", "audit"}
    assert "JIRGA_SECRET_KEY" in instance.refused("import", filed(instance, sheet(30)), "--as", "elder", code=1)


def test_a_grievance_without_its_event(instance: Terminal, session: Session) -> None:
    """One that was slipped in behind the events."""
    one = session.scalars(select(Grievance).filter_by(consent_statistics=False)).first()
    assert one is not None
    values = {column.name: getattr(one, column.name) for column in Grievance.__mapper__.columns}
    session.add(Grievance(**{**values, "id": uuid.uuid4(), "client_id": uuid.uuid4(), "reference": "0000000000"}))
    session.commit()
    assert red(instance) == {"events"}


def test_a_skipped_release(instance: Terminal, session: Session) -> None:
    session.execute(update(OpenRelease).values(number=4))
    session.commit()
    assert red(instance) == {"release"}


@pytest.mark.parametrize(
    "change",
    [
        {"urgency": "life_danger"},
        {"district": "swat"},
        {"record_key": 4095},
        {"consent_statistics": False},
        {"confidentiality": "protected"},
        {"start_year": 2001},
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_grievance_changed_behind_the_ledger(instance: Terminal, session: Session, change: dict[str, object]) -> None:
    ordinary = {"confidentiality": "district_officials", "consent_statistics": True, "sensitivity": "no"}
    first = select(Grievance.id).filter_by(**ordinary).order_by(Grievance.id).limit(1).scalar_subquery()
    session.execute(update(Grievance).where(Grievance.id == first).values(change))
    session.commit()
    assert red(instance) == ({"ledger", "queue"} if "urgency" in change else {"ledger"})


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_place_in_the_queue_that_no_event_explains(instance: Terminal, session: Session) -> None:
    """Until `jirga init` works it out anew, as it does for what an older version stored."""
    first = select(Grievance.id).order_by(Grievance.id).limit(1).scalar_subquery()
    for change, wrong in (
        ({"queue_key": 1}, {"queue"}),
        ({"office": "police"}, {"queue"}),
        ({"queue_key": None}, {"queue"}),
    ):
        session.execute(update(Grievance).where(Grievance.id == first).values(change))
        session.commit()
        assert red(instance) == wrong
    instance.run("init")
    assert instance.whole()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_gathering_changed_behind_the_ledger(instance: Terminal, session: Session) -> None:
    session.execute(update(Gathering).values(women_heard="in_jirga"))
    session.commit()
    assert red(instance) == {"ledger"}


def test_a_status_without_its_event(instance: Terminal, session: Session) -> None:
    """Whatever it does to the figures."""
    counted = select(Grievance.id).filter_by(confidentiality="district_officials", consent_statistics=True)
    silent = select(Grievance.id).filter_by(consent_statistics=False)
    for which, found in ((counted, {"ledger", "queue", "status"}), (silent, {"queue", "status"})):
        first = which.order_by(Grievance.id).limit(1).scalar_subquery()
        for status, wrong in (("withdrawn", found), ("submitted", set())):
            session.execute(update(Grievance).where(Grievance.id == first).values(status=status))
            session.commit()
            assert (red(instance) if wrong else set()) == wrong
        assert instance.whole()


def test_a_text_that_was_emptied_behind_the_events(instance: Terminal, session: Session) -> None:
    first = select(Text.id).order_by(Text.id).limit(1).scalar_subquery()
    session.execute(update(Text).where(Text.id == first).values(sealed=None))
    session.commit()
    assert red(instance) == {"erased"}


def test_a_text_whose_row_was_taken_away(instance: Terminal, session: Session) -> None:
    """Every event says how many came with it, whatever was filed beside it."""
    told = [
        FULL,
        row(),
        row(narrative="", subcategory="armed_threats"),
        row(narrative="", confidentiality="numbers_only"),
    ]
    rows = [{**one, "gathering_ref": f"texts {number}"} for number, one in enumerate(told)]
    instance.right("import", filed(instance, rows), "--as", "elder")
    there = dict(map(tuple, session.execute(select(Text.event_id, func.count()).group_by(Text.event_id))))
    said = {one.id: one.codes["texts"] for one in session.scalars(select(Event)) if "texts" in one.codes}
    assert said == there
    assert set(said.values()) == {1, 3}
    assert len(said) < (session.scalar(select(func.count()).select_from(Event)) or 0), "some have none"
    session.rollback()
    assert "kept: ok" in instance.right("check").splitlines()
    for count in (3, 1):
        event = next(key for key, number in said.items() if number == count)
        first = select(Text.id).where(Text.event_id == event).order_by(Text.id).limit(1).scalar_subquery()
        session.execute(delete(Text).where(Text.id == first))
        session.commit()
        assert red(instance) == {"kept"}
    assert "kept: 2 events" in instance.run("check").out
