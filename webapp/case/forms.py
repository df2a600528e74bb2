"""The forms of officials' steps: questions, choices, what was typed or kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp import i18n
from webapp.case.labels import ASKED_OTHERWISE, MYSELF, QUESTIONS, RELATIONS, STEPS, TEMPLATES, TEXTS, TO_BE_READ
from webapp.config import day_of
from webapp.drafts.forms import World
from webapp.drafts.tables import OPTIONS
from webapp.forms import Choices, districts, topics
from webapp.handling.forms import FURTHEST, LENGTH
from webapp.handling.labels import OUTCOMES
from webapp.handling.queries import Opened
from webapp.history.rules import State, office
from webapp.history.tables import CLOSINGS, MOVES, Step
from webapp.people.models import Person
from webapp.people.rules import ROLE_NAMES
from webapp.steps import Sent
from webapp.steps import StepForm as AnyStepForm
from webapp.unsent.queries import Kept

DAY = timedelta(days=1)
#: With more officers than this a user name is typed.
MOST_OFFICERS = 50
WRITTEN = frozenset({"question", "reply", "reason", "note"})
#: Not every closing asks them.
AT_TIMES = frozenset(
    {(Step.CLOSE, "body"), (Step.CLOSE, "other"), (Step.CLOSE, "reason"), (Step.ACKNOWLEDGE, "reason")}
)


@dataclass(frozen=True)
class Around:
    """What the choices of forms are made of, as far as the person may see it."""

    state: State
    world: World
    language: str
    #: event -> its texts
    texts: Mapping[int, Sequence[Opened]] = field(default_factory=dict)
    officers: Sequence[Person] = ()
    myself: Any = None
    kept: Mapping[str, Kept] = field(default_factory=dict)


class StepForm(AnyStepForm):
    """One step that an official may take next."""

    steps, questions = STEPS, QUESTIONS
    kinds = {
        "office": "select", "subcategory": "grouped", "body": "select", "consent": "check", "day": "date",
        "outcome": "radio", "other": "text", "relation": "radio", "officer": "select", "blanked": "radio",
        "agreed": "check", "district": "grouped", "urgency": "select", "households": "select", "question": "textarea",
        "reply": "textarea", "reason": "textarea", "note": "textarea",
    }  # fmt: skip

    def __init__(self, step: Step, around: Around, given: Sent | None = None) -> None:
        self.kept = around.kept.get(step) if given is None else None
        self.around, state = around, around.state
        #: whether it stands unfolded on the page
        self.open = True
        super().__init__(step, names(step, state), i18n.speaker(around.language), given or self._kept())
        self.given = given is not None
        #: code and name of the templates, and their words in the language of the grievance
        written = i18n.speaker(state.language)
        self.templates = [
            (code, self.say(one.title), written(one.text)) for code, one in TEMPLATES.items() if one.step is step
        ]
        self._set_choices()
        for name, made in self.fields.items():
            made.id = f"{step}-{name}"
            made.optional = (step, name) in AT_TIMES
            if name in WRITTEN:
                made.max = LENGTH[1]
        if not self.given and not self.kept:
            self._begin()

    def question(self, name: str) -> tuple[str, str]:
        """Label and hint of a field."""
        return ASKED_OTHERWISE.get((self.step, name), QUESTIONS[name])

    def fill(self, template: str) -> None:
        """Begin with a template, after what was typed."""
        words = next((words for code, _, words in self.templates if code == template), "")
        made = next((made for name, made in self.fields.items() if name in WRITTEN), None)
        if made and words:
            made.given = ["\n\n".join(filter(None, [*made.given[:1], words]))]

    def typed(self) -> list[str]:
        """What was written, for a step that cannot be taken now."""
        return [str(made.value) for name, made in self.fields.items() if name in WRITTEN and made.value]

    def _kept(self) -> Sent | None:
        if self.kept is None:
            return None
        return MultiDict((name, value) for name, values in self.kept.fields.items() for value in values)

    def _set_choices(self) -> None:
        for name, made in self.fields.items():
            if name in CHOICES:
                made.choices = CHOICES[name](self)
        if "officer" in self.fields and len(self.fields["officer"].choices) > MOST_OFFICERS:
            self.fields["officer"].kind = "text"
        if "day" in self.fields:
            today = self.around.world.today
            self.fields["day"].min_day, self.fields["day"].max_day = today + DAY, today + FURTHEST
        language = i18n.isolated(i18n.OWN_NAMES[self.around.state.language])
        for name, made in self.fields.items():
            if self.question(name)[1] == TO_BE_READ:
                made.hint = self.say(TO_BE_READ) % {"language": language}

    def _begin(self) -> None:
        """What stands there before anything was chosen."""
        state = self.around.state
        now = {
            "district": state.guarded.district, "subcategory": state.subcategory, "urgency": state.urgency.value,
            "households": state.households or "", "office": office(state) or "",
        }  # fmt: skip
        for name, made in self.fields.items():
            made.given = [now[name]] if now.get(name) else []


def names(step: Step, state: State) -> list[str]:
    """The fields of a step's form, in their order."""
    move = MOVES[step]
    also = ["reason"] if step is Step.ACKNOWLEDGE else [move.text] if move.text else []
    unasked = {"consent"} if not state.protected else set()
    if state.guarded.sensitivity == state.guarded.sensitivity.REFERRAL_ONLY:
        unasked |= {"urgency", "households"}
    return [name for name in (*move.fields, *also) if name not in unasked]


def _options(form: StepForm, name: str) -> Choices:
    return [(code, form.say(label)) for code, label in OPTIONS[name].items()]


def _officers(form: StepForm) -> Choices:
    """Oneself first, then the others; not who has it already."""
    around = form.around
    free = [one for one in around.officers if one.id != around.state.handler]
    others = [(str(one.username), one.role) for one in free if one.id != around.myself]
    return [
        *((str(one.username), form.say(MYSELF)) for one in free if one.id == around.myself),
        *((name, f"{form.say(ROLE_NAMES[role])} {i18n.isolated(name)}") for name, role in others),
    ]


def _blanked(form: StepForm) -> Choices:
    """Each text that the person may read, by kind and day."""
    days = {event.id: i18n.day(day_of(event.at), form.around.language) for event in form.around.state.history}
    return [
        (f"{event}-{one.kind}", form.say(TEXTS[one.kind]) % {"date": i18n.isolated(days[event])})
        for event, texts in form.around.texts.items()
        for one in texts
    ]


#: field -> what can be chosen
CHOICES: Mapping[str, Callable[[StepForm], Sequence[Any]]] = {
    "office": lambda form: _options(form, "body"),
    "body": lambda form: _options(form, "body"),
    "urgency": lambda form: _options(form, "urgency"),
    "households": lambda form: _options(form, "households"),
    "outcome": lambda form: [(one.value, form.say(OUTCOMES[one])) for one in CLOSINGS],
    "relation": lambda form: [(code, form.say(label)) for code, label in RELATIONS.items()],
    "officer": _officers,
    "blanked": _blanked,
    "district": lambda form: districts(form.around.world, form.around.world.atlas.districts, form.around.language),
    "subcategory": lambda form: topics(form.around.world.taxonomy, form.around.world, form.around.language),
}


def sent_fields(step: Step, state: State, given: MultiDict[str, str]) -> dict[str, list[str]]:
    """What of a form is kept when it is not sent yet."""
    return {name: given.getlist(name) for name in names(step, state) if any(given.getlist(name))}
