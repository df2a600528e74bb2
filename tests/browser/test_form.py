"""The form where scripts run: step by step, back and forth, without a network, by thumb and by keyboard."""

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route, expect

from tests.browser import form, looks
from tests.browser.phone import Phone
from tests.browser.steps import LONG, SENSITIVE, SHORT, Walker, titles
from webapp.config import LANGUAGES
from webapp.drafts.forms import GATHERING_FIELDS, REFERRAL_FIELDS
from webapp.drafts.labels import PROBLEMS, WARNINGS
from webapp.submit.labels import WORDS

MOST_TAPS = 16


def walker(phone: Callable[..., Phone], language: str, *, lines: bool = True, scope: str = "") -> Walker:
    """A phone whose browser runs scripts, at the form; with a scope a new account's."""
    made = Walker(phone(language, scripts=True))
    if lines:
        made.with_lines()
    if scope:
        name = f"elder-{uuid.uuid4().hex[:8]}"
        printed = made.phone.site.jirga("people", "add", name, "--role", "representative", "--scope", scope).decode()
        made.open(name, printed.split()[-1])
    else:
        made.open()
    return made


def answers(language: str, **changes: Any) -> dict[str, Any]:
    """Right answers; nothing in them is optional."""
    return {**form.factories.full(narrative=form.STORIES[language]), **changes}


def to_the_end(someone: Walker, given: dict[str, Any]) -> None:
    """Every step, until all answers stand on one page."""
    someone.gathering(given)
    someone.place(given)
    someone.category(given["subcategory"])
    someone.details(given)
    someone.consent(given)
    someone.at(LONG, LONG)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_grievances_of_one_gathering(phone: Callable[..., Phone], language: str) -> None:
    elder, given = walker(phone, language, scope="bannu,khyber,kurram"), answers(language)
    heard: list[str] = []
    look = watch(elder, heard)
    look(1)
    elder.option("safety_ack", "yes")
    elder.on()
    look(2)
    for name in ("gathering_date", "gathering_district", "participants", "women_heard", "youth_heard", "consensus"):
        form.answer(elder.phone, name, given[name])
    elder.on()
    look(3)
    elder.place(given)
    look(4)
    elder.option("category", "4")
    look(5)
    elder.option("topic", given["subcategory"])
    look(6)
    elder.option("timing", given["timing"])
    elder.year(given["start_year"])
    look(7)
    elder.option("households_card", given["households"])
    look(8)
    elder.option("urgency", given["urgency"])
    look(9)
    elder.page.locator("#narrative").fill(given["narrative"])
    elder.on()
    look(10)
    elder.option("remedies", "compensation")
    elder.on()
    look(11)
    elder.option("raised_before", "no")
    look(12)
    elder.consent(given)
    look(13)
    assert heard == titles(elder.phone)
    told = elder.page.locator(".answers").inner_text()
    for words in (given["narrative"], "2016", "11-50", elder.phone.say("Pay compensation"), elder.phone.say("Yes")):
        assert words in told
    elder.send()
    first = elder.receipt()
    assert first != another(elder, language)


def watch(elder: Walker, heard: list[str]) -> Callable[[int], None]:
    """Looks each step over and keeps its heading."""

    def look(number: int) -> None:
        elder.at(number, LONG)
        heading = elder.page.locator("section.card:visible h2").evaluate("h2 => h2.firstChild.textContent.trim()")
        heard.append(heading)
        elder.phone.seen(f"step-{number:02}")

    return look


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
    expect(stop.locator("a[href='tel:1122']")).to_be_visible()
    if lines:
        expect(stop.locator("a[href='tel:1121']")).to_be_visible()
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


def keep_posts(elder: Walker) -> list[str]:
    """What is sent from now on."""
    posted: list[str] = []
    elder.page.on(
        "request", lambda request: posted.append(request.post_data or "") if request.method == "POST" else None
    )
    return posted


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


def test_mistakes_and_doubts_come_back_to_their_fields(phone: Callable[..., Phone]) -> None:
    elder = walker(phone, "en")
    given = answers("en", narrative="Synthetic: call 0300 0000000 for the rest.", urgency="life_danger")
    elder.gathering(given)
    elder.place(given)
    elder.category(given["subcategory"])
    elder.option("timing", given["timing"])
    elder.year(given["start_year"])
    elder.option("households_card", given["households"])
    elder.option("urgency", "life_danger")
    expect(elder.page.locator(".notice.urgent:visible")).to_contain_text(WARNINGS["life_danger"])
    elder.on()
    expect(elder.page.locator("#life_checked-error")).to_be_visible()
    elder.tap(elder.page.locator("label:has(#life_checked)"))
    elder.phone.seen("life-danger")
    elder.on()
    elder.page.locator("#narrative").fill(given["narrative"])
    elder.on()
    elder.option("remedies", "compensation")
    elder.on()
    elder.option("raised_before", "no")
    elder.consent(given)
    elder.send()
    summary = elder.page.locator("#problems")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(1)
    expect(elder.page.locator("#narrative-error")).to_have_text(PROBLEMS["mobile"])
    elder.phone.seen("mistakes")
    summary.get_by_role("link").tap()
    expect(elder.page.locator("#narrative")).to_be_focused()
    elder.page.locator("#narrative").fill("Synthetic: the son of Gulab Khan lost everything.")
    expect(elder.page.locator("#narrative-error")).to_have_count(0)
    elder.on()
    elder.at(LONG, LONG)
    elder.send()
    expect(summary).to_contain_text(PROBLEMS["parentage"])
    elder.phone.seen("doubts")
    elder.send()
    expect(elder.page.locator("#checked-error")).to_be_visible()
    elder.option("checked", "yes")
    elder.send()
    elder.receipt()


def test_a_page_of_mistakes_opens_at_the_first(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "ps"), answers("ps")
    elder.gathering(given)
    elder.place(given)
    with elder.page.expect_navigation():
        elder.page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form'))")
    problems = elder.page.locator("#problems")
    expect(problems).to_be_visible()
    expect(elder.page.locator("section.card:visible h2 bdi")).to_have_text(f"4 / {LONG}")
    expect(elder.page.locator("#district")).to_have_value("bannu")
    elder.category(given["subcategory"])
    elder.at(6, LONG)
    problems.locator("a[href='#consent_statistics']").tap()
    expect(elder.page.locator("#consent_statistics-error")).to_be_visible()
    elder.page.go_back()
    elder.at(6, LONG)
    elder.details(given)
    elder.consent(given)
    elder.at(LONG, LONG)
    elder.send()
    elder.receipt()


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


def test_a_lost_network_loses_no_word_and_makes_no_double(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "ps"), answers("ps")
    elder.phone.cut_off = True
    posted = keep_posts(elder)
    to_the_end(elder, given)
    page, again = elder.page, elder.page.locator(".onward .notice button")
    page.context.set_offline(True)
    elder.send()
    expect(again).to_be_focused()
    expect(page.locator(".onward .notice")).to_contain_text(elder.phone.say(WORDS["failed"]))
    elder.phone.seen("not-sent")
    page.context.set_offline(False)
    stored: list[int] = []

    def lose_the_answer(route: Route) -> None:
        stored.append(route.fetch().status)
        route.abort()

    page.route("**/submit", lose_the_answer)
    for _ in range(2):
        elder.tap(again)
        expect(again).to_be_focused()
    assert stored == [201, 200]
    page.unroute("**/submit")
    page.route("**/submit", lambda route: route.fulfill(status=200, body="<h1>Pay for the network</h1>"))
    elder.tap(again)
    expect(again).to_be_focused()
    page.unroute("**/submit")
    page.route("**/submit", lambda route: route.fulfill(status=503, json={"error": "away", "message": "away"}))
    elder.tap(again)
    expect(again).to_be_focused()
    page.unroute("**/submit")
    elder.tap(again)
    elder.receipt()
    assert len({re.findall("client_id=([^&]+)", body)[0] for body in posted}) == 1
    page.go_back()
    expect(page.locator(".notice.good .code")).to_be_visible()
    expect(page.locator("form section.card")).to_have_count(0)
    assert len(posted) == 6


def test_a_lapsed_sign_in_goes_on_with_every_word(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "en"), answers("en")
    to_the_end(elder, given)
    cookies = elder.page.context.cookies()
    elder.page.context.clear_cookies(name="session")
    with elder.page.expect_navigation():
        elder.send()
    expect(elder.page.get_by_role("heading", level=1)).to_contain_text("signed out")
    elder.page.context.add_cookies(cookies)


def test_sending_is_said_in_words_and_once(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "ur"), answers("ur")
    posted = keep_posts(elder)
    to_the_end(elder, given)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    elder.page.route("**/submit", hold)
    elder.send()
    button = elder.page.locator(".onward [type=submit]")
    expect(button).to_have_text(elder.phone.say("Sending…"))
    expect(button).to_be_disabled()
    expect(elder.page.get_by_role("status")).to_have_text(elder.phone.say("Sending…"))
    elder.page.evaluate("document.querySelector('main form').requestSubmit()")
    held[0].continue_()
    elder.receipt()
    assert len(posted) == 1


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


def test_on_a_wide_screen(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "en"), answers("en")
    elder.page.set_viewport_size({"width": 1280, "height": 900})
    elder.gathering(given)
    elder.place(given)
    elder.phone.seen("wide-category")
    elder.category(given["subcategory"])
    elder.details(given)
    elder.consent(given)
    elder.phone.seen("wide-check")


def test_quick_exit_leaves_nothing_to_go_back_to(phone: Callable[..., Phone]) -> None:
    elder, given = walker(phone, "en"), answers("en")
    page = elder.page

    def way_out(route: Route) -> None:
        """The page that the site leads to is on another one, which no test asks for."""
        answer = route.fetch(max_redirects=0)
        assert answer.headers["clear-site-data"] == '"cache", "cookies"'
        route.fulfill(status=200, headers={"set-cookie": answer.headers["set-cookie"]}, body="<title>Weather</title>")

    page.route("**/exit", way_out)
    elder.gathering(given)
    elder.place(given)
    with page.expect_navigation():
        page.locator("header .exit").tap()
    expect(page).to_have_title("Weather")
    assert "session" not in {cookie["name"] for cookie in page.context.cookies()}
    for _ in range(4):
        page.go_back()
        expect(page.locator("form section.card")).to_have_count(0)


def test_quick_exit_blanks_the_page_before_anything_answers(phone: Callable[..., Phone]) -> None:
    elder = walker(phone, "ur")
    elder.page.route("**/exit", lambda route: route.abort("aborted"))  # no way out, so that the page stays
    elder.phone.cut_off = True
    elder.page.locator("header .exit").tap()
    expect(elder.page.locator("html")).to_have_attribute("hidden", "")
    assert elder.page.evaluate("[document.body.textContent, document.title]") == ["", ""]
