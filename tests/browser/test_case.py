"""An official's day: a grievance is acknowledged, asked about, planned and reported, on a phone and on a computer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.officials import handle
from tests.browser.phone import SCREENS, Phone
from tests.browser.test_inbox import file
from webapp.case.labels import TEMPLATES
from webapp.config import day_of, now
from webapp.handling.labels import PROBLEMS, STEPS
from webapp.history.tables import Step
from webapp.i18n import speaker

OFFICER = "demo-reviewer"
#: Synthetic, each in its language.
QUESTIONS = {
    "en": "Synthetic: which part of the bridge is meant?",
    "ur": "فرضی: پل کا کون سا حصہ مراد ہے؟",
    "ps": "فرضي: د پله کومه حصه مراد ده؟",
}


def filed(phone: Callable[..., Phone], language: str, **changes: str) -> str:
    """By a representative, on another phone."""
    elder = phone(language)
    elder.enter("demo-representative")
    return file(elder, **changes)


def unfold(officer: Phone, step: Step) -> None:
    """Open what lies folded."""
    part = officer.page.locator(f"details#{step.value}")
    if part.get_attribute("open") is None:
        part.locator("> summary").click()


def send(officer: Phone, step: Step) -> None:
    """The button of a step."""
    with officer.page.expect_navigation():
        officer.page.locator(f"#{step.value} .buttons [type=submit]").first.click()


def happened(officer: Phone, step: Step) -> None:
    """It stands on top of what happened."""
    expect(officer.page.locator(".case .timeline li").first).to_contain_text(officer.say(STEPS[step]))


@pytest.mark.parametrize("wide", [False, True], ids=["phone", "computer"])
@pytest.mark.parametrize("language", languages("ps"))
def test_an_officer_answers(phone: Callable[..., Phone], language: str, wide: bool) -> None:
    """On a phone without scripts, and on a wide screen with them."""
    reference, officer = filed(phone, language), phone(language, scripts=wide)
    page, looks = officer.page, (lambda name: officer.seen(f"case-{name}-{'wide' if wide else 'phone'}"))
    page.set_viewport_size(SCREENS[1280 if wide else 360])
    officer.enter(OFFICER)
    officer.open(f"queue/{reference}")
    looks("new")
    acknowledge(officer, looks)
    ask(officer, looks)
    plan(officer, looks)
    report(officer, looks)


def acknowledge(officer: Phone, looks: Callable[[str], None]) -> None:
    """The first step stands open; without an office it comes back."""
    send(officer, Step.ACKNOWLEDGE)
    expect(officer.page.locator("#problems")).to_be_focused()
    looks("refused")
    officer.page.locator("#acknowledge-office").select_option("district_administration")
    send(officer, Step.ACKNOWLEDGE)
    happened(officer, Step.ACKNOWLEDGE)
    looks("acknowledged")


def ask(officer: Phone, looks: Callable[[str], None]) -> None:
    """It begins with a template, whose gap must be filled."""
    page, words = officer.page, QUESTIONS[officer.language]
    unfold(officer, Step.ASK)
    page.locator("#ask-template").select_option("which_place")
    if not officer.scripts:
        with page.expect_navigation():
            page.locator("#ask .begin button").click()
    expect(page.locator("#ask-question")).to_have_value(speaker(officer.language)(TEMPLATES["which_place"].text))
    send(officer, Step.ASK)
    expect(page.locator("#ask .error")).to_have_text(officer.say(PROBLEMS["gap"]))
    looks("gap")
    page.locator("#ask-question").fill(words)
    send(officer, Step.ASK)
    happened(officer, Step.ASK)
    looks("asked")


def plan(officer: Phone, looks: Callable[[str], None]) -> None:
    """The officer goes on without an answer, and sets a day."""
    page = officer.page
    unfold(officer, Step.REVIEW)
    send(officer, Step.REVIEW)
    page.locator("#plan-day").fill((day_of(now()) + timedelta(days=30)).isoformat())
    send(officer, Step.PLAN)
    happened(officer, Step.PLAN)
    looks("planned")


def report(officer: Phone, looks: Callable[[str], None]) -> None:
    """What is typed is kept, comes back after the page was left, and is sent."""
    page, words = officer.page, QUESTIONS[officer.language]
    page.locator("#report_action-reply").fill(words)
    if officer.scripts:
        expect(page.locator("#report_action .status")).not_to_be_empty()
    else:
        with page.expect_navigation():
            page.locator("#report_action .buttons button").nth(1).click()
    page.reload()
    expect(page.locator("#report_action-reply")).to_have_value(words)
    expect(page.locator("#report_action .kept")).to_be_visible()
    looks("kept")
    send(officer, Step.REPORT_ACTION)
    happened(officer, Step.REPORT_ACTION)
    looks("reported")


def test_somebody_was_faster(phone: Callable[..., Phone]) -> None:
    """Every word stays, and the page says what happened meanwhile."""
    reference, officer = filed(phone, "en"), phone("en")
    officer.enter(OFFICER)
    handle(officer.site, reference, Step.ACKNOWLEDGE)
    officer.open(f"queue/{reference}")
    handle(officer.site, reference, Step.ASK)
    unfold(officer, Step.NOTE)
    officer.page.locator("#note-note").fill(QUESTIONS["en"])
    send(officer, Step.NOTE)
    expect(officer.page.locator(".meanwhile")).to_contain_text(STEPS[Step.ASK])
    expect(officer.page.locator("#note-note")).to_have_value(QUESTIONS["en"])
    officer.seen("case-faster")


@pytest.mark.parametrize("language", languages("ps"))
def test_others_who_may_open_it(phone: Callable[..., Phone], language: str) -> None:
    """A supervisor who can close it, and a protection officer who sees no story but help numbers."""
    reference = filed(phone, language)
    handle(phone(language).site, reference, Step.ACKNOWLEDGE)
    chief = phone(language)
    chief.enter("demo-supervisor")
    chief.open(f"queue/{reference}")
    for step in (Step.CLOSE, Step.REASSIGN, Step.BLANK, Step.LINK):
        unfold(chief, step)
    chief.seen("case-supervisor")
    sensitive = filed(phone, language, subcategory="armed_threats", confidentiality="protected")
    keeper = phone(language)
    keeper.enter("demo-protection")
    keeper.open(f"queue/{sensitive}")
    expect(keeper.page.locator("#numbers")).to_be_visible()
    keeper.seen("case-protected")
