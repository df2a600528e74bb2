"""The form of a step and sending it: what the pages of a jirga and those of officials do alike."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar, cast

from flask import abort, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp import db, guard, references
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.drafts.labels import PROBLEMS
from webapp.forms import AnswerField, BaseForm, Questions, Say
from webapp.grievances.actions import RuleBroken
from webapp.grievances.rules import Reader
from webapp.handling import actions
from webapp.handling.labels import PROBLEMS as REFUSALS
from webapp.history.queries import opened
from webapp.history.rules import State
from webapp.history.tables import Step

#: What was sent with a form.
Sent = MultiDict[str, str]
Form = TypeVar("Form", bound="StepForm")


class StepForm(Questions):
    """One step that may be taken next: its title, what it does, its questions and its button."""

    said = {**PROBLEMS, **REFUSALS}
    #: step -> (title, what it does, the button)
    steps: ClassVar[Mapping[Step, tuple[str, str, str]]]
    #: field -> (label, hint)
    questions: ClassVar[Mapping[str, tuple[str, str]]]
    #: field -> how it is drawn
    kinds: ClassVar[Mapping[str, str]]
    _made: ClassVar[type[BaseForm]]

    def __init_subclass__(cls) -> None:
        fields = {name: AnswerField(kind=kind) for name, kind in cls.kinds.items()}
        cls._made = cast(type[BaseForm], type("StepQuestions", (BaseForm,), fields))

    def __init__(self, step: Step, names: Sequence[str], say: Say, given: Sent | None = None) -> None:
        made: Mapping[str, AnswerField] = cast(Any, self._made(given or MultiDict()))._fields
        super().__init__({name: made[name] for name in names}, say)
        self.step, self.given = step, given is not None
        self.title, self.lead, self.button = (say(text) for text in self.steps[step])
        for name, field in self.fields.items():
            label, hint = self.question(name)
            field.label.text, field.hint = say(label), say(hint) if hint else ""

    def question(self, name: str) -> tuple[str, str]:
        """Label and hint of a field."""
        return self.questions[name]

    def refuse(self, code: str) -> None:
        """Say why the step cannot be taken; every word stays."""
        self.problems.append(("", "", self.say(REFUSALS[code])))


def world() -> World:
    """What is known today; whoever asks files for their own places."""
    atlas, taxonomy = db.reference()
    return World(atlas, taxonomy, atlas.in_scope(guard.person().scope), day_of(now()))


def reader() -> Reader:
    """Whoever asks, for the rules."""
    signed = guard.person()
    return Reader(signed.id, signed.role, signed.scope)


def stands(reference: str) -> State:
    """The grievance of that number as it stands, if it is the person's to open."""
    state = opened(db.session(), guard.person(), references.read_reference(reference) or "")
    if state is None:
        abort(404)
    return state


def seen() -> int:
    """The last event that the page showed on which the step was chosen."""
    sent = request.form.get("seen", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


def send(
    state: State, step: Step, onward: Callable[[], str],
    form: Callable[[State], Form], page: Callable[[State, Form], str],
) -> ResponseReturnValue:  # fmt: skip
    """Take a step and go on to another page; whatever is wrong comes back with every word that was typed."""
    given = request.form.to_dict(flat=False)
    wanted = actions.Wanted(state.reference, step, seen(), given, g.language)
    try:
        with db.writing() as session:
            actions.take(guard.acting(session), guard.person(), world(), wanted)
    except actions.Unfit as unfit:
        return _mend(state, form(state), unfit, page)
    except RuleBroken as broken:
        return refuse(state.reference, broken.code, form, page)
    if guard.wants_json():
        return jsonify(reference=state.reference)
    return redirect(onward(), HTTPStatus.SEE_OTHER)


def _mend(
    state: State, form: Form, unfit: actions.Unfit, page: Callable[[State, Form], str]
) -> ResponseReturnValue:  # fmt: skip
    if guard.wants_json():
        told = {"errors": form.by_field(unfit.errors), "warnings": form.by_field(unfit.warnings)}
        return jsonify(told), HTTPStatus.UNPROCESSABLE_ENTITY
    form.tell(unfit.errors, unfit.warnings)
    return page(state, form), HTTPStatus.UNPROCESSABLE_ENTITY


def refuse(
    reference: str, code: str, form: Callable[[State], Form], page: Callable[[State, Form], str]
) -> ResponseReturnValue:  # fmt: skip
    """Something happened since the page was shown, or it is too late: as it stands now, with what was typed."""
    if code in ("not_found", "not_yours"):
        abort(404)
    state = stands(reference)
    mending = form(state)
    mending.refuse(code)
    if guard.wants_json():
        return jsonify(errors={"": [mending.problems[0][2]]}), HTTPStatus.CONFLICT
    return page(state, mending), HTTPStatus.CONFLICT
