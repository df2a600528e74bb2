"""What was promised to a jirga, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from webapp import i18n
from webapp.clocks.queries import Told
from webapp.clocks.rules import DAY, merged, promised
from webapp.handling.labels import LATE, PROMISES
from webapp.history.rules import State, course
from webapp.inbox.labels import SHUT
from webapp.people.rules import ROLE_NAMES


@dataclass(frozen=True)
class Promise:
    """What comes next, in words, and whether it is late."""

    text: str
    late: bool


def promise(state: State, today: date, language: str) -> Promise | None:
    """The next day that was promised."""
    due = promised(course(state), today)
    if due is None:
        return None
    late = due.day < today
    said = i18n.speaker(language)((LATE if late else PROMISES)[due.kind])
    return Promise(said % {"date": i18n.isolated(i18n.day(due.day, language))}, late)


@dataclass(frozen=True)
class Still:
    """Days that do not count, in words, with the reason and who marked it where these may be shown."""

    text: str
    why: str = ""
    language: str = ""
    by: str = ""


def last_shut(state: State, today: date, language: str) -> Still | None:
    """The last shutdown that moved what was promised, without its reason, which could tell where the problem is."""
    waits = course(state)
    if not waits.running:
        return None
    spans = [(one.first, (one.until or date.max) - DAY) for one in merged(state.shutdowns)]
    told = [_still(*days, today, language) for days in spans if _moves(*days, waits.start, today)]
    return told[-1] if told else None


def all_shut(state: State, found: Sequence[Told], today: date, language: str) -> list[Still]:
    """Each shutdown that moved what was promised, the latest first, with its reason."""
    waits, say = course(state), i18n.speaker(language)
    return [
        replace(
            _still(one.first, one.last, today, language),
            why=one.why, language=one.language, by=say(ROLE_NAMES[one.role]),
        )
        for one in found if waits.running and _moves(one.first, one.last, waits.start, today)
    ]  # fmt: skip


def _moves(first: date, last: date, start: date, today: date) -> bool:
    return first <= today and last >= start


def _still(first: date, last: date, today: date, language: str) -> Still:
    days = {"first": i18n.day(first, language), "last": i18n.day(last, language)}
    said = i18n.speaker(language)(SHUT[last < today])
    return Still(said % {name: i18n.isolated(written) for name, written in days.items()})
