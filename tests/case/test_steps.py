"""Every step of officials through its form: it is offered, it works, and what is wrong stands at its field."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from tests.case.conftest import Office
from tests.factories import JSON
from tests.handling.acting import WORDS
from webapp.case.labels import STEPS
from webapp.config import day_of
from webapp.grievances.rules import Status
from webapp.handling.labels import PROBLEMS
from webapp.history.tables import HANDLERS, MOVES, Step

ERROR = re.compile(r'<p class="error"[^>]*>(.*?)</p>')
PHONE = "Synthetic: call 0300 1234567."
REQUIRED, CNIC = "Please answer this question", "This looks like an ID card or phone number."
LONG = "Synthetic words. " * 3000
#: Another subject than the one filed, and no more sensitive.
OTHER = "damage_survey"


class Tried(NamedTuple):
    """Who takes a step after which others, with what, where it leads, and what is refused at its fields."""

    who: str
    before: tuple[tuple[str, Step], ...]
    given: Mapping[str, str]
    to: Status
    wrong: tuple[tuple[Mapping[str, str], str], ...] = ()
    filed: Mapping[str, Any] = {}


READ = (("reviewer", Step.ACKNOWLEDGE),)
REFERRED, ACTED = (*READ, ("reviewer", Step.REFER)), (*READ, ("reviewer", Step.REPORT_ACTION))
PROTECTED = {"confidentiality": "protected"}
TRIED: Mapping[Step, Tried] = {
    Step.ACKNOWLEDGE: Tried(
        "reviewer", (), {"office": "pdma", "subcategory": "house_damage"}, Status.ACKNOWLEDGED,
        (({}, REQUIRED), ({"office": "moon"}, "Choose one of the answers in the list."),
         ({"office": "pdma", "subcategory": OTHER}, REQUIRED)),
    ),
    Step.REVIEW: Tried("reviewer", READ, {}, Status.UNDER_REVIEW),
    Step.ASK: Tried(
        "reviewer", READ, {"question": WORDS}, Status.INFO_REQUESTED,
        (({}, REQUIRED), ({"question": PHONE}, CNIC), ({"question": LONG}, "This is too long by"),
         ({"question": "Synthetic: we ask because [...]."}, PROBLEMS["gap"])),
    ),
    Step.REFER: Tried(
        "reviewer", READ, {"body": "pdma", "reason": WORDS}, Status.REFERRED,
        (({"reason": WORDS}, REQUIRED), ({"body": "district_administration", "reason": WORDS}, PROBLEMS["own_office"]),
         ({"body": "pdma", "reason": PHONE}, CNIC)),
    ),
    Step.ACCEPT: Tried("colleague", REFERRED, {}, Status.UNDER_REVIEW),
    Step.SEND_BACK: Tried("colleague", REFERRED, {"reason": WORDS}, Status.UNDER_REVIEW, (({}, REQUIRED),)),
    Step.PLAN: Tried(
        "reviewer", READ, {"day": "+9", "office": "pdma"}, Status.ACTION_PLANNED,
        (({"day": "+9"}, REQUIRED), ({"day": "0", "office": "pdma"}, PROBLEMS["not_ahead"]),
         ({"day": "-1", "office": "pdma"}, PROBLEMS["not_ahead"]),
         ({"day": "+400", "office": "pdma"}, PROBLEMS["not_ahead"])),
    ),
    Step.REPORT_ACTION: Tried(
        "reviewer", READ, {"reply": WORDS}, Status.ACTION_TAKEN,
        (({}, REQUIRED), ({"reply": PHONE}, CNIC), ({"reply": LONG}, "This is too long by")),
    ),
    Step.CLOSE: Tried(
        "supervisor", READ, {"outcome": "not_solved_refused", "reason": WORDS}, Status.CLOSED,
        (({}, REQUIRED), ({"outcome": "solved"}, "Choose one of the answers in the list."),
         ({"outcome": "outside_mandate"}, REQUIRED), ({"outcome": "not_solved_refused"}, REQUIRED),
         ({"outcome": "duplicate", "other": "0000000000"}, PROBLEMS["unknown_reference"])),
    ),
    Step.ANSWER_REOPENED: Tried("supervisor", (*ACTED, ("owner", Step.REOPEN)), {}, Status.UNDER_REVIEW),
    Step.CLAIM: Tried("reviewer", (), {}, Status.SUBMITTED),
    Step.LET_GO: Tried("reviewer", READ, {}, Status.ACKNOWLEDGED),
    Step.REASSIGN: Tried(
        "supervisor", READ, {"officer": "colleague"}, Status.ACKNOWLEDGED,
        (({}, REQUIRED), ({"officer": "nobody"}, PROBLEMS["unknown_officer"]),
         ({"officer": "reviewer"}, PROBLEMS["unknown_officer"])),
    ),
    Step.NOTE: Tried("reviewer", (), {"note": WORDS}, Status.SUBMITTED, (({}, REQUIRED), ({"note": PHONE}, CNIC))),
    Step.LINK: Tried(
        "reviewer", (), {"other": "another", "relation": "duplicate"}, Status.SUBMITTED,
        (({"relation": "duplicate"}, REQUIRED), ({"other": "another"}, REQUIRED),
         ({"other": "itself", "relation": "duplicate"}, PROBLEMS["unknown_reference"])),
    ),
    Step.BLANK: Tried(
        "reviewer", (), {"blanked": "narrative", "reason": WORDS}, Status.SUBMITTED,
        (({"reason": WORDS}, REQUIRED), ({"blanked": "narrative"}, REQUIRED),
         ({"blanked": "reply", "reason": WORDS}, "Choose one of the answers in the list.")),
    ),
    Step.MARK_PROTECTED: Tried("reviewer", (), {}, Status.SUBMITTED),
    Step.PROPOSE_LIFT: Tried(
        "protector", (), {"note": WORDS, "agreed": "yes"}, Status.SUBMITTED,
        (({"note": WORDS}, PROBLEMS["not_agreed"]), ({"agreed": "yes"}, REQUIRED)), PROTECTED,
    ),
    Step.LIFT: Tried("keeper", (("protector", Step.PROPOSE_LIFT),), {}, Status.SUBMITTED, (), PROTECTED),
    Step.CORRECT_OFFICIAL: Tried(
        "reviewer", READ, {"urgency": "high", "reason": WORDS}, Status.ACKNOWLEDGED,
        (({"urgency": "high"}, REQUIRED), ({"reason": WORDS}, PROBLEMS["nothing_changed"])),
    ),
}  # fmt: skip


def filled(office: Office, reference: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the table names, as it is sent."""
    made = dict(given)
    if "day" in made:
        made["day"] = (day_of(office.clock.at) + timedelta(days=int(made["day"]))).isoformat()
    if made.get("officer") in office.place.people:
        made["officer"] = office.place.username(made["officer"])
    if "other" in made:
        made["other"] = {"another": office.place.filed[0], "itself": reference}.get(made["other"], made["other"])
    if "blanked" in made:
        made["blanked"] = f"{office.place.state(reference).history[0].id}-{made['blanked']}"
    return made


def start(office: Office, tried: Tried) -> str:
    """A grievance that stands as the step needs it, and another one before it."""
    office.place.file(start_year="2001")
    reference = office.place.file(**tried.filed)
    for name, step in tried.before:
        office.take(name, reference, step)
    return reference


def test_each_step_of_officials_is_tried() -> None:
    assert set(TRIED) == set(STEPS) == {step for step, move in MOVES.items() if move.by & HANDLERS}


@pytest.mark.parametrize("step", TRIED)
def test_a_step_is_offered_and_works(office: Office, step: Step) -> None:
    tried = TRIED[step]
    reference = start(office, tried)
    page = office.page(tried.who, reference)
    assert f'action="/en/queue/{reference}/{step.value}"' in page
    answer = office.send(tried.who, reference, step, **filled(office, reference, tried.given))
    assert answer.status_code == 303, ERROR.findall(answer.text)
    gone = step in (Step.MARK_PROTECTED, Step.LIFT)
    assert answer.location == ("/en/queue/done" if gone else f"/en/queue/{reference}")
    assert office.of(tried.who).get(answer.location).status_code == 200
    assert office.place.state(reference).status is tried.to
    assert office.place.state(reference).history[-1].step is step


@pytest.mark.parametrize(
    ("step", "number"), [(step, number) for step, tried in TRIED.items() for number in range(len(tried.wrong))]
)
def test_what_is_wrong_stands_at_its_field(office: Office, step: Step, number: int) -> None:
    tried = TRIED[step]
    reference, (given, said) = start(office, tried), tried.wrong[number]
    before, form = office.place.counted(), filled(office, reference, given)
    answer = office.send(tried.who, reference, step, **form)
    assert answer.status_code == 422
    assert any(one.startswith(said.split("%")[0]) for one in ERROR.findall(answer.text)), ERROR.findall(answer.text)
    assert office.place.counted() == before
    inside = answer.text.split(f'action="/en/queue/{reference}/{step.value}"')[1].split("</form>")[0]
    for name, value in form.items():
        if MOVES[step].text == name:
            assert f"\n{value.strip()}" in inside, "every word comes back"


def test_whoever_names_another_subject_corrects_it_in_the_same_go(office: Office) -> None:
    """Both stand beside each other; without a reason nothing is done at all."""
    reference = office.place.file()
    form, topics = {"office": "pdma", "subcategory": OTHER}, office.place.world.taxonomy.subcategories
    assert office.send("reviewer", reference, Step.ACKNOWLEDGE, **form).status_code == 422
    assert office.place.state(reference).status is Status.SUBMITTED
    assert office.send("reviewer", reference, Step.ACKNOWLEDGE, **form, reason=WORDS).status_code == 303
    assert [one.step for one in office.place.state(reference).history[1:]] == [Step.ACKNOWLEDGE, Step.CORRECT_OFFICIAL]
    names = [topics[code].labels["en"] for code in ("house_damage", form["subcategory"])]
    for page in (office.page("reviewer", reference), office.of("owner").get(f"/en/grievances/{reference}").text):
        assert f"Problem: before {names[0]}, now {names[1]}." in page
        assert WORDS in page


def test_the_protected_go_on_only_if_their_people_agree(office: Office) -> None:
    reference = office.place.file(**PROTECTED)
    office.take("protector", reference, Step.ACKNOWLEDGE)
    form = {"body": "pdma", "reason": WORDS}
    answer = office.send("protector", reference, Step.REFER, **form)
    assert PROBLEMS["no_consent"] in ERROR.findall(answer.text)
    assert office.send("protector", reference, Step.REFER, **form, consent="yes").status_code == 303


def test_whoever_handles_it_cannot_close_it(office: Office) -> None:
    reference = office.place.file()
    office.take("supervisor", reference, Step.ACKNOWLEDGE)
    assert f"{reference}/close" not in office.page("supervisor", reference)
    answer = office.send("supervisor", reference, Step.CLOSE, outcome="with_court")
    assert answer.status_code == 409
    assert PROBLEMS["own_handling"] in answer.text
    assert office.send("second", reference, Step.CLOSE, outcome="with_court").status_code == 303


def test_who_proposed_to_lift_does_not_lift(office: Office) -> None:
    reference = office.place.file(**PROTECTED)
    office.take("protector", reference, Step.PROPOSE_LIFT)
    assert f"{reference}/lift" not in office.page("protector", reference)
    assert office.send("protector", reference, Step.LIFT).status_code == 409
    assert office.send("keeper", reference, Step.LIFT).status_code == 303
    assert office.opens("keeper", reference) == 404
    assert office.opens("reviewer", reference) == 200
    seen = office.of("owner").get(f"/en/grievances/{reference}").text
    assert "as the jirga agreed" in seen
    assert "A second one must agree" in seen
    assert WORDS not in seen, "the note is for officials"


def test_officers_are_chosen_from_a_list(office: Office) -> None:
    reference = office.place.file()
    office.take("reviewer", reference, Step.ACKNOWLEDGE)
    names = {
        name: office.place.username(name) for name in ("colleague", "second", "supervisor", "reviewer", "protector")
    }
    inside = office.page("supervisor", reference).split('name="officer"')[1].split("</select>")[0]
    assert {name for name, username in names.items() if f'value="{username}"' in inside} == {
        "colleague", "second", "supervisor",
    }  # fmt: skip
    assert "I take it over myself" in inside
    assert office.send("supervisor", reference, Step.REASSIGN, officer=names["supervisor"]).status_code == 303
    assert "You have it in hand." in office.page("supervisor", reference)


def test_doubts_can_be_confirmed(office: Office) -> None:
    reference = office.place.file()
    words = "Synthetic: Colonel Synthetic came to the village."
    answer = office.send("reviewer", reference, Step.NOTE, note=words)
    assert answer.status_code == 422
    assert "I have checked, send it" in answer.text
    assert office.send("reviewer", reference, Step.NOTE, note=words, checked="yes").status_code == 303


def test_scripts_are_answered_in_json(office: Office) -> None:
    reference = office.place.file()
    address = f"/en/queue/{reference}/acknowledge"

    def answered(form: dict[str, str]) -> tuple[int, Any]:
        answer = office.of("reviewer").post(address, data=form, headers=JSON)
        return answer.status_code, answer.json

    seen = {"seen": str(office.place.last(reference))}
    assert answered(seen) == (422, {"errors": {"office": [REQUIRED]}, "warnings": {}})
    assert answered({**seen, "office": "pdma"}) == (200, {"reference": reference})
    assert answered({**seen, "office": "pdma"}) == (409, {"errors": {"": [PROBLEMS["moved"]]}})
    assert office.of("reviewer").post("/en/queue/0000000000/note", data=seen, headers=JSON).status_code == 404
