"""Who may take which step when: the whole product of status, step and role, and what the calendar says against it."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.handling.states import HANDLER, NOON, OTHER, OWNER, WAYS, Was, reader, state
from webapp.clocks.rules import Kind, Span, escalation, promised
from webapp.concerns.rules import Sensitivity
from webapp.config import day_of
from webapp.grievances.rules import MOST_REOPENINGS, Outcome, Status, may_read
from webapp.handling.rules import readable, refusal, steps_for, target
from webapp.history.rules import State, before, course, level
from webapp.history.tables import CLOSINGS, HANDLERS, INNER, MOVES, ONLY_A_NUMBER, OUTCOMES, Step
from webapp.people.rules import Role

LATER = NOON + timedelta(hours=1)
ROLES = (*Role, None)
#: What time alone allows.
LATE = {Step.REMIND: 10, Step.CLOSE_SILENT: 40, Step.ERASE_DUE: 3, Step.ERASE_CLOSED: 400}
REMINDED = tuple(Was(day, Step.REMIND, Status.ACTION_TAKEN) for day in (10, 20, 27))


def asked(step: Step, status: Status, role: Role | None, *, protected: bool) -> str | None:
    """What is answered where nothing but status, step and role is in the way."""
    ways = WAYS[status]
    if status is Status.REOPENED and role is Role.AUDITOR:
        ways = (*ways, *ways, *ways)
    if step is Step.CLOSE_SILENT and status is Status.ACTION_TAKEN:
        ways = (*ways, *REMINDED)
    at = NOON + timedelta(days=LATE.get(step, 0), hours=1)
    hands = {"handler": {Step.CLOSE: HANDLER, Step.LET_GO: OTHER}.get(step), "proposer": HANDLER}
    if step is not Step.LIFT:
        del hands["proposer"]
    return refusal(step, state(*ways, protected=protected, **hands), reader(role) if role else None, at)


@pytest.mark.parametrize("protected", [False, True])
def test_what_the_table_does_not_list_is_refused(protected: bool) -> None:
    wrong = []
    for step, status, role in product(Step, Status, ROLES):
        move = MOVES[step]
        listed = status in move.start and (role in move.by if role else not move.by)
        sees = role is None or may_read(reader(role), state(*WAYS[status], protected=protected).guarded)
        audits = role is Role.AUDITOR and status is Status.REOPENED and not protected
        possible = listed and (sees or audits) and not (protected and step is Step.MARK_PROTECTED)
        found = asked(step, status, role, protected=protected)
        if (found is None) is not possible:
            wrong.append((step, status, role, found))
        assert found in {None, "not_found", "not_yours", "not_now", "not_yet"}
    assert wrong == []


def test_every_step_is_possible_somewhere_and_each_role_is_refused_much() -> None:
    found = {
        (step, role)
        for step, status, role, protected in product(Step, Status, ROLES, (False, True))
        if asked(step, status, role, protected=protected) is None
    }
    assert {step for step, _ in found} == set(Step)
    assert {role for _, role in found} == {*HANDLERS, Role.REPRESENTATIVE, Role.AUDITOR, None}
    assert {step for step, role in found if role is Role.AUDITOR} == {Step.ANSWER_REOPENED}


def test_what_no_row_of_the_table_may_say() -> None:
    """An official never withdraws, erases or says solved; nobody but a jirga goes back from the end."""
    for step, move in MOVES.items():
        if move.by != {Role.REPRESENTATIVE}:
            assert move.to is not Status.WITHDRAWN
            assert (
                not move.start & {Status.WITHDRAWN, Status.CLOSED}
                or step in (Step.ERASE_DUE, Step.ERASE_CLOSED)
                or (step in (Step.CORRECT_OFFICIAL, Step.BLANK) and move.text == "reason")
                or step in INNER
            )
        assert move.by <= {Role.REPRESENTATIVE} or move.by <= HANDLERS | {Role.AUDITOR}
        assert not ({"urgency", "households"} & set(move.fields)) or (move.text == "reason" and move.text_needed)
        assert "narrative" not in (move.text, *move.fields)
    assert {step for step, move in MOVES.items() if move.to is Status.CLOSED} == {
        Step.CLOSE, Step.CONFIRM, Step.CLOSE_SILENT
    }  # fmt: skip
    assert Role.REVIEWER not in MOVES[Step.CLOSE].by
    assert not set(CLOSINGS) & {Outcome.SOLVED, Outcome.PARTLY_SOLVED, Outcome.NO_ANSWER_FROM_JIRGA}
    assert OUTCOMES[Step.CONFIRM] == {Outcome.SOLVED, Outcome.PARTLY_SOLVED}


def test_strangers_find_nothing() -> None:
    for status, role in product(Status, Role):
        one = state(*WAYS[status])
        assert steps_for(one, replace(reader(role), id=OTHER, scope=("PK-BA",)), LATER) == ()


def test_only_as_a_number_is_its_owners_alone() -> None:
    for status, step, role in product(Status, Step, ROLES):
        one = state(*WAYS[status])
        one = replace(one, guarded=replace(one.guarded, confidentiality="numbers_only"))
        if refusal(step, one, reader(role) if role else None, NOON + timedelta(days=40)) is None:
            assert step in ONLY_A_NUMBER
            assert role in (Role.REPRESENTATIVE, None)


def test_under_a_veil_nothing_is_told() -> None:
    one = state(*WAYS[Status.INFO_REQUESTED], veiled=True)
    assert steps_for(one, reader(Role.REPRESENTATIVE), LATER) == (Step.WITHDRAW,)
    assert readable(one, reader(Role.REPRESENTATIVE)) == frozenset()


@pytest.mark.parametrize(
    ("role", "ways", "steps"),
    [
        (Role.REVIEWER, WAYS[Status.SUBMITTED], "acknowledge claim note link blank mark_protected"),
        (
            Role.REVIEWER,
            WAYS[Status.UNDER_REVIEW],
            "ask refer plan report_action claim note link blank mark_protected correct_official",
        ),
        (
            Role.SUPERVISOR,
            WAYS[Status.ACKNOWLEDGED],
            "review ask refer plan report_action claim reassign note link blank mark_protected correct_official",
        ),
        (Role.SUPERVISOR, WAYS[Status.REOPENED], "answer_reopened note link blank mark_protected correct_official"),
        (
            Role.REVIEWER,
            WAYS[Status.REFERRED],
            "accept send_back claim note link blank mark_protected correct_official",
        ),
        (Role.REPRESENTATIVE, WAYS[Status.SUBMITTED], "withdraw correct"),
        (Role.REPRESENTATIVE, WAYS[Status.INFO_REQUESTED], "answer withdraw"),
        (Role.REPRESENTATIVE, WAYS[Status.ACTION_TAKEN], "confirm reopen withdraw"),
        (Role.REPRESENTATIVE, WAYS[Status.CLOSED], "reopen"),
        (Role.REPRESENTATIVE, WAYS[Status.WITHDRAWN], "take_back erase_now"),
        (Role.ANALYST, WAYS[Status.SUBMITTED], ""),
        (Role.AUDITOR, WAYS[Status.CLOSED], ""),
        (Role.ADMINISTRATOR, WAYS[Status.CLOSED], ""),
    ],
)
def test_what_may_be_done_next(role: Role, ways: tuple[Was, ...], steps: str) -> None:
    assert steps_for(state(*ways, handler=None), reader(role), LATER) == tuple(map(Step, steps.split()))


def test_two_people_close() -> None:
    one = state(*WAYS[Status.UNDER_REVIEW])
    assert refusal(Step.CLOSE, one, reader(Role.SUPERVISOR), LATER) is None
    assert refusal(Step.CLOSE, one, reader(Role.SUPERVISOR, HANDLER), LATER) == "own_handling"
    assert refusal(Step.CLOSE, replace(one, handler=None), reader(Role.SUPERVISOR), LATER) == "own_handling"


def test_an_answer_leads_back() -> None:
    for status in (Status.ACKNOWLEDGED, Status.UNDER_REVIEW, Status.ACTION_PLANNED):
        asked = (*WAYS[status], Was(0, Step.ASK, Status.INFO_REQUESTED))
        assert target(Step.ANSWER, state(*asked)) is status
        gone = (*asked, Was(1, Step.WITHDRAW, Status.WITHDRAWN))
        assert target(Step.TAKE_BACK, state(*gone)) is Status.INFO_REQUESTED
        back = state(*gone, Was(2, Step.TAKE_BACK, Status.INFO_REQUESTED))
        assert before(back) is status


@pytest.mark.parametrize(("hours", "found"), [(0, None), (48, None), (48.001, "too_late"), (500, "too_late")])
def test_taking_back_has_its_time(hours: float, found: str | None) -> None:
    one, owner = state(*WAYS[Status.WITHDRAWN]), reader(Role.REPRESENTATIVE)
    at = NOON + timedelta(hours=hours)
    assert refusal(Step.TAKE_BACK, one, owner, at) == found
    assert refusal(Step.ERASE_DUE, one, None, at) == ("not_yet" if found is None else None)
    erased = state(*WAYS[Status.WITHDRAWN], Was(0, Step.ERASE_NOW, Status.WITHDRAWN, {"erased": "wish"}))
    for step in (Step.TAKE_BACK, Step.ERASE_NOW):
        assert refusal(step, erased, owner, at) == "erased"
    assert refusal(Step.ERASE_DUE, erased, None, at) == "erased"


@pytest.mark.parametrize(("days", "found"), [(0, None), (90, None), (91, "too_late")])
def test_opening_again_has_its_time(days: int, found: str | None) -> None:
    owner, at = reader(Role.REPRESENTATIVE), NOON + timedelta(days=days)
    assert refusal(Step.REOPEN, state(*WAYS[Status.CLOSED]), owner, at) == found
    assert refusal(Step.REOPEN, state(*WAYS[Status.ACTION_TAKEN]), owner, at) is None


ONCE = (*WAYS[Status.ACTION_TAKEN], Was(0, Step.REOPEN, Status.REOPENED))


def test_opening_again_climbs() -> None:
    again: Any = ()
    for times in range(1, MOST_REOPENINGS + 1):
        again = (*again, *ONCE)
        one = state(*again)
        assert level(one) is Role.SUPERVISOR, times
        assert refusal(Step.ANSWER_REOPENED, one, reader(Role.SUPERVISOR), LATER) is None
        assert refusal(Step.ANSWER_REOPENED, one, reader(Role.SUPERVISOR, HANDLER), LATER) == "earlier_handler"
        assert refusal(Step.ANSWER_REOPENED, one, reader(Role.AUDITOR), LATER) == "not_found"
    third = state(*again, *ONCE)
    assert level(third) is Role.AUDITOR
    assert refusal(Step.ANSWER_REOPENED, third, reader(Role.SUPERVISOR), LATER) == "not_yours"
    assert refusal(Step.ANSWER_REOPENED, third, reader(Role.AUDITOR), LATER) is None
    decided = state(*again, *ONCE, Was(1, Step.ANSWER_REOPENED, Status.UNDER_REVIEW), earlier=frozenset({HANDLER}))
    decided = replace(decided, handler=None)
    assert refusal(Step.ASK, decided, reader(Role.SUPERVISOR), LATER) is None
    assert refusal(Step.ASK, decided, reader(Role.SUPERVISOR, HANDLER), LATER) == "earlier_handler"
    assert refusal(Step.ASK, decided, reader(Role.REVIEWER), LATER) == "not_yours"
    assert (
        refusal(Step.REOPEN, state(*again, *ONCE, *WAYS[Status.CLOSED]), reader(Role.REPRESENTATIVE), LATER)
        == "too_often"
    )
    assert level(state(*again, *ONCE, protected=True)) is Role.PROTECTION_OFFICER


def test_a_body_sends_back_once() -> None:
    sent = (*WAYS[Status.REFERRED], Was(1, Step.SEND_BACK, Status.UNDER_REVIEW, {"body": "police"}))
    reviewer = reader(Role.REVIEWER)
    assert refusal(Step.SEND_BACK, state(*WAYS[Status.REFERRED]), reviewer, LATER) is None
    again = state(*sent, *WAYS[Status.REFERRED])
    assert refusal(Step.SEND_BACK, again, reviewer, LATER) == "sent_back_before"
    assert refusal(Step.ACCEPT, again, reviewer, LATER) is None
    other = state(*sent, Was(2, Step.REFER, Status.REFERRED, {"body": "pdma"}))
    assert refusal(Step.SEND_BACK, other, reviewer, LATER) is None


def test_silence_is_asked_three_times_over_a_month() -> None:
    def found(step: Step, sent: int, day: float) -> str | None:
        return refusal(step, state(*WAYS[Status.ACTION_TAKEN], *REMINDED[:sent]), None, NOON + timedelta(days=day))

    assert [found(Step.REMIND, sent, day) for sent, day in ((0, 9), (0, 10), (1, 19), (1, 20), (2, 27), (3, 90))] == [
        "not_yet", None, "not_yet", None, None, "not_yet",
    ]  # fmt: skip
    assert [found(Step.CLOSE_SILENT, sent, day) for sent, day in ((2, 40), (3, 29), (3, 30))] == [
        "not_yet", "not_yet", None,
    ]  # fmt: skip


def test_who_opens_which_texts() -> None:
    told, own = {"question", "answer", "reply", "reason"}, {"narrative", "remedy_text", "area_name"}
    plain = state(*WAYS[Status.UNDER_REVIEW])
    kept = replace(plain, guarded=replace(plain.guarded, sensitivity=Sensitivity.CONFIDENTIAL))
    assert readable(plain, reader(Role.REPRESENTATIVE)) == told
    assert readable(plain, reader(Role.REVIEWER)) == told | own | {"note"}
    assert readable(kept, reader(Role.REVIEWER)) == (told | {"note"}) - {"answer"}
    assert (
        readable(kept, reader(Role.REVIEWER, HANDLER))
        == readable(kept, reader(Role.SUPERVISOR))
        == told | own | {"note"}
    )
    assert readable(state(*WAYS[Status.CLOSED]), reader(Role.AUDITOR)) == told - {"answer"}
    for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
        assert readable(plain, reader(role)) == frozenset()
    assert readable(state(*WAYS[Status.WITHDRAWN]), reader(Role.REVIEWER)) == frozenset()


def day(number: int) -> Any:
    """That many days after it was filed."""
    return day_of(NOON + timedelta(days=number))


@pytest.mark.parametrize(
    ("ways", "promise"),
    [
        ((), (day(3), Kind.ACKNOWLEDGED)),
        ((Was(2, Step.ACKNOWLEDGE, Status.ACKNOWLEDGED),), (day(20), Kind.REPLIED)),
        ((Was(2, Step.ASK, Status.INFO_REQUESTED),), None),
        (
            (Was(2, Step.ASK, Status.INFO_REQUESTED), Was(6, Step.ANSWER, Status.UNDER_REVIEW)),
            (day(36), Kind.UPDATED),
        ),
        ((Was(5, Step.PLAN, Status.ACTION_PLANNED, {"day": "2026-03-20"}),), (day(18), Kind.PLANNED)),
        (WAYS[Status.ACTION_TAKEN], None),
        (WAYS[Status.CLOSED], None),
        (WAYS[Status.WITHDRAWN], None),
        ((*WAYS[Status.ACTION_TAKEN], Was(4, Step.REOPEN, Status.REOPENED)), (day(7), Kind.ACKNOWLEDGED)),
        (
            (Was(1, Step.WITHDRAW, Status.WITHDRAWN), Was(2, Step.TAKE_BACK, Status.SUBMITTED)),
            (day(4), Kind.ACKNOWLEDGED),
        ),
        ((Was(1, Step.MARK_PROTECTED, Status.SUBMITTED),), (day(3), Kind.ACKNOWLEDGED)),
    ],
)
def test_events_move_the_clocks(ways: tuple[Was, ...], promise: Any) -> None:
    assert promised(course(state(*ways)), day(6)) == promise


def test_only_a_number_has_no_clock_and_a_shut_district_stops_it() -> None:
    one: State = state()
    number = replace(one, guarded=replace(one.guarded, confidentiality="numbers_only"))
    assert promised(course(number), day(1)) is None
    assert escalation(course(one), day(30)) == 1
    assert escalation(course(replace(one, shutdowns=(Span(day(1), None),))), day(30)) == 0
    assert one.guarded.owner == OWNER
