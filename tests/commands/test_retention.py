"""`jirga retention run`: what has had its time is erased, told by kind and number, and gone from the files too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from tests import factories
from tests.case.conftest import Office, office
from tests.commands.terminal import Terminal
from tests.handling.acting import Place
from tests.handling.conftest import here
from tests.handling.test_closed_for_long import closed
from tests.watching import stored
from webapp.attempts import actions as attempts
from webapp.attempts.models import Attempt
from webapp.config import Settings, now
from webapp.factors import actions as factors
from webapp.factors.models import Factor, RecoveryCode
from webapp.history.tables import Step
from webapp.invitations import actions as invitations
from webapp.invitations.models import Invitation
from webapp.people import actions as people
from webapp.people.models import Person, SignIn
from webapp.people.rules import Role
from webapp.retention import SWEEPS, sweep
from webapp.sealer import HOUR, MOST_DUE, Sealer
from webapp.texts.models import Text
from webapp.unsent import actions as unsent
from webapp.unsent.models import Unsent
from webapp.uploads import actions as uploads
from webapp.uploads.models import Upload

__all__ = ["here", "office"]
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
LEFT = "words that an older version left"
#: What has its time.
KINDS = ["texts of withdrawn grievances", "texts of closed grievances", *(kind for kind in SWEEPS if kind != LEFT)]


def said(jirga: Terminal, *words: str) -> dict[str, str]:
    """Kind -> what the command says of it, in the order in which it says it; what nobody leaves any more aside."""
    found = dict(line.split(": ") for line in jirga.right("retention", "run", *words).splitlines())
    assert found.pop(LEFT) == f"0 {'due' if words else 'erased'}"
    return found


def live(jirga: Terminal, at: datetime) -> None:
    """Let the command live then."""
    jirga.patch.setattr("webapp.retention.now", lambda: at)


def fill(here: Place) -> None:
    """One of each kind that has had its time in 13 months, and one withdrawn."""
    session, owner = here.session, here.people["owner"]
    closed(here)
    here.take("owner", here.file(narrative="Synthetic: taken back."), Step.WITHDRAW)
    acting = factories.operator(session)
    other = here.file("stranger")
    unsent.keep(acting, here.people["reviewer"], here.state(other).id, "note", {"note": ["Synthetic."]})
    uploads.keep(session, factories.VAULT, owner.id, "Synthetic: a sheet.", now())
    for _ in range(2):
        people.sign_in(acting, session.get_one(Person, owner.id))
        acting = factories.operator(session)
    invitations.invite(acting, Role.ANALYST, (), "en")
    factors.prepare(acting, session.get_one(Person, here.people["analyst"].id), acting.at)
    attempts.begin(session, b"synthetic" + bytes(23), acting.at)
    session.commit()


def test_everything_that_is_due_is_told_by_kind(jirga: Terminal, here: Place) -> None:
    """A dry run changes nothing; the second run finds nothing left."""
    fill(here)
    before = stored(here.session)
    assert said(jirga, "--dry-run") == dict.fromkeys(KINDS, "0 due")
    assert said(jirga) == dict.fromkeys(KINDS, "0 erased")
    assert stored(here.session) == before
    live(jirga, here.at + timedelta(days=400))
    assert said(jirga, "--dry-run") == dict.fromkeys(KINDS, "1 due")
    assert stored(here.session) == before
    assert said(jirga) == dict.fromkeys(KINDS, "1 erased")
    assert said(jirga) == dict.fromkeys(KINDS, "0 erased")
    kept = {model: here.session.scalar(select(func.count()).select_from(model)) for model in (SignIn, Unsent, Upload)}
    assert kept == {SignIn: 1, Unsent: 0, Upload: 0}, "the month of a person's last sign-in stays known"
    here.session.rollback()
    assert jirga.whole()


def test_what_an_older_version_left_goes_at_once(jirga: Terminal, here: Place) -> None:
    """It erased what its owner saw: the notes of officials stayed, of a withdrawn one and of a subject like this."""
    gone, moved, stays = here.file(), here.file(start_year="2001"), here.file(start_year="2002")
    notes = [here.take("reviewer", reference, Step.NOTE) for reference in (gone, moved, stays)]
    stood = dict(map(tuple, here.session.execute(select(Text.event_id, Text.sealed))))
    here.session.rollback()
    here.take("owner", gone, Step.WITHDRAW)
    here.take("owner", gone, Step.ERASE_NOW)
    here.take("owner", moved, Step.CORRECT, district=None, subcategory="armed_threats", person_asked="yes")
    since = here.take("protector", moved, Step.NOTE)
    removed = here.take("reviewer", stays, Step.BLANK, blanked=f"{here.events(stays)[0].id}-narrative")
    for event in notes[:2]:
        here.session.execute(update(Text).where(Text.event_id == event).values(sealed=stood[event]))
    here.session.commit()
    assert jirga.whole(), "nothing of it shows"
    lines = [jirga.right("retention", "run", *words).splitlines() for words in (["--dry-run"], [], [])]
    assert [line[2] for line in lines] == [f"{LEFT}: 2 due", f"{LEFT}: 2 erased", f"{LEFT}: 0 erased"]
    stands = set(here.session.scalars(select(Text.event_id).where(Text.sealed.is_not(None))))
    here.session.rollback()
    assert stands == {notes[2], since, removed}
    assert jirga.whole()


def test_the_log_is_never_erased(jirga: Terminal, here: Place) -> None:
    fill(here)
    count = select(func.count()).select_from(text("audit_entries"))
    before = here.session.scalar(count)
    here.session.rollback()
    live(jirga, here.at + timedelta(days=4000))
    said(jirga)
    assert here.session.scalar(count) == before


def one_upload(session: Session, who: Person, at: datetime) -> None:
    uploads.keep(session, factories.VAULT, who.id, "Synthetic.", at)


def one_code(session: Session, who: Person, at: datetime) -> None:
    invitations.invite(factories.Acting(session, factories.VAULT, None, at), Role.ANALYST, (), "en")


def taken_back(session: Session, who: Person, at: datetime) -> None:
    acting = factories.Acting(session, factories.VAULT, None, at)
    made, _ = invitations.invite(acting, Role.ANALYST, (), "en")
    invitations.revoke(acting, made)


def pending_factor(session: Session, who: Person, at: datetime) -> None:
    factors.prepare(factories.Acting(session, factories.VAULT, None, at), who, at)


def used_recovery(session: Session, who: Person, at: datetime) -> None:
    acting = factories.Acting(session, factories.VAULT, None, at)
    (code, *_) = factors.renew_recovery(acting, who)
    session.flush()
    for row in session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == who.id).offset(1)):
        session.delete(row)
    session.flush()
    row = session.scalars(select(RecoveryCode)).one()
    row.used_at = at
    assert code


def signed_in(session: Session, who: Person, at: datetime, *, own_phone: bool = False) -> None:
    people.sign_in(factories.Acting(session, factories.VAULT, None, at), who, own_phone=own_phone)
    people.sign_in(factories.Acting(session, factories.VAULT, None, at + timedelta(days=365)), who)


def signed_in_at_home(session: Session, who: Person, at: datetime) -> None:
    signed_in(session, who, at, own_phone=True)


def signed_out(session: Session, who: Person, at: datetime) -> None:
    signed_in(session, who, at, own_phone=True)
    session.flush()
    session.scalars(select(SignIn).order_by(SignIn.started_at)).first().ended_at = at  # type: ignore[union-attr]


def guess(session: Session, who: Person, at: datetime) -> None:
    attempts.begin(session, bytes(32), at)


@pytest.mark.parametrize(
    ("make", "model", "days"),
    [
        (one_upload, Upload, 2 / 24),
        (one_code, Invitation, 37),
        (taken_back, Invitation, 30),
        (pending_factor, Factor, 1),
        (used_recovery, RecoveryCode, 1),
        (signed_in, SignIn, 1.5),
        (signed_in_at_home, SignIn, 31),
        (signed_out, SignIn, 1),
        (guess, Attempt, 30),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_each_kind_has_its_time(
    session: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch, make: Callable[..., None], model: Any,
    days: float,
) -> None:  # fmt: skip
    """Kept to the moment, then gone."""
    at, who = now(), factories.person(session)
    make(session, who, at)
    session.commit()
    count = select(func.count()).select_from(model)
    before = session.scalar(count) or 0
    for late, gone in ((timedelta(seconds=-1), 0), (timedelta(seconds=1), 1)):
        session.rollback()
        monkeypatch.setattr("webapp.retention.now", lambda late=late: at + timedelta(days=days) + late)
        assert sum(sweep(engine).values()) == gone
        assert session.scalar(count) == before - gone


def test_a_factor_in_force_and_codes_unused_stay(session: Session, engine: Engine, monkeypatch: Any) -> None:
    who = factories.person(session)
    factories.factor(session, who)
    factors.renew_recovery(factories.operator(session), who)
    one_code(session, who, now())
    session.commit()
    monkeypatch.setattr("webapp.retention.now", lambda: now() + timedelta(days=36))
    assert sum(sweep(engine).values()) == 0


@ONE
def test_no_byte_of_what_was_erased_stays_in_the_files(jirga: Terminal, here: Place, settings: Settings) -> None:
    """The database's pages are written over, and its log is emptied, also after many were filed and erased."""
    references = [closed(here, narrative=f"Synthetic: {'word ' * (5 * number)}here.") for number in range(25)]
    here.file("stranger", narrative="Synthetic: this one stays.")
    events = [event.id for one in references for event in here.state(one).history]
    gone = here.session.scalars(select(Text.sealed).where(Text.event_id.in_(events))).all()
    stays = here.session.scalars(select(Text.sealed).where(Text.event_id.not_in(events))).all()
    here.session.rollback()
    assert len(gone) == 50

    def found(sealed: Any) -> list[bool]:
        content = b"".join(path.read_bytes() for path in Path(settings.data_dir).glob("jirga.sqlite3*"))
        return [one[12:40] in content for one in sealed]

    assert all(found(gone))
    live(jirga, here.at + timedelta(days=400))
    assert said(jirga)["texts of closed grievances"] == "25 erased"
    assert not any(found(gone))
    assert all(found(stays))


@ONE
def test_whoever_still_reads_is_said_to(jirga: Terminal, here: Place, session: Session, engine: Engine) -> None:
    """Their moment holds the log; the next run empties it."""
    closed(here)
    session.rollback()
    with engine.connect() as reading:
        reading.execute(select(func.count()).select_from(Text))
        live(jirga, here.at + timedelta(days=400))
        done = jirga.run("retention", "run")
        assert (done.code, "somebody is reading" in done.err) == (0, True)
    assert jirga.run("retention", "run").err == ""


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_postgresql_clears_dead_rows_away(jirga: Terminal, here: Place, session: Session) -> None:
    closed(here)
    live(jirga, here.at + timedelta(days=400))
    said(jirga)
    session.rollback()
    last = "SELECT last_vacuum FROM pg_stat_user_tables WHERE relname = 'texts'"
    assert session.scalar(text(last)) is not None


def test_a_served_site_does_so_by_itself(
    here: Place, session: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many an hour that the log goes on being sealed."""
    monkeypatch.setattr("webapp.sealer.MOST_DUE", 2)
    assert MOST_DUE > 2
    for word in ("one", "two", "three"):
        closed(here, narrative=f"Synthetic: number {word}.")
    uploads.keep(session, factories.VAULT, here.people["owner"].id, "Synthetic.", now())
    session.commit()
    monkeypatch.setattr("webapp.retention.now", lambda: here.at + timedelta(days=400))
    sealer, stands = Sealer(engine, factories.VAULT), select(func.count()).where(Text.sealed.is_not(None))
    for number, left in ((1, 2), (2, 0)):
        sealer._tidy(number * (HOUR + 1.0))
        assert session.scalar(stands) == left
        assert session.scalar(select(func.count()).select_from(Upload)) == 0
        session.rollback()


def test_the_pages_say_that_the_words_are_gone(office: Office) -> None:
    """To the official and to the jirga; the note that could be written before is not offered any more."""
    reference = office.place.file()
    office.take("reviewer", reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    office.take("owner", reference, Step.CONFIRM)
    before = office.page("supervisor", reference)
    assert "the houses near the road" in before
    assert "Write an internal note" in before
    office.clock.forward(days=400)
    office.place.at = office.clock.at
    assert office.place.lapse(reference, Step.ERASE_CLOSED)
    after = office.page("supervisor", reference)
    assert "All words of this grievance were erased" in after
    assert "the houses near the road" not in after
    assert "Write an internal note" not in after
    told = "What was written in it was erased: the time for which words are kept after closing is over."
    assert told in after
    client = office.of("owner")
    assert told in client.get(f"/en/grievances/{reference}").text
