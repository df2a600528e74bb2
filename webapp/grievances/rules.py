"""Grievances: statuses, who may read one, and where each one counts. Pure."""

import enum
import secrets
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.concerns.rules import Sensitivity
from webapp.people.rules import SCOPE_OPTIONAL, Role
from webapp.places.rules import Atlas
from webapp.questions.rules import Dimension
from webapp.summary.rules import Cell, Counts, era, plus


class Status(enum.StrEnum):
    """Where a grievance stands; every change is an event."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    UNDER_REVIEW = "under_review"
    INFO_REQUESTED = "info_requested"
    REFERRED = "referred"
    ACTION_PLANNED = "action_planned"
    ACTION_TAKEN = "action_taken"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


class Outcome(enum.StrEnum):
    """How a closed one was closed; only the jirga says solved."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    NO_ANSWER_FROM_JIRGA = "no_answer_from_jirga"
    OUTSIDE_MANDATE = "outside_mandate"
    WITH_COURT = "with_court"
    DUPLICATE = "duplicate"
    NOT_SOLVED_REFUSED = "not_solved_refused"


CONFIRMED = frozenset({Outcome.SOLVED, Outcome.PARTLY_SOLVED})
STATUS_GROUPS: Mapping[Status, str] = {
    Status.SUBMITTED: "waiting",
    Status.ACKNOWLEDGED: "in_hand",
    Status.UNDER_REVIEW: "in_hand",
    Status.INFO_REQUESTED: "in_hand",
    Status.REFERRED: "in_hand",
    Status.REOPENED: "in_hand",
    Status.ACTION_PLANNED: "planned",
    Status.ACTION_TAKEN: "answered",
}

#: By the jirga, to another officer one level up; the next one goes to the auditor.
MOST_REOPENINGS = 2
#: Equal gathering fields by one person within this time are the same gathering.
SAME_GATHERING = timedelta(hours=24)
#: The version of the consent text agreed to; a change of that text is a new version.
CONSENT_VERSION = 1
NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class Facts:
    """What of one grievance is counted; `record_key` is secret, 0 to 4095."""

    record_key: int
    month: int
    district: str
    province: str
    category: str
    subcategory: str
    sensitivity: Sensitivity
    themes: tuple[str, ...]
    urgency: str
    status: Status
    outcome: Outcome | None
    confidentiality: str
    threatened: bool
    consented: bool
    remedies: tuple[str, ...]
    start_year: int | None
    households: str | None


@dataclass(frozen=True)
class Heard:
    """What of a gathering is counted: its own secret key, and whose voices were heard there."""

    record_key: int
    women_heard: str | None
    youth_heard: str | None
    displaced_heard: str | None
    minorities_heard: str | None


@dataclass(frozen=True)
class Reader:
    """Who asks to read; `scope` holds province and district codes."""

    id: uuid.UUID
    role: Role
    scope: tuple[str, ...]


@dataclass(frozen=True)
class Guarded:
    """What of one grievance decides who may read it."""

    owner: uuid.UUID
    district: str
    province: str
    sensitivity: Sensitivity
    confidentiality: str
    threatened: bool
    status: Status
    #: how often its jirga opened it again
    reopened: int = 0


class Condition(enum.Enum):
    """Something that must be true of a grievance and its reader; said below in Python, and in queries in SQL."""

    OWN = enum.auto()
    IN_SCOPE = enum.auto()
    PROTECTED = enum.auto()
    NOT_PROTECTED = enum.auto()
    NOT_PROVINCE_ONLY = enum.auto()
    #: "Only the provincial office, not the district": whoever has a few districts is the district, whatever the role.
    FROM_THE_PROVINCE = enum.auto()
    NOT_NUMBERS_ONLY = enum.auto()
    NOT_WITHDRAWN = enum.auto()
    #: closed, or opened again so often that an auditor decides who looks at it
    CLOSED_OR_AUDITED = enum.auto()


_HANDLED = (Condition.IN_SCOPE, Condition.NOT_NUMBERS_ONLY, Condition.NOT_WITHDRAWN)
#: Role -> all that must be true of a single grievance. A role that is not here (analyst, administrator) reads none.
READS: Mapping[Role, tuple[Condition, ...]] = {
    Role.REPRESENTATIVE: (Condition.OWN,),
    Role.REVIEWER: (*_HANDLED, Condition.NOT_PROTECTED, Condition.NOT_PROVINCE_ONLY),
    Role.SUPERVISOR: (*_HANDLED, Condition.NOT_PROTECTED, Condition.FROM_THE_PROVINCE),
    Role.PROTECTION_OFFICER: (*_HANDLED, Condition.PROTECTED),
    Role.AUDITOR: (
        Condition.IN_SCOPE,
        Condition.NOT_NUMBERS_ONLY,
        Condition.NOT_PROTECTED,
        Condition.CLOSED_OR_AUDITED,
    ),
}
HOLDS: Mapping[Condition, Callable[[Reader, Guarded], bool]] = {
    Condition.OWN: lambda reader, one: one.owner == reader.id,
    Condition.IN_SCOPE: lambda reader, one: (
        everywhere(reader.role, reader.scope) or one.district in reader.scope or one.province in reader.scope
    ),
    Condition.PROTECTED: lambda reader, one: is_protected(one.sensitivity, one.confidentiality, one.threatened),
    Condition.NOT_PROTECTED: lambda reader, one: not is_protected(one.sensitivity, one.confidentiality, one.threatened),
    Condition.NOT_PROVINCE_ONLY: lambda reader, one: one.confidentiality != "province_only",
    Condition.FROM_THE_PROVINCE: lambda reader, one: (
        one.confidentiality != "province_only" or one.province in reader.scope
    ),
    Condition.NOT_NUMBERS_ONLY: lambda reader, one: not goes_to_nobody(one.confidentiality),
    Condition.NOT_WITHDRAWN: lambda reader, one: one.status != Status.WITHDRAWN,
    Condition.CLOSED_OR_AUDITED: lambda reader, one: (
        one.status == Status.CLOSED or (one.status == Status.REOPENED and one.reopened > MOST_REOPENINGS)
    ),
}


def everywhere(role: Role, scope: Sequence[str]) -> bool:
    """Whether no scope means all places; for most roles it means none."""
    return not scope and role in SCOPE_OPTIONAL


def reach(role: Role, scope: tuple[str, ...], atlas: Atlas) -> frozenset[str]:
    """The districts that a scope stands for."""
    return frozenset(atlas.districts) if everywhere(role, scope) else atlas.in_scope(scope)


def may_read(reader: Reader, one: Guarded) -> bool:
    """Whether the reader may read this grievance; queries.visible_to says the same in SQL."""
    conditions = READS.get(reader.role, ())
    return bool(conditions) and all(HOLDS[condition](reader, one) for condition in conditions)


def is_protected(sensitivity: Sensitivity, confidentiality: str, threatened: bool) -> bool:
    """By wish, by subject, or because somebody was threatened before."""
    return sensitivity is Sensitivity.REFERRAL_ONLY or confidentiality == "protected" or threatened


def goes_to_nobody(confidentiality: str) -> bool:
    """Only a number: no queue, no clock, no reply."""
    return confidentiality == "numbers_only"


def veiled(received_at: datetime, reset_at: datetime | None) -> bool:
    """Whether only reference and status may be shown: whoever gave out a code since could read through the account."""
    return reset_at is not None and received_at < reset_at


def status_group(facts: Facts) -> str:
    """The group of statuses that summaries show."""
    if facts.confidentiality == "numbers_only":
        return "counted_only"
    if facts.status is Status.CLOSED:
        return "confirmed" if facts.outcome in CONFIRMED else "closed_unconfirmed"
    return STATUS_GROUPS[facts.status]


def contribution(
    heard: Heard, grievances: Iterable[Facts], only: Collection[Dimension] = tuple(Dimension)
) -> dict[Cell, Counts]:
    """What a whole gathering adds to the ledger (cell -> counts and key sums), in these dimensions only.

    Posting a change is the difference of two of these; a recount is their sum over all gatherings. A gathering counts
    once in each area where one of its grievances counts, in the month of the first of them.
    """
    cells: dict[Cell, Counts] = {}
    counted: set[tuple[str, str]] = set()
    for facts in sorted(grievances, key=lambda one: one.month):
        for cell in _cells(heard, facts, only):
            counts = _counts(facts)
            if cell.dimension in _GATHERED and (cell.area, cell.dimension) not in counted:
                counted.add((cell.area, cell.dimension))
                counts = plus(counts, Counts(gatherings=1, gathering_keys=heard.record_key))
            cells[cell] = plus(cells[cell], counts) if cell in cells else counts
    return cells


#: The dimensions in which gatherings are counted.
_GATHERED = frozenset({
    Dimension.NONE, Dimension.WOMEN_HEARD, Dimension.YOUTH_HEARD, Dimension.DISPLACED_HEARD, Dimension.MINORITIES_HEARD,
})  # fmt: skip


def _counts(facts: Facts) -> Counts:
    counts = Counts(grievances=1, grievance_keys=facts.record_key)
    if facts.status is Status.CLOSED and facts.outcome in CONFIRMED:
        counts = plus(counts, Counts(confirmed=1, confirmed_keys=facts.record_key))
    return counts


def _cells(heard: Heard, facts: Facts, only: Collection[Dimension]) -> Iterator[Cell]:
    """The cells of one grievance, at its district or, what must not be placed, at its province (disclosure.md)."""
    if not facts.consented or facts.status is Status.WITHDRAWN:
        return
    if is_protected(facts.sensitivity, facts.confidentiality, facts.threatened):
        if Dimension.PROTECTION in only:
            yield Cell(facts.province, facts.month, Dimension.PROTECTION, "total")
        return
    area = facts.province if facts.confidentiality == "province_only" else facts.district
    unplaced = {Dimension.MINORITIES_HEARD}
    if facts.sensitivity is Sensitivity.CONFIDENTIAL:
        unplaced.add(Dimension.SUBCATEGORY)
    for dimension, codes in _codes(heard, facts).items():
        for code in codes if dimension in only else ():
            yield Cell(facts.province if dimension in unplaced else area, facts.month, dimension, code)


def _codes(heard: Heard, facts: Facts) -> dict[Dimension, Sequence[str]]:
    """The codes of one grievance in each dimension; several remedies and themes count in each of them."""
    return {
        Dimension.NONE: ("total",),
        Dimension.CATEGORY: (facts.category,),
        Dimension.SUBCATEGORY: (facts.subcategory,),
        Dimension.URGENCY: (facts.urgency,),
        Dimension.STATUS: (status_group(facts),),
        Dimension.REMEDY: facts.remedies or (NOT_RECORDED,),
        Dimension.THEME: facts.themes,
        Dimension.ERA: (era(facts.start_year),),
        Dimension.HOUSEHOLDS: (facts.households or NOT_RECORDED,),
        Dimension.WOMEN_HEARD: (heard.women_heard or NOT_RECORDED,),
        Dimension.YOUTH_HEARD: (heard.youth_heard or NOT_RECORDED,),
        Dimension.DISPLACED_HEARD: (heard.displaced_heard or NOT_RECORDED,),
        Dimension.MINORITIES_HEARD: (heard.minorities_heard or NOT_RECORDED,),
    }


def new_record_key() -> int:
    """A secret random key, 0 to 4095."""
    return secrets.randbelow(4096)
