"""What happened to a grievance as lines to read: for its jirga, and for officials."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from webapp import i18n, references
from webapp.concerns.rules import Taxonomy
from webapp.config import day_of
from webapp.drafts.tables import OPTIONS
from webapp.grievances.rules import Outcome
from webapp.handling.labels import DETAILS, LINKED, OUTCOMES, STEPS
from webapp.handling.queries import Opened
from webapp.history.rules import Happened
from webapp.history.tables import ERASES, INNER, Step
from webapp.people.rules import ROLE_NAMES, Role
from webapp.places.rules import Atlas

#: Their own words already say that what was written is gone.
ERASING = frozenset({*ERASES, Step.BLANK})
#: What a correction tells, each with what it was before.
CORRECTED = frozenset({"district", "subcategory", "urgency", "households"})


@dataclass(frozen=True)
class Line:
    """One thing that happened: on which day, what, by whom, with what details and texts."""

    id: int
    day: date
    what: str
    by: Sequence[str]
    #: by the jirga itself
    own: bool
    #: between officials
    inner: bool
    details: Sequence[str]
    texts: Sequence[Opened]


class Teller:
    """Says events in one language; `hidden` are the corrected fields that may not be named."""

    def __init__(
        self, language: str, atlas: Atlas, taxonomy: Taxonomy, *, hidden: frozenset[str] = frozenset(),
        roles: bool = False,
    ) -> None:  # fmt: skip
        """`roles` tells the role of whoever did it beside the office; without, only where no office is known."""
        self.language, self.say = language, i18n.speaker(language)
        self._atlas, self._taxonomy, self._hidden, self._roles = atlas, taxonomy, hidden, roles

    def line(self, event: Happened, texts: Mapping[int, Sequence[Opened]]) -> Line:
        """One event."""
        own = event.step is None or event.by is Role.REPRESENTATIVE
        return Line(
            id=event.id,
            day=day_of(event.at),
            what=self.say(STEPS[event.step]),
            by=() if own else tuple(self._by(event)),
            own=own,
            inner=event.step in INNER,
            details=tuple(self._details(event)),
            texts=texts.get(event.id, ()),
        )

    def _by(self, event: Happened) -> Iterator[str]:
        """Role and office; nobody for the site itself."""
        office = event.codes.get("office")
        if event.by and (self._roles or not office):
            yield self.say(ROLE_NAMES[event.by])
        if office:
            yield self.say(OPTIONS["body"][office])

    def _details(self, event: Happened) -> Iterator[str]:
        """What the codes of an event tell; what names the subject only where it may be shown."""
        for name, value in event.codes.items():
            if name == "outcome":
                yield self.say(OUTCOMES[Outcome(value)])
            elif name in CORRECTED - self._hidden:
                yield self._said(name, before=self.name(name, value[0]), after=self.name(name, value[1]))
            elif name == "body":
                yield self._said(name, body=self.say(OPTIONS["body"][value]))
            elif name == "day":
                yield self._said(name, date=i18n.isolated(i18n.day(date.fromisoformat(value), self.language)))
            elif name == "other":
                said = LINKED[event.codes["relation"]] if event.step is Step.LINK else DETAILS[name]
                yield self.say(said) % {"reference": i18n.isolated(references.shown(value))}
            elif name == "erased" and event.step not in ERASING:
                yield self.say(DETAILS[name])

    def _said(self, name: str, **named: str) -> str:
        return self.say(DETAILS[name]) % named

    def name(self, field: str, code: str | None) -> str:
        """The name of a code of a field that can be corrected."""
        if field == "district":
            return self._atlas.districts[code or ""].names[self.language]
        if field == "subcategory":
            return self._taxonomy.subcategories[code or ""].labels[self.language]
        return self.say(OPTIONS[field][code] if code else OPTIONS["special"]["not_recorded"])
