"""The forms of a representative's steps: questions in the person's language, choices, what was typed kept."""

from collections.abc import Mapping
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from webapp.drafts.forms import World
from webapp.drafts.labels import PROBLEMS
from webapp.drafts.tables import OPTIONS
from webapp.forms import AnswerField, BaseForm, Questions, Say, districts, topics
from webapp.grievances.rules import CONFIRMED, Outcome
from webapp.handling.forms import LENGTH
from webapp.handling.labels import OUTCOMES
from webapp.handling.labels import PROBLEMS as REFUSALS
from webapp.history.rules import State
from webapp.history.tables import MOVES, Step
from webapp.inbox.labels import NOT_SOLVED, QUESTIONS, STEPS

KINDS = {
    "answer": "textarea", "outcome": "radio", "pressed": "radio", "district": "grouped", "subcategory": "grouped",
    "person_asked": "check",
}  # fmt: skip
QuestionForm = type(
    "QuestionForm", (BaseForm,), {name: AnswerField(QUESTIONS[name][0], kind=kind) for name, kind in KINDS.items()}
)


class StepForm(Questions):
    """One step that may be taken next: its title, what it does, its questions and its button."""

    said = {**PROBLEMS, **REFUSALS}

    def __init__(
        self, step: Step, state: State, world: World, language: str, say: Say,
        given: MultiDict[str, str] | None = None,
    ):  # fmt: skip
        made: Mapping[str, AnswerField] = cast(Any, QuestionForm(given or MultiDict()))._fields
        move = MOVES[step]
        super().__init__({name: made[name] for name in (*move.fields, *filter(None, [move.text]))}, say)
        self.step, self.given = step, given is not None
        self.title, self.lead, self.button = (say(text) for text in STEPS[step])
        for name, field in self.fields.items():
            label, hint = QUESTIONS[name]
            field.label.text, field.hint = say(label), say(hint) if hint else ""
        self._set_choices(state, world, language)

    def _set_choices(self, state: State, world: World, language: str) -> None:
        choices: dict[str, Any] = {
            "outcome": lambda: [
                *((one.value, self.say(OUTCOMES[one])) for one in Outcome if one in CONFIRMED),
                (NOT_SOLVED[0], self.say(NOT_SOLVED[1])),
            ],
            "pressed": lambda: [(code, self.say(OPTIONS["yes_no_not_sure"][code])) for code in ("yes", "no")],
            "district": lambda: districts(world, world.scope, language),
            "subcategory": lambda: topics(world.taxonomy, world, language),
        }
        for name, field in self.fields.items():
            if name in choices:
                field.choices = choices[name]()
        if "answer" in self.fields:
            self.fields["answer"].max, self.fields["answer"].optional = LENGTH[1], not MOVES[self.step].text_needed
        if "pressed" in self.fields:
            self.fields["pressed"].optional = True
        if "district" in self.fields and not self.given:
            self.fields["district"].given = [state.guarded.district]
            self.fields["subcategory"].given = [state.subcategory]

    def refuse(self, code: str) -> None:
        """Say why the step cannot be taken; every word stays."""
        self.problems.append(("", "", self.say(REFUSALS[code])))
