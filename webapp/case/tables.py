"""What the officials' page shows as rows: entries in words, days that are due, templates to begin a reply with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from webapp import i18n, references
from webapp.case.labels import DUE, NOT_COUNTED, RAISED, RELATIONS
from webapp.clocks.rules import Reckoned, reckoned
from webapp.concerns.rules import Sensitivity
from webapp.drafts.labels import QUESTIONS
from webapp.drafts.tables import OPTIONS
from webapp.grievances.labels import STATUSES
from webapp.grievances.models import REFERRAL_NULLS
from webapp.grievances.rules import Reader
from webapp.history.queries import Beside
from webapp.history.rules import State, course, uncounted
from webapp.people.rules import Role
from webapp.places.rules import Atlas

Say = Callable[[str], str]
#: (what was asked, the answer)
Row = tuple[str, str]
#: What the auditor does not see: where it is, and anything of who brought it.
NOT_FOR_AUDITORS = frozenset({"district", "tehsil", "contact_preference", "people_number"})
GATHERING = (
    "gathering_date", "place_type", "participants", "women_heard", "youth_heard", "displaced_heard", "minorities_heard",
    "consensus",
)  # fmt: skip
#: field of a grievance -> its list
LISTS = {
    "timing": "timing", "groups_affected": "groups", "remedies": "remedy", "raised_before": "yes_no_not_sure",
    "raised_to": "body", "prior_result": "prior_result", "contact_preference": "contact", "place_type": "place_type",
    "participants": "participants", "women_heard": "heard", "youth_heard": "heard", "displaced_heard": "heard",
    "minorities_heard": "heard", "consensus": "consensus",
}  # fmt: skip
ORDER = (
    "district", "tehsil", "urgency", "start_year", "timing", "households", "people_number", "groups_affected",
    "remedies", "raised_before", "raised_to", "prior_result", "contact_preference",
)  # fmt: skip
#: Shown only where there is an answer.
IF_GIVEN = frozenset({"people_number", "groups_affected", "raised_to", "prior_result"})


class Deadline(NamedTuple):
    """One thing that is due, in words, and whether it is overdue."""

    words: Sequence[str]
    late: bool


def entries(state: State, given: Mapping[str, Any], who: Reader, atlas: Atlas, language: str) -> list[Row]:
    """What was chosen from lists about the problem, in words."""
    say = i18n.speaker(language)
    chosen = {**given, "district": state.guarded.district, "urgency": state.urgency, "households": state.households}
    little = state.guarded.sensitivity is Sensitivity.REFERRAL_ONLY
    hidden = NOT_FOR_AUDITORS if who.role is Role.AUDITOR else frozenset()
    left_out = hidden | (frozenset(REFERRAL_NULLS) if little else frozenset())
    rows = [(name, chosen[name]) for name in ORDER if name not in left_out and (chosen[name] or name not in IF_GIVEN)]
    return [(say(QUESTIONS[name][0]), _answer(name, value, atlas, language, say)) for name, value in rows]


def gathering(given: Mapping[str, Any], language: str) -> list[Row]:
    """How broad the gathering was."""
    say = i18n.speaker(language)
    rows = [(name, given[name]) for name in GATHERING if given[name]]
    found = [
        (say(QUESTIONS[name][0]), i18n.day(value, language) if name == "gathering_date" else _listed(name, value, say))
        for name, value in rows
    ]
    return [*found, (say(RAISED), i18n.number(given["raised"]))]


def _answer(name: str, value: Any, atlas: Atlas, language: str, say: Say) -> str:
    if name == "district":
        return atlas.districts[value].names[language]
    if name == "tehsil":
        return atlas.tehsils[value].names[language] if value else say(OPTIONS["special"]["whole_district"])
    if not value:
        return say(OPTIONS["special"]["not_recorded"])
    if name in ("urgency", "households"):
        return say(OPTIONS[name][value])
    if name in LISTS:
        return _listed(name, value, say)
    return str(value) if name == "start_year" else i18n.number(value)


def _listed(name: str, value: str | Sequence[str], say: Say) -> str:
    codes = [value] if isinstance(value, str) else value
    return " · ".join(say(OPTIONS[LISTS[name]][code]) for code in codes)


def deadlines(state: State, today: date, language: str) -> list[Deadline]:
    """What is due by which day and why, the earliest first."""
    say = i18n.speaker(language)
    return [
        Deadline(tuple(_why(state, one, say, language)), one.due.day < today)
        for one in reckoned(course(state), today)
    ]  # fmt: skip


def _why(state: State, one: Reckoned, say: Say, language: str) -> Iterator[str]:
    written = {
        name: i18n.isolated(i18n.day(day, language)) for name, day in (("date", one.due.day), ("start", one.start))
    }
    yield say(DUE[one.due.kind]) % {**written, "days": i18n.isolated(str(one.days))}
    for why, number in uncounted(state, one).items():
        yield say(NOT_COUNTED[why]) % {"number": i18n.isolated(str(number))}


def others(found: Sequence[Beside], say: Say) -> list[dict[str, Any]]:
    """Other grievances in words: number, day, status, relation."""
    return [
        {
            "reference": one.reference,
            "shown": references.shown(one.reference),
            "received": one.received,
            "status": say(STATUSES[one.status]),
            "relation": say(RELATIONS[one.relation]) if one.relation else "",
        }
        for one in found
    ]
