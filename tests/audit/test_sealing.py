"""Sealing: everything once, in seals without a gap, whoever seals and however late a commit comes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import factories
from tests.audit.hands import Hands
from tests.commands.terminal import Terminal
from webapp import db
from webapp.audit import actions, queries, rules
from webapp.audit.models import AuditEntry, AuditMember, AuditSeal
from webapp.config import Settings, now
from webapp.grievances.queries import CHAINED
from webapp.sealer import Sealer, seal_all


def held(session: Session) -> dict[int, int]:
    """Seal -> how many members."""
    session.rollback()
    found = session.execute(select(AuditMember.seal, func.count().label("count")).group_by(AuditMember.seal)).all()
    return {one.seal: one.count for one in found}


def numbers(session: Session) -> list[int]:
    """All seals."""
    session.rollback()
    return list(session.scalars(select(AuditSeal.number).order_by(AuditSeal.number)))


def append(engine: Engine, count: int) -> None:
    """Entries, each committed by itself."""
    for number in range(count):
        with db.open_session(engine, writes=True) as session, session.begin():
            actions.append(session, factories.VAULT, by=None, what="test", about={"number": number})


def test_a_new_instance_has_one_seal_of_nothing(hands: Hands) -> None:
    assert numbers(hands.session) == [1]
    assert held(hands.session) == {}
    assert hands.seal() == 0
    assert hands.wrong() == ""


def test_all_is_sealed_once(instance: Hands) -> None:
    assert numbers(instance.session) == [1, 2, 3, 4]
    assert held(instance.session) == {2: 7, 3: 6, 4: 6}
    assert instance.seal() == 0
    assert numbers(instance.session) == [1, 2, 3, 4]


def test_a_long_wait_is_several_seals(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (actions, queries, "webapp.sealer"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.MOST_MEMBERS", 4)
    for number in range(10):
        hands.append(about={"number": number})
    assert hands.seal() == 10
    assert held(hands.session) == {2: 4, 3: 4, 4: 2}
    assert hands.wrong() == ""


def test_forged_rows_hold_nobody_up(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are before the next one of ours."""
    monkeypatch.setattr(queries, "MOST_MEMBERS", 3)
    row = {"at": now(), "what": "forged", "about": {}}
    hands.session.execute(insert(AuditEntry), [row for _ in range(10)])
    hands.session.commit()
    ours = hands.append()
    assert hands.seal() == 1
    assert hands.sealed_in("audit", ours) == 2
    assert hands.wrong() == "entries not written by this site: 10, first audit 1"


def test_what_is_older_than_the_chain(hands: Hands) -> None:
    """Entries without a hash are taken into the first seal, and hold from then on."""
    hands.disarm()
    hands.sql("DELETE FROM audit_seals")
    hands.session.execute(
        insert(AuditEntry), [{"at": now(), "what": f"old_{number}", "about": {}} for number in range(7)]
    )
    hands.session.commit()
    with db.open_session(hands.session.get_bind().engine, writes=True) as session, session.begin():
        assert actions.begin(session, factories.VAULT, CHAINED, now())
        assert not actions.begin(session, factories.VAULT, CHAINED, now())
    assert held(hands.session) == {1: 7}
    hands.append()
    assert hands.wrong() == ""
    assert held(hands.session) == {1: 7, 2: 1}
    hands.sql("UPDATE audit_entries SET what = 'new' WHERE id = 3")
    assert hands.wrong() == "seals that do not match: 1, first 1"


def test_many_at_once_make_one_chain(hands: Hands, engine: Engine, settings: Settings) -> None:
    """Three who seal while four append: no gap, nothing twice, nothing left."""
    done = threading.Event()

    def seal() -> None:
        while not done.is_set():
            seal_all(engine, factories.VAULT)

    with ThreadPoolExecutor(7) as pool:
        sealing = [pool.submit(seal) for _ in range(3)]
        adding = [pool.submit(append, engine, 15) for _ in range(4)]
        try:
            for one in adding:
                one.result(60)
        finally:
            done.set()
        for one in sealing:
            one.result(60)
    hands.seal()
    found = held(hands.session)
    assert sum(found.values()) == 60
    assert numbers(hands.session) == list(range(1, max(found) + 1))
    assert hands.wrong() == ""


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_late_commit_with_a_lower_id(hands: Hands, engine: Engine) -> None:
    """Is sealed when it comes into sight, by a sealer that has gone on meanwhile."""
    one = Sealer(engine, factories.VAULT)
    with db.open_session(engine, writes=True) as late:
        actions.append(late, factories.VAULT, by=None, what="late")
        for _ in range(3):
            hands.append()
        assert one.look() == 3
        assert one.look() == 0
        late.commit()
    first = [hands.session.scalar(select(func.min(AuditEntry.id)).filter_by(what=what)) for what in ("late", "test")]
    assert first[0] < first[1]
    assert one.look() == 1
    assert hands.sealed_in("audit", first[0]) == 3
    assert hands.wrong() == ""


def test_the_horizon_follows_behind() -> None:
    """It is an id that was the highest two minutes before a complete look; every hour all is looked at again."""
    horizon = rules.Horizon()
    found = []
    for minute in range(63):
        found.append(horizon.at(minute * 60.0).get("audit"))
        horizon.looked(minute * 60.0, {"audit": minute * 100_000})
    late = rules.LATE_IDS
    assert found[:5] == [None, -late, -late, 0, 100_000]
    assert found[59] == 5_600_000
    assert found[60:] == [None, 6_000_000 - late, 6_000_000 - late]


def test_what_the_horizon_hides(hands: Hands, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later than any commit should be: it is sealed within the hour, and by the check at once."""
    clock = SimpleNamespace(seconds=0.0, monotonic=lambda: clock.seconds)
    monkeypatch.setattr("webapp.sealer.time", clock)
    monkeypatch.setattr(rules, "LATE_IDS", 0)
    one = Sealer(engine, factories.VAULT)
    hands.append()
    assert one.look() == 1
    hands.append_at(-5)
    clock.seconds = 10.0
    assert one.look() == 0
    clock.seconds = 3600.0
    assert one.look() == 1
    hands.append_at(-6)
    assert one.look() == 0
    assert hands.wrong() == ""
    assert hands.sealed_in("audit", -6) == 4


@pytest.mark.parametrize("model", [AuditSeal, AuditMember])
def test_seals_and_members_stay(instance: Hands, model: type[AuditSeal] | type[AuditMember]) -> None:
    session, table = instance.session, model.__tablename__
    before = session.execute(select(*model.__mapper__.columns)).all()
    for column in model.__mapper__.columns:
        assert refused(session, update(model).values({column.name: column}))
    assert refused(session, delete(model))
    if instance.dialect == "sqlite":
        assert refused(session, text(f"REPLACE INTO {table} SELECT * FROM {table}"))
    else:
        assert refused(session, text(f"TRUNCATE {table} CASCADE"))
    assert refused(session, insert(model), dict(before[0]._mapping))
    assert session.execute(select(*model.__mapper__.columns)).all() == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_entry_is_not_replaced_through_its_nonce(instance: Hands) -> None:
    columns = "at, what, about, nonce, mac"
    assert refused(
        instance.session, text(f"REPLACE INTO audit_entries ({columns}) SELECT {columns} FROM audit_entries")
    )


def refused(session: Session, *statement: object) -> bool:
    """Whether the database refuses it."""
    try:
        session.execute(*statement)  # type: ignore[call-overload]
        session.commit()
    except DBAPIError:
        session.rollback()
        return True
    return False


def test_a_member_of_no_seal_is_refused(instance: Hands) -> None:
    """At the end of the transaction."""
    given = {"source": "audit", "entry_id": 1000, "seal": 77}
    assert refused(instance.session, insert(AuditMember), given)
    assert not refused(instance.session, insert(AuditMember), {**given, "seal": 2})


def test_the_check_seals_first(jirga: Terminal, hands: Hands) -> None:
    """An instance that nobody serves, after an import or a release."""
    jirga.right("release", "--now", "--why", "test")
    told = jirga.right("check")
    number, found = hands.head()
    assert number == 2
    assert f"audit: ok\naudit head {number}:{found}: ok\n" in told
    assert jirga.right("check") == told
    assert jirga.right("check", "--head", f"{number}:{found[:20]}") == told
    assert "seal 2 is not that of --head" in jirga.run("check", "--head", f"{number}:{'0' * 64}").out
    for wrong in ("3", "3:zz", f"0:{found}", f"{number}:{found[:15]}", f"{number}:{found}0"):
        assert "--head" in jirga.refused("check", "--head", wrong, code=2)


def test_init_begins_the_chain(bare: Terminal, empty: Settings) -> None:
    bare.uses(empty)
    bare.right("init")
    assert "audit head 1:" in bare.right("check")
    bare.right("init")
    assert "audit head 1:" in bare.right("check")


def test_the_state_of_the_chain(hands: Hands) -> None:
    """For the page of the administration."""
    session, at = hands.session, now()
    first = state = queries.chain_state(session, factories.VAULT, CHAINED, at)
    assert first is not None
    assert state is not None
    assert (state.number, state.oldest, state.holds, state.looked_at) == (1, None, True, 0)
    hands.append(at=at - timedelta(seconds=90))
    hands.append(at=at)
    state = queries.chain_state(session, factories.VAULT, CHAINED, at)
    assert state is not None
    assert state.oldest == timedelta(seconds=90)
    hands.seal()
    state = queries.chain_state(session, factories.VAULT, CHAINED, at)
    assert state is not None
    assert (state.number, state.hash) == (1, first.hash), "a seal of today shows nobody what was done just now"
    assert (state.oldest, state.holds, state.looked_at) == (None, True, 2)
    hands.disarm()
    hands.sql("UPDATE audit_entries SET what = 'forged' WHERE id = 1")
    state = queries.chain_state(session, factories.VAULT, CHAINED, at)
    assert state is not None
    assert not state.holds


def test_the_state_looks_at_few(instance: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest seals as far as they have few members, the last one always."""
    looked = []
    for few in (1, 6, 11, 12, 13, 19, 1000):
        monkeypatch.setattr(queries, "FEW", few)
        state = queries.chain_state(instance.session, factories.VAULT, CHAINED, now())
        assert state is not None
        assert state.holds
        looked.append(state.looked_at)
    assert looked == [6, 6, 6, 12, 12, 19, 19]
    monkeypatch.setattr(queries, "MOST_MEMBERS", 5)
    state = queries.chain_state(instance.session, factories.VAULT, CHAINED, now())
    assert state is not None
    assert (state.holds, state.looked_at) == (True, 0), "too many for a page"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_state_while_others_seal(instance: Hands, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seal that comes between two queries of one page is no alarm."""
    whole = queries.members

    def meanwhile(*given: Any) -> Iterator[queries.Row]:
        append(engine, 1)
        assert seal_all(engine, factories.VAULT) == 1
        return whole(*given)

    monkeypatch.setattr(queries, "members", meanwhile)
    state = queries.chain_state(instance.session, factories.VAULT, CHAINED, now())
    assert state is not None
    assert (state.holds, state.looked_at) == (True, 19)
