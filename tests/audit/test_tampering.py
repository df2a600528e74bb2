"""Whatever somebody with the whole database, but without the secret, does to the log: `jirga check` says so."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests import factories
from tests.audit.hands import Hands
from tests.commands.terminal import Terminal
from webapp.audit.models import AuditEntry, AuditMember
from webapp.config import Settings
from webapp.grievances.models import Event

#: Every column but the id, and something else to put there.
ENTRY = {
    "at": "'2020-01-01 00:00:00.000000'", "person_id": "'{other}'", "what": "'forged'", "about": "'{{\"number\": 9}}'",
    "nonce": "mac", "mac": "nonce",
}  # fmt: skip
EVENT = {
    "grievance_id": "(SELECT id FROM grievances WHERE id <> grievance_id LIMIT 1)", "at": ENTRY["at"],
    "person_id": "NULL", "from_status": "'referred'", "to_status": "'closed'", "codes": "'{{\"number\": 9}}'",
}  # fmt: skip
BLANK = [("mac", "NULL"), ("nonce", "NULL"), ("about", "'{{}}'"), ("what", "''")]


@pytest.fixture(autouse=True)
def disarmed(instance: Hands) -> Hands:
    """Nothing in the database refuses any more."""
    instance.disarm()
    assert instance.wrong() == ""
    instance.forget()
    return instance


def test_every_column_is_tried() -> None:
    assert {*ENTRY, "id"} == set(AuditEntry.__table__.columns.keys())
    assert {*EVENT, "id"} == set(Event.__table__.columns.keys())


def changed(hands: Hands, table: str, column: str, value: str, entry_id: int) -> None:
    """One value of one row."""
    if column == "grievance_id":
        value = value.replace("id <> grievance_id", f"id <> (SELECT grievance_id FROM events WHERE id = {entry_id})")
    value = value.format(other=hands.key(uuid.uuid4()))
    hands.sql(f"UPDATE {table} SET {column} = {value} WHERE id = {entry_id}")


@pytest.mark.parametrize(("column", "value"), [*ENTRY.items(), *BLANK])
def test_an_entry_is_changed(instance: Hands, column: str, value: str) -> None:
    """Whichever seal holds it."""
    for number in (2, 4):
        sealed = select(AuditMember.entry_id).where(AuditMember.source == "audit", AuditMember.seal == number).limit(1)
        entry_id = instance.session.scalars(sealed).one()
        changed(instance, "audit_entries", column, value, entry_id)
        found = instance.wrong()
        assert "seals that do not match" in found
        assert f"entries not written by this site: {number // 2}, first audit" in found
    assert "seals that do not match: 2, first 2" in found


@pytest.mark.parametrize("column", EVENT)
def test_an_event_is_changed(instance: Hands, column: str) -> None:
    changed(instance, "events", column, EVENT[column], 6)
    assert instance.wrong() == f"seals that do not match: 1, first {instance.sealed_in('event', 6)}"


@pytest.mark.parametrize(("codes", "there", "gone"), [
    ("{}", "", ""), ('{"texts": null}', "", ""), ('{"texts": 0}', "kept", ""), ('{"texts": 2}', "kept", "kept"),
    ('{"texts": "none"}', "kept", "kept"), ('{"texts": [1]}', "kept", "kept"),
])  # fmt: skip
def test_a_text_is_deleted_and_its_event_changed(
    instance: Hands, settings: Settings, codes: str, there: str, gone: str
) -> None:  # fmt: skip
    """The event said that one came with it: whatever it says now, while the text is there and after."""
    change = f"UPDATE events SET codes = {':codes' if instance.dialect == 'sqlite' else 'CAST(:codes AS JSON)'}"
    instance.sql(f"{change} WHERE id = 2", codes=codes)
    assert wrong(settings) == {there, "audit"} - {""}
    instance.sql("DELETE FROM texts WHERE event_id = 2")
    assert wrong(settings) == {gone, "audit"} - {""}
    instance.sql(f"{change} WHERE id = 2", codes='{"texts": 1}')
    assert wrong(settings) == {"kept"}


def wrong(settings: Settings) -> set[str]:
    """What the check finds wrong."""
    return {name for name, _ in factories.wrong(settings)}


def test_an_id_is_changed(instance: Hands) -> None:
    instance.sql("UPDATE audit_entries SET id = 1000 WHERE id = 6")
    assert "entries gone: 1, first audit 6" in instance.wrong()
    assert "seals that do not match: 1" in instance.wrong()


@pytest.mark.parametrize(("table", "source"), [("audit_entries", "audit"), ("events", "event")])
def test_one_is_deleted(instance: Hands, table: str, source: str) -> None:
    """Also with its place in the seal."""
    instance.sql(f"DELETE FROM {table} WHERE id = 6")
    assert f"entries gone: 1, first {source} 6" in instance.wrong()
    instance.sql(f"DELETE FROM audit_members WHERE source = '{source}' AND entry_id = 6")
    assert instance.wrong() == "seals that do not match: 1, first 3"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_seal_is_deleted(instance: Hands, number: int) -> None:
    instance.sql(f"DELETE FROM audit_seals WHERE number = {number}")
    found = instance.wrong()
    assert f"seals missing: 1, first {number}" in found
    assert f"seals that do not match: 1, first {number + 1}" in found
    assert ("members without a seal" in found) is (number > 1)


@pytest.mark.parametrize(
    "change", ["hash = (SELECT hash FROM audit_seals WHERE number = 1)", "sealed_at = '2020-01-01'"]
)
def test_a_seal_is_changed(instance: Hands, change: str) -> None:
    if instance.dialect == "sqlite":
        change = change.replace("2020-01-01", "2020-01-01 00:00:00.000000")
    instance.sql(f"UPDATE audit_seals SET {change} WHERE number = 3")
    assert "seals that do not match: " in instance.wrong()


def test_seals_change_places(instance: Hands) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        instance.sql(f"UPDATE audit_seals SET number = {after} WHERE number = {before}")
    assert "seals that do not match: 3, first 2" in instance.wrong()


def test_an_entry_is_inserted(instance: Hands) -> None:
    """By hand, with no hash or a made-up one: it is never sealed, and the check is green when it is gone."""
    for nonce in ("NULL", "(SELECT mac FROM audit_entries WHERE id = 6)"):
        instance.sql(f"""INSERT INTO audit_entries (at, what, about, nonce, mac)
            SELECT at, 'forged', about, {nonce}, {nonce} FROM audit_entries WHERE id = 3""")
        assert instance.wrong() == f"entries not written by this site: 1, first audit {instance.newest(AuditEntry)}"
        assert instance.sealed_in("audit", instance.newest(AuditEntry)) is None
        instance.sql("DELETE FROM audit_entries WHERE what = 'forged'")
        assert instance.wrong() == ""


def test_an_entry_is_made_a_member_by_hand(instance: Hands) -> None:
    """Of any seal, the first too, which takes entries without a hash."""
    instance.sql(
        "INSERT INTO audit_entries (at, what, about) SELECT at, 'forged', about FROM audit_entries WHERE id = 3"
    )
    for number in (1, 3):
        instance.sql(f"INSERT INTO audit_members SELECT 'audit', {instance.newest(AuditEntry)}, {number}")
        assert f"seals that do not match: 1, first {number}" in instance.wrong()
        assert ("not written by this site" in instance.wrong()) is (number > 1)
        instance.sql(f"DELETE FROM audit_members WHERE entry_id = {instance.newest(AuditEntry)} AND source = 'audit'")


def test_an_entry_is_copied(instance: Hands) -> None:
    """The database refuses a second nonce; without its index the copy is told from the hash or from the nonce."""
    copy = (
        "INSERT INTO audit_entries (at, person_id, what, about, nonce, mac) SELECT at, person_id, what, about, {}, mac"
    )
    with pytest.raises(DBAPIError):
        instance.sql(f"{copy.format('nonce')} FROM audit_entries WHERE id = 6")
    instance.session.rollback()
    instance.sql(f"{copy.format('mac')} FROM audit_entries WHERE id = 6")
    assert "entries not written by this site: 1" in instance.wrong()
    instance.sql(f"DELETE FROM audit_entries WHERE id = {instance.newest(AuditEntry)}")
    instance.sql_quiet("DROP INDEX ix_audit_entries_nonce")
    instance.sql(f"{copy.format('nonce')} FROM audit_entries WHERE id = 6")
    assert instance.wrong() == "copied entries: 1"


@pytest.mark.parametrize("source", ["audit", "event", "other"])
def test_members_are_added_or_moved(instance: Hands, source: str) -> None:
    if source == "other":
        instance.sql("INSERT INTO audit_members SELECT 'other', 1, 2")
        assert instance.wrong() == "members of no table: 1"
        return
    instance.sql(f"UPDATE audit_members SET seal = 2 WHERE source = '{source}' AND entry_id = 6")
    assert instance.wrong() == "seals that do not match: 2, first 2"
    instance.sql(f"UPDATE audit_members SET seal = 7 WHERE source = '{source}' AND entry_id = 6")
    assert instance.wrong() == "seals that do not match: 1, first 3; members without a seal: 1, first seal 7"


def test_two_entries_change_places(instance: Hands) -> None:
    for before, after in ((6, 99), (7, 6), (99, 7)):
        instance.sql(f"UPDATE audit_entries SET id = {after} WHERE id = {before}")
    assert instance.wrong() == "seals that do not match: 1, first 3"


def truncated(hands: Hands, number: int) -> None:
    """The newest seals with all they held are gone, as if they had never been."""
    for source, table in (("audit", "audit_entries"), ("event", "events")):
        held = f"(SELECT entry_id FROM audit_members WHERE source = '{source}' AND seal > {number})"
        hands.sql_quiet(f"DELETE FROM {table} WHERE id IN {held}")
    hands.sql_quiet(f"DELETE FROM audit_members WHERE seal > {number}")
    hands.sql(f"DELETE FROM audit_seals WHERE number > {number}")


def test_the_end_is_cut_off(instance: Hands) -> None:
    """Nothing in the database can tell; a head that was kept outside of it does, also when new seals take the place."""
    head = instance.head()
    truncated(instance, head[0] - 1)
    assert instance.wrong() == ""
    instance.forget()
    assert instance.wrong(head).startswith(f"seal {head[0]} of --head is gone")
    assert not instance.path.exists(), "a red check keeps no head"
    instance.append(what="later")
    assert instance.seal() == 1
    assert instance.wrong() == ""
    assert instance.wrong(head) == f"seal {head[0]} is not that of --head"
    assert instance.wrong((head[0] - 1, instance.hash_of(head[0] - 1)[:16])) == ""


def test_the_end_is_cut_off_after_a_green_check(instance: Hands) -> None:
    """Which wrote its head into a file."""
    assert instance.wrong() == ""
    kept = instance.path.read_text()
    number, found = instance.head()
    assert kept == f"{number} {found}\n"
    assert instance.path.stat().st_mode & 0o777 == 0o600
    truncated(instance, number - 1)
    assert instance.wrong().startswith(f"seal {number} of {instance.path} is gone")
    assert instance.path.read_text() == kept


def test_all_of_it_is_removed(instance: Hands) -> None:
    """No sealer begins a chain anew; `jirga init` does, and the kept head tells."""
    assert instance.wrong() == ""
    truncated(instance, 0)
    assert instance.seal() == 0
    assert "there is no seal" in instance.wrong() or "is gone" in instance.wrong()
    instance.forget()
    assert instance.wrong() == "there is no seal; run jirga init"


def test_a_damaged_head_file(instance: Hands) -> None:
    for content in ("", "3", "x y", "3 zz"):
        instance.path.write_text(content)
        assert "is damaged" in instance.wrong()
        assert instance.path.read_text() == content


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET about = 'no json' WHERE id = 6",
        "UPDATE audit_entries SET at = 'yesterday' WHERE id = 6",
        "UPDATE audit_entries SET person_id = 'me' WHERE id = 6",
        "UPDATE audit_entries SET mac = 7 WHERE id = 6",
        "UPDATE audit_entries SET nonce = 'abc' WHERE id = 6",
        "UPDATE audit_seals SET hash = 'abc' WHERE number = 2",
        "INSERT INTO audit_entries (at, what, about) VALUES ('never', 7, 'no json')",
    ],
)
def test_what_no_column_can_hold(instance: Hands, change: str) -> None:
    """SQLite takes anything; the check says so, and the sealer does not seal it."""
    instance.sql(change)
    assert "a row cannot be read" in instance.wrong() or "not" in instance.wrong()


def test_another_secret(instance: Hands, jirga: Terminal, settings: Settings) -> None:
    jirga.set(JIRGA_SECRET_KEY="another secret for tests, forty characters")
    instance.append()
    told = jirga.run("check").out
    assert "entries not written by this site: 11" in told
    assert "seals that do not match: 4" in told
    assert instance.sealed_in("audit", instance.newest(AuditEntry)) is None, "nothing is sealed with a wrong secret"
