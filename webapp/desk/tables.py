"""A row of the queue in words: what is due by when, whom it has reached, in whose hand it is."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from webapp import i18n, references
from webapp.concerns.rules import Taxonomy, Urgency
from webapp.config import day_of
from webapp.drafts.tables import OPTIONS
from webapp.grievances.labels import STATUSES
from webapp.handling.labels import STANDS_STILL
from webapp.history.rules import State, holder
from webapp.history.tables import ANSWERED, CLOSED
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.places.rules import Atlas
from webapp.queue import labels
from webapp.queue.rules import Standing, standing


class Chip(NamedTuple):
    """A short mark: which shape and colour, which words."""

    kind: str
    text: str


class Holder(NamedTuple):
    """In whose hand: words, or a user name."""

    text: str
    named: bool


@dataclass(frozen=True)
class Row:
    """One line; nothing that was written, no number of people."""

    reference: str
    shown: str
    topic: str
    #: "" for whoever is told no place
    district: str
    status: str
    urgency: str
    danger: bool
    due: str
    chips: list[Chip]
    holder: Holder
    received: date


@dataclass(frozen=True)
class Teller:
    """Says rows to one person, today, in one language."""

    person: Signed
    today: date
    language: str
    atlas: Atlas
    taxonomy: Taxonomy
    usernames: Mapping[uuid.UUID, str]

    @property
    def say(self) -> Callable[[str], str]:
        """From English to the page's language."""
        return i18n.speaker(self.language)

    def row(self, state: State) -> Row:
        """One grievance."""
        stands, told = standing(state, self.today), self.person.role is not Role.AUDITOR
        return Row(
            reference=state.reference,
            shown=references.shown(state.reference),
            topic=self.taxonomy.subcategories[state.subcategory].labels[self.language],
            district=self.atlas.districts[state.guarded.district].names[self.language] if told else "",
            status=self.say(STATUSES[state.status]),
            urgency=self.say(OPTIONS["urgency"][state.urgency]),
            danger=state.urgency is Urgency.LIFE_DANGER and state.status not in CLOSED,
            due=self._due(state, stands),
            chips=self._chips(stands),
            holder=self._holder(state),
            received=day_of(state.received_at),
        )

    def _due(self, state: State, stands: Standing) -> str:
        if stands.kind:
            return self.say(labels.DUES[stands.kind])
        return self.say(labels.ANSWERED if state.status in ANSWERED else labels.NOTHING_DUE)

    def _chips(self, stands: Standing) -> list[Chip]:
        """When it is due, unless the clocks stand still before that; then whom it has reached."""
        found: list[Chip] = []
        if stands.day and stands.day < self.today:
            found.append(Chip("urgent", self._dated(labels.LATE, stands.day)))
        elif stands.day and not stands.still:
            due_now = stands.day == self.today
            found.append(
                Chip("wait", self.say(labels.TODAY)) if due_now else Chip("note", self._dated(labels.LATER, stands.day))
            )
        if stands.still:
            found.append(Chip("stop", self.say(STANDS_STILL[stands.still])))
        if stands.reached:
            found.append(Chip("urgent", self.say(labels.REACHED[stands.reached])))
        return found

    def _dated(self, message: str, day: date) -> str:
        return self.say(message) % {"date": i18n.isolated(i18n.day(day, self.language))}

    def _holder(self, state: State) -> Holder:
        """Nobody has a closed one in hand."""
        found = None if state.status in CLOSED else holder(state)
        if found == self.person.id:
            return Holder(self.say(labels.YOU), named=False)
        name = self.usernames.get(found) if found else None
        return Holder(name, named=True) if name else Holder(self.say(labels.NOBODY), named=False)
