"""The canonical form: another entry is other bytes, and the same entry the same, whichever database kept it."""

import json
import string
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from webapp.audit import actions, rules
from webapp.audit.models import AuditEntry
from webapp.config import Settings
from webapp.vault import Vault

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ODD = st.sampled_from(["", "null", "]", '","', "\\", "سڑک", "\x7f"])
WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | ODD
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS
ABOUT = st.dictionaries(
    WORDS, st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)),
    max_size=4,
)  # fmt: skip
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5)), timezone(timedelta(hours=-3, minutes=-30))])
MICROSECONDS = st.integers(283_996_800_000_000, 7_258_118_400_000_000)
MOMENTS = st.builds(lambda some, zone: (EPOCH + timedelta(microseconds=some)).astimezone(zone), MICROSECONDS, ZONES)
WHAT = st.text(string.ascii_lowercase + "_", min_size=1, max_size=60)
ENTRIES = st.tuples(MOMENTS, st.none() | st.uuids(), WHAT, ABOUT, st.binary(min_size=16, max_size=16))


def same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two entries say the same; True is not 1 here, nor 1 1.0."""
    told = [json.dumps(about, sort_keys=True) for about in (one[3], other[3])]
    return told[0] == told[1] and one[:3] + one[4:] == other[:3] + other[4:]


@given(ENTRIES, ENTRIES, st.integers(0, 4))
def test_other_entries_are_other_bytes(one: tuple[Any, ...], other: tuple[Any, ...], place: int) -> None:
    """Wholly others, and those that differ in one value."""
    near = (*one[:place], other[place], *one[place + 1 :])
    for two in (other, near):
        assert (rules.canonical(one) == rules.canonical(two)) is same(one, two)


@given(ENTRIES)
def test_order_of_keys_and_zones_do_not_matter(one: tuple[Any, ...]) -> None:
    at, by, what, about, nonce = one
    turned = dict(reversed(list(about.items())))
    again = (at.astimezone(timezone(timedelta(hours=9))), by, what, turned, nonce)
    assert rules.canonical(one) == rules.canonical(again)
    assert rules.canonical(one).isascii()
    assert "\n" not in rules.canonical(one)


@given(st.lists(st.tuples(st.sampled_from(["audit", "event"]), st.integers(), ENTRIES), max_size=3), st.data())
def test_other_members_are_other_bytes(rows: list[Any], data: st.DataObject) -> None:
    """Order, number and source of the members count too."""
    others = data.draw(st.permutations(rows) | st.just([*rows, *rows]) | st.just(rows[:-1]))
    assert (digest(rows) == digest(others)) is (spelled(rows) == spelled(others))


def spelled(rows: list[Any]) -> list[rules.Spelled]:
    """The members of one seal."""
    return [rules.spell(source, False, entry_id, columns) for source, entry_id, columns in rows]


def digest(rows: list[Any]) -> str:
    """Of the members of one seal."""
    found = rules.Members()
    for row in spelled(rows):
        found.add(row)
    return found.digest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(one=ENTRIES)
def test_a_database_gives_back_the_same_bytes(session: Session, one: tuple[Any, ...]) -> None:
    """What append hashed is what the check will find: in SQLite and in PostgreSQL, by the same hash."""
    at, by, what, about, _ = one
    actions.append(session, factories.VAULT, by=by, what=what, about=about, at=at)
    columns = (AuditEntry.at, AuditEntry.person_id, AuditEntry.what, AuditEntry.about, AuditEntry.nonce, AuditEntry.mac)
    found = session.execute(select(AuditEntry.id, *columns).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert rules.canonical((at, by, what, about)) == rules.canonical(found[1:-2])
    row = rules.spell("audit", True, found[0], found[1:])
    assert rules.is_ours(factories.VAULT, row)
    assert not rules.is_ours(Vault(factories.KEYS, b"another secret for tests, forty characters"), row)
    session.rollback()


def test_what_is_no_json_is_refused(session: Session, settings: Settings) -> None:
    for about in ({"number": float("nan")}, {"number": float("inf")}, {"at": object()}):
        with pytest.raises((ValueError, TypeError)):
            actions.append(session, factories.VAULT, by=None, what="test", about=about)
        session.rollback()


def test_the_bytes_of_today() -> None:
    """They can never change: every entry that was ever sealed is hashed so."""
    at, key = datetime(2026, 3, 4, 5, 6, 7, 8, UTC), uuid.UUID(int=7)
    line = rules.canonical((at, key, "release", {"b": None, "a": ["ü", 1, 1.5, True]}, b"\x01\xff", None, ""))
    assert line == (
        '["2026-03-04T05:06:07.000008+00:00","00000000000000000000000000000007","release",'
        '{"a":["\\u00fc",1,1.5,true],"b":null},"01ff",null,""]'
    )
    members = rules.Members()
    members.add(rules.Spelled("audit", 3, line, rules.entry_mac(factories.VAULT, line)))
    members.add(rules.spell("event", False, 4, (at, None)))
    found = rules.seal_hash(factories.VAULT, b"\x05" * 32, 2, at, members)
    assert rules.entry_mac(factories.VAULT, line).hex() == ENTRY_HEX
    assert found.hex() == SEAL_HEX


ENTRY_HEX = "18bd0ac8757cd59b4febc68a68ca038e2ea28dd09f3c8e45798eaf84bf40ee72"
SEAL_HEX = "47ee832c72883f2bfc38ebe421630a19f75927bb86e57d65dd22b69ad9b7dd4e"
