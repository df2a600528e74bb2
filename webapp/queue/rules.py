"""The queue: what can be asked of it by whom, and how one row stands today. Pure."""

import enum
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from webapp.clocks.rules import Kind, dues, escalation
from webapp.concerns.rules import Taxonomy, Urgency
from webapp.grievances.rules import Status
from webapp.history.rules import Pause, State, course, standstill
from webapp.people.rules import Role
from webapp.questions.rules import Unanswerable, listed, words_of
from webapp.vault import Vault, Where


class Whose(enum.StrEnum):
    """In whose hand."""

    ALL = "all"
    MINE = "mine"
    NOBODY = "nobody"
    #: what a supervisor must look at: overdue for long, for the province alone, reopened, or nobody reviews there
    SUPERVISOR = "supervisor"


class When(enum.StrEnum):
    """Due by when."""

    OVERDUE = "overdue"
    TODAY = "today"


@dataclass(frozen=True)
class Asked:
    """Which part of the queue; without a status what waits for an official."""

    status: Status | None = None
    #: a category or a subcategory
    topic: str = ""
    urgency: Urgency | None = None
    district: str = ""
    whose: Whose = Whose.ALL
    due: When | None = None

    def words(self) -> dict[str, str]:
        """The parameters that ask it again; what is not narrowed is left out."""
        whose = "" if self.whose is Whose.ALL else self.whose
        given = (self.status, self.topic, self.urgency, self.district, whose, self.due)
        return {name: str(word) for name, word in zip(NAMES, given, strict=True) if word}


class Place(NamedTuple):
    """Where a row stands in the queue."""

    key: int
    id: uuid.UUID


class Standing(NamedTuple):
    """What a row waits for today."""

    #: what is due first; None for nothing
    kind: Kind | None
    day: date | None
    still: Pause | None
    #: whom what is overdue has reached; see clocks.rules.escalation
    reached: int


NAMES = ("status", "topic", "urgency", "district", "whose", "due")
#: An auditor is told no place, and takes nothing in hand before it is theirs.
KEPT_FROM = {Role.AUDITOR: frozenset({"district", "whose"})}


def names(role: Role) -> tuple[str, ...]:
    """The filters that a role has."""
    return tuple(name for name in NAMES if name not in KEPT_FROM.get(role, ()))


def statuses(role: Role) -> tuple[Status, ...]:
    """What a role can ask for besides what waits; what was withdrawn is nobody's."""
    return (Status.CLOSED,) if role is Role.AUDITOR else tuple(one for one in Status if one is not Status.WITHDRAWN)


def whose(role: Role) -> tuple[Whose, ...]:
    """In whose hand a role can ask for."""
    return tuple(one for one in Whose if one is not Whose.SUPERVISOR or role is Role.SUPERVISOR)


def asked(given: Mapping[str, Sequence[str]], role: Role, districts: Collection[str], taxonomy: Taxonomy) -> Asked:
    """The part of the queue that these words ask for, each name with its values; an empty value is none.

    Raises Unanswerable for whatever is on no list of this role; `districts` are those of the person's scope.
    """
    words = dict.fromkeys(NAMES, "") | words_of(given, names(role))
    if words["topic"] and words["topic"] not in {*taxonomy.categories, *taxonomy.subcategories}:
        raise Unanswerable("topic", "not_listed", given=words["topic"][:40], known=", ".join(taxonomy.categories))
    if words["district"] and words["district"] not in districts:
        raise Unanswerable("district", "unknown_district", given=words["district"][:40])
    status, urgency = listed(words, "status", statuses(role)), listed(words, "urgency", tuple(Urgency))
    hand, due = listed(words, "whose", whose(role)), listed(words, "due", tuple(When))
    return Asked(
        status=Status(status) if status else None,
        topic=words["topic"],
        urgency=Urgency(urgency) if urgency else None,
        district=words["district"],
        whose=Whose(hand) if hand else Whose.ALL,
        due=When(due) if due else None,
    )


def standing(state: State, today: date) -> Standing:
    """What is due first, by which day, whether clocks stand still, and whom it has reached; from events alone."""
    moved = course(state)
    first = next(iter(dues(moved, today)), None)
    still = next(iter(standstill(state, today)), None)
    return Standing(first and first.kind, first and first.day, still, escalation(moved, today))


def place_word(vault: Vault, person_id: uuid.UUID, place: Place) -> str:
    """A place as one word for an address: it tells nobody anything, and only its person's own pages take it."""
    return vault.word(f"{place.key} {place.id.hex}", _sealed_for(person_id))


def read_place(vault: Vault, person_id: uuid.UUID, word: str) -> Place | None:
    """The place; None for anything that was not made for this person."""
    text = vault.text_of(word, _sealed_for(person_id))
    if text is None:
        return None
    key, number = text.split()
    return Place(int(key), uuid.UUID(number))


def _sealed_for(person_id: uuid.UUID) -> Where:
    return ("queue", "place", str(person_id))
