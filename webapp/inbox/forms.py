"""The forms of a representative's steps: questions in the person's language, choices, what was typed kept."""

from typing import Any

from webapp.drafts.forms import World
from webapp.drafts.tables import OPTIONS
from webapp.forms import Say, districts, topics
from webapp.grievances.rules import CONFIRMED, Outcome
from webapp.handling.forms import LENGTH
from webapp.handling.labels import OUTCOMES
from webapp.history.rules import State
from webapp.history.tables import MOVES, Step
from webapp.inbox.labels import NOT_SOLVED, QUESTIONS, STEPS, WITHDRAW_VEILED
from webapp.steps import Sent
from webapp.steps import StepForm as AnyStepForm


class StepForm(AnyStepForm):
    """One step that a representative may take next."""

    steps, questions = STEPS, QUESTIONS
    kinds = {
        "answer": "textarea", "outcome": "radio", "pressed": "radio", "district": "grouped", "subcategory": "grouped",
        "person_asked": "check",
    }  # fmt: skip

    def __init__(
        self, step: Step, state: State, world: World, language: str, say: Say, given: Sent | None = None
    ) -> None:  # fmt: skip
        move = MOVES[step]
        super().__init__(step, (*move.fields, *filter(None, [move.text])), say, given)
        self._set_choices(state, world, language)
        if step is Step.WITHDRAW and state.veiled:
            self.lead = say(WITHDRAW_VEILED)

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
