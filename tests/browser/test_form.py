"""The form where scripts run: step by step, back and forth, without a network, by thumb and by keyboard."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser import form, looks
from tests.browser.phone import Phone
from tests.browser.steps import LONG, SENSITIVE, SHORT, Walker, answers, keep_posts, titles, to_the_end, walker
from webapp.config import LANGUAGES
from webapp.drafts.forms import GATHERING_FIELDS, REFERRAL_FIELDS
from webapp.drafts.labels import PROBLEMS, WARNINGS

MOST_TAPS = 16


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_grievances_of_one_gathering(phone: Callable[..., Phone], language: str) -> None:
    elder, given = walker(phone, language, scope="bannu,khyber,kurram"), answers(language)
    heard = []
    for number, act in enumerate(step_by_step(elder, given), 1):
        elder.at(number, LONG)
        heard.append(elder.page.locator("section.card:visible h2").evaluate("h2 => h2.firstChild.textContent.trim()"))
        elder.phone.seen(f"step-{number:02}")
        act()
    elder.at(LONG, LONG)
    elder.phone.seen(f"step-{LONG}")
    assert heard == titles(elder.phone)[:-1]
    told = elder.page.locator(".answers").inner_text()
    for words in (given["narrative"], "2016", "11-50", elder.phone.say("Pay compensation"), elder.phone.say("Yes")):
        assert words in told
    elder.send()
    first = elder.receipt()
    assert first != another(elder, language)


def step_by_step(elder: Walker, given: dict[str, Any]) -> list[Callable[[], object]]:
    """What answers each step and goes on."""
    return [
        lambda: elder.boxes("safety_ack", "yes"),
        lambda: elder.session(given),
        lambda: elder.place(given),
        lambda: elder.option("category", "4"),
        lambda: elder.option("topic", given["subcategory"]),
        lambda: (elder.option("timing", given["timing"]), elder.year(given["start_year"])),
        lambda: elder.option("households_card", given["households"]),
        lambda: elder.option("urgency", given["urgency"]),
        lambda: elder.story(given["narrative"]),
        lambda: elder.boxes("remedies", *given["remedies"]),
        lambda: elder.option("raised_before", given["raised_before"]),
        lambda: elder.consent(given),
    ]


def another(elder: Walker, language: str) -> str:
    """The second grievance: few touches and one paragraph, and no question about the gathering."""
    elder.phone.press("Another grievance of the same jirga")
    expect(elder.page.locator("section.card:visible h2 bdi")).to_have_text(f"1 / {SHORT}")
    given = form.factories.short(narrative=form.OTHER_STORIES[language], subcategory="electricity", start_year="2025")
    given |= {"remedies": ["restore_service"]}
    elder.taps = 0
    elder.place(given)
    elder.category(given["subcategory"])
    elder.details(given)
    elder.consent(given)
    elder.at(SHORT, SHORT)
    elder.send()
    number = elder.receipt()
    assert elder.taps <= MOST_TAPS
    return number


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lines", [True, False])
def test_a_sensitive_subject(phone: Callable[..., Phone], language: str, lines: bool) -> None:
    elder, given = walker(phone, language, lines=lines), answers(language)
    posted = keep_posts(elder)
    elder.gathering(given)
    elder.place(given)
    elder.category("child_protection")
    stop = elder.page.locator(".notice.stop")
    expect(stop).to_contain_text(elder.phone.say(WARNINGS["sensitive"]))
    expect(stop.locator(f"{'.numbers' if lines else '.calls'} a[href='tel:1122']")).to_be_visible()
    if lines:
        expect(stop.locator(".numbers")).to_contain_text(elder.phone.say("Not known yet for this district."))
    expect(elder.page.locator("section.card:visible h2 bdi")).to_have_text(f"5 / {SENSITIVE}")
    elder.phone.seen(f"sensitive-{'lines' if lines else 'bare'}")
    elder.on()
    expect(elder.page.locator("#person_asked-error")).to_have_text(elder.phone.say(PROBLEMS["required"]))
    elder.option("person_asked", "yes")
    elder.on()
    elder.at(6, SENSITIVE)
    expect(elder.page.locator("[name=timing]").first).to_be_hidden()
    elder.option("start_year_card", "unknown")
    elder.at(7, SENSITIVE)
    expect(elder.page.locator("[name=confidentiality]").first).to_be_hidden()
    elder.consent(given)
    elder.at(8, SENSITIVE)
    elder.send()
    elder.receipt()
    expect(elder.page.get_by_role("main")).to_contain_text(elder.phone.say("The story was not kept."))
    assert set(parse_qs(posted[-1])) <= {*GATHERING_FIELDS, *REFERRAL_FIELDS, "safety_ack", "client_id"}


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


def test_the_browsers_back_button_goes_one_step_and_loses_nothing(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "ps"), answers("ps")
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


def test_keys_alone(phone: Callable[..., Phone]) -> None:
    elder = walker(phone, "ps")
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


@pytest.mark.parametrize("language", LANGUAGES)
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_wide_screen(phone: Callable[..., Phone], language: str) -> None:
    elder, given = walker(phone, language), answers(language)
    elder.page.set_viewport_size({"width": 1280, "height": 900})
    elder.gathering(given)
    elder.place(given)
    elder.phone.seen("wide-category")
    elder.category(given["subcategory"])
    elder.details(given)
    elder.consent(given)
    elder.phone.seen("wide-check")
