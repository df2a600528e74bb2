"""The form where scripts run: step by step, back and forth, without a network, by thumb and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import looks, matrix
from tests.browser.matrix import languages
from tests.browser.phone import Phone
from tests.browser.steps import LONG, SENSITIVE, answers, keep_posts, to_the_end, walker
from webapp.drafts.labels import PROBLEMS, WARNINGS


def test_what_was_written_before_a_sensitive_subject_is_not_sent(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "en"), answers("en")
    posted = keep_posts(elder)
    to_the_end(elder, given)
    elder.page.get_by_role("link", name="Change What is it about?").tap()
    elder.category("armed_threats")
    expect(elder.page.locator("#person_asked")).to_be_hidden()
    elder.on()
    elder.at(SENSITIVE, SENSITIVE)
    expect(elder.page.locator(".answers")).not_to_contain_text("nobody came to look")
    elder.send()
    elder.receipt()
    assert "Synthetic" not in posted[-1]


def test_a_question_without_answer_is_told_at_once_and_holds_nobody(phone: Callable[..., Phone]) -> None:
    elder = walker(phone, "ur")
    elder.option("safety_ack", "yes")
    elder.on()
    elder.on()
    expect(elder.page.locator("#gathering_date-error")).to_have_text(elder.phone.say(PROBLEMS["required"]))
    expect(elder.page.locator("#gathering_date")).to_be_focused()
    expect(elder.page.locator("#gathering_date")).to_have_attribute("aria-invalid", "true")
    elder.phone.seen("step-refused")
    elder.tap(elder.page.locator(".onward .back"))
    elder.at(1, LONG)
    expect(elder.page.locator("#safety_ack")).to_be_checked()
    elder.on()
    elder.page.locator("#gathering_date").fill("2025-03-26")
    expect(elder.page.locator("#gathering_date-error")).to_have_count(0)


@matrix.made("the back button", needs_scripts=True)
def test_the_browsers_back_button_goes_one_step_and_loses_nothing(
    phone: Callable[..., Phone], case: matrix.Case
) -> None:
    elder, given = walker(phone, case.language, width=case.width), answers(case.language)
    elder.gathering(given)
    elder.choose("district", "bannu")
    elder.option("tehsil_card", "bannu.domel")
    elder.at(4, LONG)
    elder.page.go_back()
    elder.at(3, LONG)
    expect(elder.page.locator("[name=tehsil_card][value='bannu.domel']")).to_be_checked()
    elder.page.go_back()
    elder.at(2, LONG)
    expect(elder.page.locator("#gathering_date")).to_have_value("2025-03-26")
    elder.page.go_forward()
    elder.at(3, LONG)
    elder.choose("district", "khyber")
    expect(elder.page.locator("[name=tehsil_card][value='bannu.domel']")).to_have_count(0)
    expect(elder.page.locator("[name=tehsil_card]:checked")).to_have_count(0)
    elder.phone.open("help")
    elder.page.go_back()
    expect(elder.page.locator("section.card:visible h2 bdi")).to_have_text(f"3 / {LONG}")
    expect(elder.page.locator("#district")).to_have_value("khyber")


def test_warnings_stand_beside_the_answers_that_need_them(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "ur"), answers("ur")
    elder.gathering(given)
    elder.place(given)
    elder.category("landmines_uxo")
    expect(elder.page.locator("section.card:visible h2 bdi")).to_have_text(f"5 / {LONG}")
    expect(elder.page.locator(".notice.urgent:visible")).to_have_text(elder.phone.say(WARNINGS["mines"]))
    elder.on()
    elder.option("timing", given["timing"])
    elder.option("start_year_card", "unknown")
    elder.option("households_card", given["households"])
    elder.option("urgency", "normal")
    elder.tap(elder.page.locator("button.small"))
    elder.at(9, LONG - 1)
    elder.page.go_back()
    elder.at(8, LONG - 1)
    elder.page.go_forward()
    elder.option("remedies", "clear_mines")
    elder.on()
    elder.option("raised_before", "yes")
    elder.option("raised_to", "police")
    expect(elder.page.locator(".notice.note:visible")).to_have_count(0)
    elder.choose("prior_result", "threatened")
    expect(elder.page.locator(".notice.note:visible")).to_have_text(elder.phone.say(WARNINGS["threatened"]))
    elder.phone.seen("threatened")
    elder.on()
    expect(elder.page.locator("[name=confidentiality][value=numbers_only]")).to_be_checked()
    elder.consent(given)
    elder.send()
    elder.receipt()


@matrix.made("keys alone", needs_scripts=True)
def test_keys_alone(phone: Callable[..., Phone], case: matrix.Case) -> None:
    elder = walker(phone, case.language, width=case.width)
    phone_, keys = elder.phone, elder.page.keyboard

    def press(selector: str, key: str) -> None:
        phone_.tab_to(selector)
        keys.press(key)

    press("#safety_ack", "Space")
    press(".next", "Enter")
    elder.at(2, LONG)
    phone_.tab_to("#gathering_date")
    keys.type("03262025")
    for name in ("gathering_district", "participants", "women_heard", "youth_heard", "consensus"):
        press(f"#{name}", "ArrowDown")
    press(".next", "Enter")
    elder.at(3, LONG)
    press("#district", "ArrowDown")
    press("#tehsil_card", "Space")
    press(".next", "Enter")
    press("#category", "Space")
    keys.press("ArrowDown")
    expect(elder.page.locator("[name=category]:checked")).to_have_value("1")
    press(".next", "Enter")
    elder.at(5, LONG)
    press("#topic", "Space")
    press(".next", "Enter")
    elder.at(6, LONG)
    press(".back", "Enter")
    elder.at(5, LONG)


@pytest.mark.parametrize("language", languages("ur"))
def test_on_the_narrowest_phone_with_letters_twice_as_big(phone: Callable[..., Phone], language: str) -> None:
    elder, given = walker(phone, language), answers(language)
    elder.page.set_viewport_size({"width": looks.NARROWEST, "height": 640})
    elder.page.evaluate("document.documentElement.style.fontSize = '32px'")

    def fits(where: str) -> None:
        wide = elder.page.evaluate("document.scrollingElement.scrollWidth")
        elder.phone.must(where, wide <= looks.NARROWEST, f"{wide} points wide with letters twice as big")

    elder.gathering(given)
    fits("where")
    elder.place(given)
    fits("category")
    elder.category(given["subcategory"])
    fits("when")
    elder.details(given)
    fits("privacy")
    elder.consent(given)
    fits("check")
