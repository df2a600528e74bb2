"""What is given with a step, read from a form, and every rule that it must meet. Pure."""

import re
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from webapp.concerns.rules import Sensitivity, Topic
from webapp.drafts.forms import Given, Problem, Reader, World, read_day
from webapp.drafts.tables import OPTIONS
from webapp.grievances.rules import Outcome
from webapp.history.rules import State, office
from webapp.history.tables import CLOSINGS, MOVES, OUTCOMES, OWNER, PRESSED, RELATIONS, Step
from webapp.references import read_reference

#: Graphemes of what is written with a step.
LENGTH = (5, 1500)
#: No promise lies further ahead.
FURTHEST = timedelta(days=366)
#: Where a template leaves something to be filled in.
GAP = re.compile(r"\[ *(?:\.{2,}|…) *\]")


@dataclass
class Said:
    """What was given; nothing of it counts when there are errors, and warnings ask for one look more."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    #: kind -> text
    texts: dict[str, str] = field(default_factory=dict, repr=False)
    #: kept in the event
    codes: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    #: the reference of another grievance, which must be there and be visible, and what it is looked up to
    other: str | None = None
    other_id: uuid.UUID | None = None
    #: the user name of the officer who is to have it, and who that is
    officer: str | None = None
    officer_id: uuid.UUID | None = None
    #: (event, kind) of the text that is to be emptied
    blanked: tuple[int, str] | None = None
    #: the subject that it is moved to
    topic: Topic | None = None
    #: field -> its new value
    changes: dict[str, str] = field(default_factory=dict)
    #: what CORRECT_OFFICIAL is given right after the step
    correction: Given | None = field(default=None, repr=False)


class _Form:
    """One form on its way to what was said."""

    def __init__(self, step: Step, given: Given, state: State, world: World) -> None:
        self.step, self.state, self.world = step, state, world
        self.reader = Reader(given, world)
        self.said = Said(self.reader.errors, self.reader.warnings)

    def choice(self, name: str, allowed: Collection[str], *, needed: bool = True) -> str | None:
        """One code of a list."""
        found = self.reader.all(name)
        if not found and needed:
            self.reader.refuse(name, "required")
        elif len(found) > 1:
            self.reader.refuse(name, "answered_twice")
        elif found and found[0] not in allowed:
            self.reader.refuse(name, "not_listed")
        elif found:
            return found[0]
        return None

    def noted(self, name: str, allowed: Collection[str], *, needed: bool = True) -> None:
        """One code of a list, kept in the event."""
        if code := self.choice(name, allowed, needed=needed):
            self.said.codes[name] = code

    def changed(self, name: str, old: str | None, new: str | None) -> bool:
        """Note a new value beside the old one; False when nothing was given, or the same."""
        if not new or new == old:
            return False
        self.said.changes[name], self.said.codes[name] = new, [old, new]
        return True


def read(step: Step, given: Given, state: State, world: World) -> Said:
    """All that is given with a step; what the step does not ask is not looked at."""
    form, move = _Form(step, given, state, world), MOVES[step]
    for name in move.fields:
        READ[name](form)
    needed = move.text_needed or (form.said.outcome and CLOSINGS.get(form.said.outcome) == move.text)
    text = form.reader.words(move.text, LENGTH, needed=bool(needed)) if move.text else None
    if move.text and text:
        form.said.texts[move.text] = text
    if text and GAP.search(text) and not move.by & OWNER:
        form.reader.refuse(str(move.text), "gap")
    if "district" in move.fields and not (form.said.changes or form.said.errors):
        form.reader.refuse("subcategory", "nothing_changed")
    return form.said


def _outcome(form: _Form) -> None:
    code = form.choice("outcome", OUTCOMES[form.step])
    if code:
        form.said.outcome = Outcome(code)
        form.said.codes["outcome"] = code


def _body(form: _Form) -> None:
    if form.step is Step.REFER or (form.said.outcome and CLOSINGS[form.said.outcome] == "body"):
        form.noted("body", OPTIONS["body"])
    if form.step is Step.REFER and form.said.codes.get("body") == office(form.state):
        form.reader.refuse("body", "own_office")


def _other(form: _Form) -> None:
    """The reference under which it is recorded already."""
    closes = form.said.outcome is not None and CLOSINGS[form.said.outcome] == "other"
    if not closes and form.step is not Step.LINK:
        return
    typed = form.reader.all("other")
    meant = read_reference(typed[0]) if typed else None
    if not typed:
        form.reader.refuse("other", "required")
    elif meant is None or meant == form.state.reference:
        form.reader.refuse("other", "unknown_reference")
    else:
        form.said.other = form.said.codes["other"] = meant


def _day(form: _Form) -> None:
    typed = form.reader.all("day")
    day = read_day(typed[0]) if typed else None
    if not typed:
        form.reader.refuse("day", "required")
    elif day is None:
        form.reader.refuse("day", "bad_date")
    elif not form.world.today < day <= form.world.today + FURTHEST:
        form.reader.refuse("day", "not_ahead")
    else:
        form.said.codes["day"] = day.isoformat()


def _consent(form: _Form) -> None:
    """What is protected goes on only if its people want it."""
    if form.state.protected and not form.reader.yes("consent"):
        form.reader.refuse("consent", "no_consent")


def _agreed(form: _Form) -> None:
    """Protection was the jirga's wish, or for its sake: it is asked first."""
    if not form.reader.yes("agreed"):
        form.reader.refuse("agreed", "not_agreed")


def _officer(form: _Form) -> None:
    typed = form.reader.all("officer")
    if typed:
        form.said.officer = typed[0].strip().lower()
    else:
        form.reader.refuse("officer", "required")


def _blanked(form: _Form) -> None:
    """Which text, as `event-kind`."""
    typed = form.reader.all("blanked")
    event, _, kind = typed[0].partition("-") if typed else ("", "", "")
    known = {str(one.id): one.id for one in form.state.history}
    if not typed:
        form.reader.refuse("blanked", "required")
    elif event not in known:
        form.reader.refuse("blanked", "not_listed")
    else:
        form.said.blanked = known[event], kind
        form.said.codes |= {"of": known[event], "erased": "danger"}


def _district(form: _Form) -> None:
    code = form.choice("district", form.world.atlas.districts, needed=False)
    if not code or code == form.state.guarded.district:
        return
    if not form.world.atlas.districts[code].valid(form.world.today):
        form.reader.refuse("district", "not_listed")
    elif form.step is Step.CORRECT and code not in form.world.scope:
        form.reader.refuse("district", "out_of_scope")
    else:
        form.changed("district", form.state.guarded.district, code)


def _subcategory(form: _Form) -> None:
    topics = form.world.taxonomy.subcategories
    code = form.choice("subcategory", topics, needed=False)
    if not code or code == form.state.subcategory:
        return
    if not topics[code].valid(form.world.today):
        form.reader.refuse("subcategory", "not_listed")
        return
    if form.step is Step.ACKNOWLEDGE:
        form.said.correction = {"subcategory": [code], "reason": form.reader.given.get("reason", ())}
        return
    form.said.topic = topic = topics[code]
    form.changed("subcategory", form.state.subcategory, code)
    if topic.sensitivity is Sensitivity.REFERRAL_ONLY and topic.urgency is not form.state.urgency:
        form.said.codes["urgency"] = [form.state.urgency.value, topic.urgency.value]


def _person_asked(form: _Form) -> None:
    topic = form.said.topic
    if topic and topic.person_asked and not form.reader.yes("person_asked"):
        form.reader.refuse("person_asked", "person_not_asked")


def _detail(name: str) -> Callable[[_Form], None]:
    """A field that is not asked about the most sensitive subjects."""

    def look(form: _Form) -> None:
        one = form.state
        sensitivity = form.said.topic.sensitivity if form.said.topic else one.guarded.sensitivity
        code = form.choice(name, OPTIONS[name], needed=False)
        if form.changed(name, getattr(one, name), code) and sensitivity is Sensitivity.REFERRAL_ONLY:
            form.reader.refuse(name, "not_asked")

    return look


#: field of a step -> how it is read, in the order of the step's fields
READ: Mapping[str, Callable[[_Form], None]] = {
    "office": lambda form: form.noted("office", OPTIONS["body"]),
    "body": _body,
    "consent": _consent,
    "agreed": _agreed,
    "officer": _officer,
    "relation": lambda form: form.noted("relation", RELATIONS),
    "blanked": _blanked,
    "day": _day,
    "outcome": _outcome,
    "other": _other,
    "pressed": lambda form: form.noted(PRESSED, ("yes", "no"), needed=False),
    "district": _district,
    "subcategory": _subcategory,
    "person_asked": _person_asked,
    "urgency": _detail("urgency"),
    "households": _detail("households"),
}
