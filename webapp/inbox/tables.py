"""What happened to a grievance as lines of a timeline, and what was promised, in the representative's words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from webapp import i18n, references
from webapp.clocks.queries import Told
from webapp.clocks.rules import DAY, merged, promised
from webapp.concerns.rules import Taxonomy
from webapp.config import day_of
from webapp.drafts.tables import OPTIONS
from webapp.grievances.rules import Outcome
from webapp.handling.labels import LATE, OUTCOMES, PROMISES, STEPS
from webapp.handling.queries import Opened
from webapp.history.rules import Happened, State, course
from webapp.history.tables import Step
from webapp.inbox.labels import DETAILS, SHUT
from webapp.people.rules import ROLE_NAMES, Role
from webapp.places.rules import Atlas

Say = Callable[[str], str]
#: Their own words already say that what was written is gone.
ERASING = frozenset({Step.ERASE_NOW, Step.ERASE_DUE})


@dataclass(frozen=True)
class Promise:
    """What comes next, in words, and whether it is late."""

    text: str
    late: bool


@dataclass(frozen=True)
class Line:
    """One thing that happened: on which day, what, by whom, with what details and texts."""

    day: date
    what: str
    by: str
    own: bool
    details: Sequence[str]
    texts: Sequence[Opened]


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


class Teller:
    """Says events in one language; `open_` is whether the subject may be named and texts shown."""

    def __init__(self, language: str, atlas: Atlas, taxonomy: Taxonomy, *, open_: bool) -> None:
        self.language, self.say = language, i18n.speaker(language)
        self._atlas, self._taxonomy, self._open = atlas, taxonomy, open_

    def line(self, event: Happened, texts: Mapping[int, Sequence[Opened]]) -> Line:
        """One event."""
        own = event.step is None or event.by is Role.REPRESENTATIVE
        return Line(
            day=day_of(event.at),
            what=self.say(STEPS[event.step]),
            by="" if own else self._by(event),
            own=own,
            details=list(self._details(event)),
            texts=texts.get(event.id, ()),
        )

    def _by(self, event: Happened) -> str:
        """The office, else the role; nobody for the site itself."""
        office = event.codes.get("office")
        if office:
            return self.say(OPTIONS["body"][office])
        return self.say(ROLE_NAMES[event.by]) if event.by else ""

    def _details(self, event: Happened) -> Any:
        """What the codes of an event tell; what names the subject only where it may be shown."""
        for name, value in event.codes.items():
            if name == "outcome":
                yield self.say(OUTCOMES[Outcome(value)])
            elif name in ("district", "subcategory", "urgency", "households"):
                if self._open:
                    yield self._said(name, before=self._name(name, value[0]), after=self._name(name, value[1]))
            elif name == "body":
                yield self._said(name, body=self.say(OPTIONS["body"][value]))
            elif name == "day":
                yield self._said(name, date=i18n.isolated(i18n.day(date.fromisoformat(value), self.language)))
            elif name == "other":
                yield self._said(name, reference=i18n.isolated(references.shown(value)))
            elif name == "erased" and event.step not in ERASING and (self._open or value != "subject"):
                yield self.say(DETAILS[name])

    def _said(self, name: str, **named: str) -> str:
        return self.say(DETAILS[name]) % named

    def _name(self, name: str, code: str | None) -> str:
        if name == "district":
            return self._atlas.districts[code or ""].names[self.language]
        if name == "subcategory":
            return self._taxonomy.subcategories[code or ""].labels[self.language]
        return self.say(OPTIONS[name][code] if code else OPTIONS["special"]["not_recorded"])
