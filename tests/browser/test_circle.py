"""The whole circle: filed, acknowledged, asked, answered, planned, acted on, not solved, another officer, solved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.phone import Phone
from tests.browser.test_case import OFFICER, QUESTIONS, happened, send, unfold
from tests.browser.test_inbox import ANSWERS, WHO, did, file, go_to
from tests.browser.test_inbox import send as reply
from webapp.config import LANGUAGES, day_of, now
from webapp.grievances.rules import Outcome
from webapp.handling.labels import OUTCOMES, STEPS
from webapp.history.tables import Step


def sees(elder: Phone, reference: str, *steps: Step) -> None:
    """The jirga reads each step on its own page, in its language."""
    go_to(elder, reference)
    for step in steps:
        expect(elder.page.locator(".timeline")).to_contain_text(elder.say(STEPS[step]))


def opened(officer: Phone, reference: str) -> None:
    """The officer's page of it."""
    officer.open(f"queue/{reference}")


def chosen(elder: Phone, outcome: str) -> None:
    """What the jirga says of the result."""
    elder.page.locator(f"label:has([name=outcome][value={outcome}])").click()
    reply(elder, Step.CONFIRM)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_circle(phone: Callable[..., Phone], language: str) -> None:
    """The jirga on a small phone without scripts, the offices at a desk with them; only the jirga says solved."""
    elder = phone(language)
    elder.enter(WHO)
    reference = file(elder)
    officer, chief = (phone(language, scripts=True, width=1280) for _ in range(2))
    officer.enter(OFFICER)
    opened(officer, reference)
    officer.page.locator("#acknowledge-office").select_option("district_administration")
    send(officer, Step.ACKNOWLEDGE)
    sees(elder, reference, Step.ACKNOWLEDGE)
    unfold(officer, Step.ASK)
    officer.page.locator("#ask-question").fill(QUESTIONS[language])
    send(officer, Step.ASK)
    sees(elder, reference, Step.ACKNOWLEDGE, Step.ASK)
    expect(elder.page.locator("main")).to_contain_text(QUESTIONS[language])
    elder.page.locator("#answer").fill(ANSWERS[language])
    reply(elder, Step.ANSWER)
    did(elder, Step.ANSWER)
    opened(officer, reference)
    expect(officer.page.locator(".case .timeline")).to_contain_text(ANSWERS[language])
    plan_and_act(officer, elder, reference)
    chosen(elder, "not_solved")
    did(elder, Step.REOPEN)
    opened(officer, reference)
    expect(officer.page.locator("#answer_reopened")).to_have_count(0)
    another_officer(chief, elder, reference)
    chosen(elder, "solved")
    did(elder, Step.CONFIRM)
    expect(elder.page.locator(".stands")).to_contain_text(elder.say(OUTCOMES[Outcome.SOLVED]))
    elder.seen("circle-jirga")
    opened(chief, reference)
    expect(chief.page.locator(".stands")).to_contain_text(chief.say(OUTCOMES[Outcome.SOLVED]))
    chief.seen("circle-office")


def another_officer(chief: Phone, elder: Phone, reference: str) -> None:
    """One level up, who takes it up and reports."""
    chief.enter("demo-supervisor")
    opened(chief, reference)
    send(chief, Step.ANSWER_REOPENED)
    happened(chief, Step.ANSWER_REOPENED)
    unfold(chief, Step.REPORT_ACTION)
    chief.page.locator("#report_action-reply").fill(QUESTIONS[chief.language])
    send(chief, Step.REPORT_ACTION)
    sees(elder, reference, Step.REOPEN, Step.ANSWER_REOPENED)


def plan_and_act(officer: Phone, elder: Phone, reference: str) -> None:
    """A day is set, and then told what was done."""
    unfold(officer, Step.PLAN)
    officer.page.locator("#plan-day").fill((day_of(now()) + timedelta(days=30)).isoformat())
    officer.page.locator("#plan-office").select_option("district_administration")
    send(officer, Step.PLAN)
    happened(officer, Step.PLAN)
    sees(elder, reference, Step.ANSWER, Step.PLAN)
    unfold(officer, Step.REPORT_ACTION)
    officer.page.locator("#report_action-reply").fill(QUESTIONS[officer.language])
    send(officer, Step.REPORT_ACTION)
    happened(officer, Step.REPORT_ACTION)
    sees(elder, reference, Step.PLAN, Step.REPORT_ACTION)
