"""The form where scripts run: what is objected to, sending once, and leaving at once; all answers without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.browser import form
from tests.browser.matrix import languages
from tests.browser.phone import Phone
from tests.browser.steps import LONG, answers, keep_posts, to_the_end, to_the_story, walker
from webapp.drafts.labels import PROBLEMS


def test_what_is_refused_as_it_is_typed_stops_the_step(phone: Callable[..., Phone]) -> None:
    """With the rules at hand nobody learns of it after all other questions."""
    elder, given = walker(phone, "ps"), answers("ps")
    to_the_story(elder, given)
    elder.page.wait_for_function("!!window.dangers")
    elder.story("فرضي: ۰۳۰۰ ۱۲۳۴۵۶۷ ته فون وکړئ.")
    expect(elder.page.locator("#narrative")).to_be_focused()
    expect(elder.page.locator("#narrative-error")).to_have_text(elder.phone.say(PROBLEMS["mobile"]))
    elder.phone.seen("refused-while-typing")
    elder.page.locator("#narrative").fill(given["narrative"])
    expect(elder.page.locator("#narrative-error")).to_have_count(0)
    elder.on()
    expect(elder.page.locator("label:has([name=remedies][value=compensation])")).to_be_visible()


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
    expect(elder.page.get_by_role("status").first).to_have_text(elder.phone.say("Sending…"))
    elder.page.evaluate("document.querySelector('main form').requestSubmit()")
    held[0].continue_()
    elder.receipt()
    assert len(posted) == 1


def test_leaving_with_words_typed_is_asked_first(phone: Callable[..., Phone]) -> None:
    """Not where nothing was typed, and never by quick exit."""
    elder, given = walker(phone, "ur"), answers("ur")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    elder.page.on("dialog", stay)
    elder.page.route("**/exit", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    elder.page.reload()
    assert asked == []
    to_the_story(elder, given)
    elder.page.locator("#narrative").fill(given["narrative"])
    elder.page.locator(".tongues a[lang=en]").tap()
    expect(elder.page.locator("#narrative")).to_have_value(given["narrative"])
    assert asked == ["beforeunload"]
    elder.page.locator("header .exit").tap()
    expect(elder.page).to_have_title("Weather")
    assert asked == ["beforeunload"]


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


@pytest.mark.parametrize("language", languages("ps"))
def test_without_scripts_all_answers_are_seen_before_they_are_sent(phone: Callable[..., Phone], language: str) -> None:
    elder = phone(language)
    elder.enter("demo-representative")
    given = answers(language, urgency="life_danger")
    form.answer_all(elder, given)
    before = form.contents(elder)
    elder.press("Check my answers first")
    expect(elder.page.get_by_role("heading", level=1)).to_have_text(elder.say("Check your answers"))
    expect(elder.page.get_by_role("main")).to_contain_text(given["narrative"])
    elder.seen("check")
    elder.press("Change")
    assert form.contents(elder) == before
    elder.press("Check my answers first")
    elder.page.locator("label:has(#checked)").click()
    elder.press("Submit")
    expect(elder.page.locator(".code")).to_be_visible()
