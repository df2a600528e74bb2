"""Who may read a grievance is said in Python and in SQL: they agree, case by case, and do what the roles promise."""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import false, select, true, update
from sqlalchemy.orm import Session

from tests import factories
from tests.grievances import kinds
from webapp.concerns.rules import Sensitivity
from webapp.grievances import queries, rules
from webapp.grievances.models import Grievance
from webapp.grievances.queries import visible_to
from webapp.grievances.rules import Condition, Guarded, Reader, Status, may_read
from webapp.people.rules import Role
from webapp.places.models import District

SEED = 20261101
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
#: Where the grievances lie, and further places that a scope may name.
PLACES = ("bannu", "khyber", "swat", "khuzdar", "kech", "lahore")
PROVINCES = ("PK-KP", "PK-BA", "PK-PB")
ELSEWHERE = ("peshawar", "gwadar")
UNKNOWN = ("PK-XX", "atlantis", "bannu.domel", "PK-kp", "Bannu", "")
SCOPES: Mapping[str, Callable[[random.Random], tuple[str, ...]]] = {
    "provinces": lambda dice: some(dice, PROVINCES),
    "districts": lambda dice: some(dice, PLACES + ELSEWHERE),
    "mixed": lambda dice: some(dice, PROVINCES) + some(dice, PLACES + ELSEWHERE + UNKNOWN),
    "empty": lambda dice: (),
    "unknown": lambda dice: some(dice, UNKNOWN),
}
Standing = Mapping[uuid.UUID, Guarded]


def some(dice: random.Random, codes: tuple[str, ...]) -> tuple[str, ...]:
    """One or more of them."""
    return tuple(dice.sample(codes, dice.randint(1, len(codes) - 1)))


@pytest.fixture
def standing(session: Session) -> Standing:
    """Every kind in every status, each in three places, of three people."""
    dice = random.Random(SEED)
    owners = [factories.person(session).id for _ in range(3)]
    met = {owner: kinds.gathering(session, owner) for owner in owners}
    province = dict(map(tuple, session.execute(select(District.code, District.province))))
    rows = []
    for kind, status, _ in product(kinds.KINDS, Status, range(3)):
        owner = dice.choice(owners)
        rows.append(kinds.row(kind, status, owner, met[owner], dice.choice(PLACES)))
    kinds.add(session, rows)
    return {row["id"]: kinds.guarded(row, province[row["district"]]) for row in rows}


def readers(standing: Standing) -> list[Reader]:
    """Of each role five with each kind of scope; their numbers are those of owners, too, whatever their role."""
    dice = random.Random(SEED)
    ids = [*sorted({one.owner for one in standing.values()}), uuid.UUID(int=1)]
    return [Reader(dice.choice(ids), role, scope(dice)) for role in Role for scope in SCOPES.values() for _ in range(5)]


def compare(
    session: Session, standing: Standing, asking: Iterable[Reader]
) -> tuple[list[str], Counter[tuple[Role, bool]]]:
    """Where the two disagree, and how many cases each role had of each answer of Python."""
    wrong, cases = [], Counter[tuple[Role, bool]]()
    for reader in asking:
        seen = set(session.scalars(visible_to(select(Grievance.id), reader)))
        for number, one in standing.items():
            allowed = may_read(reader, one)
            cases[reader.role, allowed] += 1
            if allowed is not (number in seen):
                wrong.append(f"{reader} {one}: Python says {allowed}")
    return wrong, cases


def test_both_say_the_same(session: Session, standing: Standing) -> None:
    wrong, cases = compare(session, standing, readers(standing))
    assert wrong == []
    assert cases.total() >= 10_000
    assert {role for role in Role if cases[role, True]} == set(Role) - {Role.ANALYST, Role.ADMINISTRATOR}
    assert {role for role in Role if cases[role, False]} == set(Role)
    assert min(cases.values()) >= 50


@ONE
@pytest.mark.parametrize("condition", Condition)
def test_the_comparison_finds_a_condition_that_is_not_asked(
    session: Session, standing: Standing, monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    """In SQL alone, and in Python alone."""
    with monkeypatch.context() as changed:
        changed.setitem(queries.SAID, condition, lambda person: true())  # type: ignore[arg-type]
        assert compare(session, standing, readers(standing))[0]
    with monkeypatch.context() as changed:
        changed.setitem(rules.HOLDS, condition, lambda reader, one: True)  # type: ignore[arg-type]
        assert compare(session, standing, readers(standing))[0]


@ONE
def test_a_role_without_conditions_reads_nothing(
    session: Session, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty row of the table is no open door."""
    reader = Reader(next(iter(standing.values())).owner, Role.REVIEWER, PROVINCES)
    for emptied in ((), None):
        with monkeypatch.context() as changed:
            changed.setattr(rules, "READS", {Role.REVIEWER: emptied} if emptied == () else {})
            changed.setattr(queries, "READS", rules.READS)
            assert not any(may_read(reader, one) for one in standing.values())
            assert not session.scalars(visible_to(select(Grievance.id), reader)).all()
    assert session.scalars(visible_to(select(Grievance.id), reader)).all()


def test_both_know_how_often_one_was_opened_again(session: Session, standing: Standing) -> None:
    reopened = {key: one for key, one in standing.items() if one.status is Status.REOPENED}
    dice = random.Random(SEED)
    times = {key: dice.randint(0, 4) for key in reopened}
    for key, count in times.items():
        session.execute(update(Grievance).where(Grievance.id == key).values(reopened=count))
    session.commit()
    now_standing = {key: replace(one, reopened=times[key]) for key, one in reopened.items()}
    wrong, cases = compare(session, now_standing, readers(standing))
    assert wrong == []
    assert cases[Role.AUDITOR, True] > 0


def test_representatives_pay_for_no_place() -> None:
    """The path of every filing compares one number."""
    sql = str(visible_to(select(Grievance.id), Reader(uuid.uuid4(), Role.REPRESENTATIVE, PROVINCES)))
    assert sql.partition("WHERE")[2].split() == ["grievances.person_id", "=", ":person_id_1"]
    assert str(false()) in str(visible_to(select(Grievance.id), Reader(uuid.uuid4(), Role.ANALYST, PROVINCES)))


ME = uuid.UUID(int=7)
#: An ordinary grievance from Bannu in Khyber Pakhtunkhwa, of somebody else.
PLAIN = Guarded(uuid.UUID(int=8), "bannu", "PK-KP", Sensitivity.NO, "district_officials", False, Status.UNDER_REVIEW)
KP, BANNU, BANNU_AND_BALOCHISTAN = ("PK-KP",), ("bannu",), ("bannu", "PK-BA")
NONE: tuple[str, ...] = ()
MINE = {"owner": ME}
CONFIDENTIAL = {"sensitivity": Sensitivity.CONFIDENTIAL}
REFERRAL = {"sensitivity": Sensitivity.REFERRAL_ONLY, "confidentiality": "protected"}
WISH, THREAT = {"confidentiality": "protected"}, {"threatened": True}
PROVINCE_ONLY, NUMBERS_ONLY = {"confidentiality": "province_only"}, {"confidentiality": "numbers_only"}
WITHDRAWN, CLOSED, REOPENED = ({"status": one} for one in (Status.WITHDRAWN, Status.CLOSED, Status.REOPENED))
IN_KHUZDAR = {"district": "khuzdar", "province": "PK-BA"}


@pytest.mark.parametrize(
    ("role", "scope", "what", "allowed"),
    [
        # a representative: own ones, whatever they are; nobody else's
        (Role.REPRESENTATIVE, KP, MINE, True),
        (Role.REPRESENTATIVE, KP, {}, False),
        (Role.REPRESENTATIVE, KP, MINE | WITHDRAWN, True),
        (Role.REPRESENTATIVE, KP, MINE | NUMBERS_ONLY, True),
        (Role.REPRESENTATIVE, KP, MINE | REFERRAL, True),
        (Role.REPRESENTATIVE, KP, MINE | IN_KHUZDAR, True),
        (Role.REPRESENTATIVE, NONE, MINE, True),
        # a reviewer: own districts
        (Role.REVIEWER, BANNU, {}, True),
        (Role.REVIEWER, ("khyber",), {}, False),
        (Role.REVIEWER, KP, {}, True),
        (Role.REVIEWER, ("PK-BA",), {}, False),
        (Role.REVIEWER, ("bannu.domel",), {}, False),
        (Role.REVIEWER, NONE, {}, False),
        (Role.REVIEWER, BANNU, CONFIDENTIAL, True),
        (Role.REVIEWER, BANNU, CLOSED, True),
        (Role.REVIEWER, BANNU, WITHDRAWN, False),
        (Role.REVIEWER, BANNU, PROVINCE_ONLY, False),
        (Role.REVIEWER, KP, PROVINCE_ONLY, False),
        (Role.REVIEWER, BANNU, NUMBERS_ONLY, False),
        (Role.REVIEWER, BANNU, WISH, False),
        (Role.REVIEWER, BANNU, THREAT, False),
        (Role.REVIEWER, BANNU, REFERRAL, False),
        (Role.REVIEWER, ("khyber",), MINE, False),
        # a supervisor: as a reviewer, and what goes to the province alone, where the province is theirs
        (Role.SUPERVISOR, KP, {}, True),
        (Role.SUPERVISOR, ("PK-BA",), {}, False),
        (Role.SUPERVISOR, KP, PROVINCE_ONLY, True),
        (Role.SUPERVISOR, BANNU, PROVINCE_ONLY, False),
        (Role.SUPERVISOR, BANNU, {}, True),
        (Role.SUPERVISOR, BANNU_AND_BALOCHISTAN, PROVINCE_ONLY, False),
        (Role.SUPERVISOR, BANNU_AND_BALOCHISTAN, PROVINCE_ONLY | IN_KHUZDAR, True),
        (Role.SUPERVISOR, KP, WITHDRAWN, False),
        (Role.SUPERVISOR, KP, NUMBERS_ONLY, False),
        (Role.SUPERVISOR, KP, WISH, False),
        (Role.SUPERVISOR, KP, PROVINCE_ONLY | THREAT, False),
        (Role.SUPERVISOR, KP, REFERRAL, False),
        (Role.SUPERVISOR, NONE, {}, False),
        # a protection officer: protected ones, however they became that
        (Role.PROTECTION_OFFICER, KP, {}, False),
        (Role.PROTECTION_OFFICER, KP, WISH, True),
        (Role.PROTECTION_OFFICER, KP, THREAT, True),
        (Role.PROTECTION_OFFICER, KP, REFERRAL, True),
        (Role.PROTECTION_OFFICER, KP, CONFIDENTIAL, False),
        (Role.PROTECTION_OFFICER, KP, PROVINCE_ONLY, False),
        (Role.PROTECTION_OFFICER, KP, PROVINCE_ONLY | THREAT, True),
        (Role.PROTECTION_OFFICER, BANNU, WISH, True),
        (Role.PROTECTION_OFFICER, ("PK-BA",), WISH, False),
        (Role.PROTECTION_OFFICER, NONE, WISH, False),
        (Role.PROTECTION_OFFICER, KP, WISH | WITHDRAWN, False),
        (Role.PROTECTION_OFFICER, KP, NUMBERS_ONLY | THREAT, False),
        # an auditor: closed ones; no scope is all places
        (Role.AUDITOR, NONE, CLOSED, True),
        (Role.AUDITOR, NONE, {}, False),
        (Role.AUDITOR, KP, CLOSED, True),
        (Role.AUDITOR, ("PK-BA",), CLOSED, False),
        (Role.AUDITOR, NONE, CLOSED | PROVINCE_ONLY, True),
        (Role.AUDITOR, NONE, CLOSED | NUMBERS_ONLY, False),
        (Role.AUDITOR, NONE, CLOSED | WISH, False),
        (Role.AUDITOR, NONE, CLOSED | THREAT, False),
        (Role.AUDITOR, NONE, WITHDRAWN, False),
        # and one that its jirga opened a third time
        (Role.AUDITOR, NONE, REOPENED | {"reopened": 2}, False),
        (Role.AUDITOR, NONE, REOPENED | {"reopened": 3}, True),
        (Role.AUDITOR, NONE, REOPENED | {"reopened": 3} | WISH, False),
        (Role.AUDITOR, NONE, {"reopened": 3}, False),
        # an analyst and an administrator: none, not even what once was their own
        (Role.ANALYST, NONE, {}, False),
        (Role.ANALYST, KP, MINE | CLOSED, False),
        (Role.ADMINISTRATOR, NONE, {}, False),
        (Role.ADMINISTRATOR, KP, MINE | CLOSED, False),
    ],
)  # fmt: skip
def test_who_may_read(role: Role, scope: tuple[str, ...], what: dict[str, object], allowed: bool) -> None:
    assert may_read(Reader(ME, role, scope), replace(PLAIN, **what)) is allowed  # type: ignore[arg-type]
