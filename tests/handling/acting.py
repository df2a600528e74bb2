"""A jirga and the officials it meets, for tests: they file, and take one step after the other. All synthetic."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from webapp.audit.actions import Acting
from webapp.concerns.queries import taxonomy
from webapp.concerns.rules import Taxonomy
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.drafts.rules import check
from webapp.grievances.actions import Desk, RuleBroken, submit
from webapp.grievances.models import Event, Grievance
from webapp.grievances.queries import recount
from webapp.handling import actions
from webapp.handling.actions import Wanted
from webapp.history import queries as history
from webapp.history.rules import State
from webapp.history.tables import INNER, Step
from webapp.people.models import Person
from webapp.people.queries import Signed
from webapp.people.rules import Role, Stage
from webapp.places.queries import atlas
from webapp.places.rules import Atlas
from webapp.summary.queries import ledger_cells
from webapp.texts.models import Text

WORDS = "Synthetic: the engineer came on Monday and wrote down the houses."
#: What goes well with each step.
GIVEN: dict[Step, dict[str, str]] = {
    Step.ACKNOWLEDGE: {"office": "district_administration"},
    Step.ASK: {"question": "Synthetic: how many houses are meant?"},
    Step.REFER: {"body": "pdma", "reason": WORDS, "consent": "yes"},
    Step.SEND_BACK: {"reason": WORDS},
    Step.PLAN: {"office": "pdma"},
    Step.REPORT_ACTION: {"reply": WORDS},
    Step.CLOSE: {"outcome": "with_court"},
    Step.CORRECT_OFFICIAL: {"urgency": "high", "reason": WORDS},
    Step.NOTE: {"note": WORDS},
    Step.LINK: {"relation": "same_matter"},
    Step.BLANK: {"reason": WORDS},
    Step.PROPOSE_LIFT: {"note": WORDS, "agreed": "yes"},
    Step.ANSWER: {"answer": WORDS},
    Step.CONFIRM: {"outcome": "solved"},
    Step.WITHDRAW: {"pressed": "no"},
    Step.CORRECT: {"district": "khyber"},
}


REFERENCE: list[tuple[Atlas, Taxonomy]] = []


def signed(person: Person) -> Signed:
    """Somebody who has just signed in."""
    at = person.created_at
    return Signed(
        person.id, person.role, person.scope, "en", at, at, person.id,
        own_phone=False, reset_at=person.reset_at, stage=Stage.FULL,
    )  # fmt: skip


@dataclass
class Place:
    """Everybody who matters in Khyber Pakhtunkhwa, and the time."""

    session: Session
    at: datetime
    filed: list[str] = field(default_factory=list)

    @cached_property
    def people(self) -> dict[str, Signed]:
        """A representative, a stranger, two of each kind of official, and the others."""
        roles = {
            "owner": Role.REPRESENTATIVE, "stranger": Role.REPRESENTATIVE, "reviewer": Role.REVIEWER,
            "colleague": Role.REVIEWER, "supervisor": Role.SUPERVISOR, "second": Role.SUPERVISOR,
            "protector": Role.PROTECTION_OFFICER, "keeper": Role.PROTECTION_OFFICER, "auditor": Role.AUDITOR,
            "analyst": Role.ANALYST, "administrator": Role.ADMINISTRATOR,
        }  # fmt: skip
        return {name: signed(factories.person(self.session, role, ("PK-KP",))) for name, role in roles.items()}

    @property
    def _reference(self) -> tuple[Atlas, Taxonomy]:
        """Read once a process: it is the same in every database."""
        if not REFERENCE:
            REFERENCE.append((atlas(self.session), taxonomy(self.session)))
        return REFERENCE[0]

    @property
    def world(self) -> World:
        """What is known today; the owner files for Khyber Pakhtunkhwa."""
        places, topics = self._reference
        return World(places, topics, places.in_scope(("PK-KP",)), day_of(self.at))

    def file(self, name: str = "owner", **changes: Any) -> str:
        """A new grievance; its reference."""
        person = self.people[name]
        draft = check(factories.as_given(factories.full(**changes)), self.world)
        assert draft.gathering, draft.errors
        assert draft.grievance
        desk = Desk(person.id, factories.VAULT, self.world, self.at)
        kept = submit(
            self.session, desk, draft.grievance, os.urandom(32), language="ps", gathering=draft.gathering
        )  # fmt: skip
        self.session.commit()
        self.filed.append(kept.stored.reference)
        return kept.stored.reference

    def take(self, name: str, reference: str, step: Step, seen: int | None = None, **given: Any) -> int:
        """One step with what goes well with it, or with what is given; committed."""
        try:
            made = self.attempt(name, reference, step, self.last(reference, name) if seen is None else seen, **given)
        except RuleBroken:
            self.session.rollback()
            raise
        self.session.commit()
        return made

    def attempt(self, name: str, reference: str, step: Step, seen: int, **given: Any) -> int:
        """The same, in the transaction that is open."""
        form = {**GIVEN.get(step, {}), **given}
        if step is Step.PLAN:
            form.setdefault("day", (day_of(self.at) + timedelta(days=9)).isoformat())
        if step is Step.BLANK:
            form.setdefault("blanked", self.stands(reference))
        if step is Step.LINK:
            form.setdefault("other", next((one for one in self.filed if one != reference), ""))
        if step is Step.REASSIGN:
            form.setdefault("officer", self.username("second" if name == "supervisor" else "colleague"))
        fields = factories.as_given({field: value for field, value in form.items() if value is not None})
        acting = Acting(self.session, factories.VAULT, self.people[name].id, self.at)
        return actions.take(acting, self.people[name], self.world, Wanted(reference, step, seen, fields, "ur"))

    def stands(self, reference: str) -> str:
        """A text that can be emptied, as `event-kind`."""
        query = select(Text.event_id, Text.kind).join(Event, Event.id == Text.event_id).join(Grievance)
        found = self.session.execute(query.where(Grievance.reference == reference, Text.sealed.is_not(None))).first()
        return f"{found.event_id}-{found.kind}" if found else ""

    def username(self, name: str) -> str:
        """What somebody signs in with."""
        return str(self.session.scalar(select(Person.username).where(Person.id == self.people[name].id)))

    def refused(self, name: str, reference: str, step: Step, seen: int | None = None, **given: Any) -> str:
        """The code with which a step is refused; nothing was changed by it."""
        before = self.counted()
        try:
            self.take(name, reference, step, seen, **given)
        except RuleBroken as broken:
            assert self.counted() == before
            return broken.code
        return "taken"

    def unfit(self, name: str, reference: str, step: Step, **given: Any) -> dict[str, list[str]]:
        """What must be mended, or "?" for what must be looked at: field -> codes."""
        try:
            self.take(name, reference, step, **given)
        except actions.Unfit as unfit:
            found: dict[str, list[str]] = {}
            for mark, problems in (("", unfit.errors), ("?", unfit.warnings)):
                for one in problems:
                    found.setdefault(one.field, []).append(one.code + mark)
            return found
        return {}

    def state(self, reference: str, name: str | None = None) -> State:
        """A grievance as somebody sees it; as the site does without a name."""
        self.session.rollback()
        key = self.session.scalar(select(Grievance.id).where(Grievance.reference == reference))
        assert key
        person = self.people[name] if name else None
        found = history.opened(self.session, person, reference) if person else history.whole(self.session, key)
        self.session.rollback()
        assert found
        return found

    def lapse(self, reference: str, step: Step) -> bool:
        """Let the site take a step of its own."""
        acting = Acting(self.session, factories.VAULT, None, self.at)
        done = actions.lapse(acting, self.world, step, self.state(reference).id)
        self.session.commit()
        return done

    def last(self, reference: str, name: str = "") -> int:
        """What a page would have shown: a jirga's leaves out what is between officials."""
        events = self.state(reference).history
        owns = bool(name) and self.people[name].role is Role.REPRESENTATIVE
        return [one.id for one in events if not (owns and one.step in INNER)][-1]

    def row(self, reference: str) -> Grievance:
        """What stands of it."""
        self.session.rollback()
        query = select(Grievance).where(Grievance.reference == reference)
        found = self.session.scalars(query.execution_options(populate_existing=True)).one()
        self.session.rollback()
        return found

    def events(self, reference: str) -> Sequence[Event]:
        """All that happened to it."""
        query = select(Event).join(Grievance).where(Grievance.reference == reference).order_by(Event.id)
        return self.session.scalars(query).all()

    def counted(self) -> tuple[Any, ...]:
        """Events, and what the ledger holds."""
        self.session.rollback()
        found = (self.session.scalar(select(func.count()).select_from(Event)), ledger_cells(self.session))
        self.session.rollback()
        return found

    def drifted(self) -> list[Any]:
        """Cells of the ledger that differ from a recount."""
        self.session.rollback()
        true, posted = recount(self.session, self.world), ledger_cells(self.session)
        self.session.rollback()
        return [cell for cell in true.keys() | posted.keys() if true.get(cell) != posted.get(cell)]

    def forward(self, **span: float) -> None:
        """Some time later."""
        self.at += timedelta(**span)


def place(session: Session) -> Place:
    """A new one, now."""
    return Place(session, now().replace(microsecond=0))
