"""A form that arrived although nobody was told so, and was changed before it was sent again."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.phone import Phone
from tests.browser.steps import answers, to_the_end, walker
from webapp.drafts.labels import PROBLEMS


def test_what_was_changed_after_it_arrived_is_sent_as_another(phone: Callable[..., Phone]) -> None:
    """The person is told, and decides; every word stays."""
    elder, given = walker(phone, "en"), answers("en")
    elder.phone.cut_off = True
    to_the_end(elder, given)
    page, stored = elder.page, list[int]()

    def lose_the_answer(route: Route) -> None:
        stored.append(route.fetch().status)
        route.abort()

    page.route("**/submit", lose_the_answer)
    elder.send()
    expect(page.locator(".onward .notice button")).to_be_focused()
    page.unroute("**/submit")
    words = given["narrative"] + " The bridge too."
    page.evaluate("text => { document.getElementById('narrative').value = text; }", words)
    elder.tap(page.locator(".onward .notice button"))
    expect(page.locator("#problems")).to_contain_text(elder.phone.say(PROBLEMS["other_content"]))
    assert page.evaluate("document.getElementById('narrative').value") == words
    elder.send()
    elder.receipt()
    assert stored == [201]
