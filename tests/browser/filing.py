"""How somebody files: on one page without scripts, and step by step when something goes wrong on the way."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Route, expect

from tests.browser import form
from tests.browser.officials import lapse
from tests.browser.phone import Phone
from tests.browser.steps import Walker, answers, keep_posts, to_the_end
from webapp.drafts.labels import PROBLEMS, QUESTIONS, WARNINGS
from webapp.submit.labels import WORDS

WHO = "demo-representative"
#: Synthetic; what is refused, and what is doubted.
REFUSED = {
    "en": "Synthetic: call 0300 0000000 for the rest.",
    "ur": "فرضی: باقی بات کے لیے 0300 0000000 پر فون کریں۔",
    "ps": "فرضي: د نورې خبرې د پاره 0300 0000000 ته فون وکړئ.",
}
DOUBTED = {
    "en": "Synthetic: the son of Gulab Khan lost everything.",
    "ur": "فرضی: گلاب خان ولد شیر خان کا سب کچھ چلا گیا۔",
    "ps": "فرضي: د ګلاب خان ولد شېر خان هر څه لاړل.",
}
#: what the receipt must not say: the topic filed here
SUBJECT = {
    "en": "Armed groups and militant violence",
    "ur": "مسلح گروہ اور ان کا تشدد",
    "ps": "وسله والې ډلې او د هغوی تشدد",
}


def two_on_one_page(elder: Phone) -> None:
    """The long form, then the short one from the link on the receipt; it asks nothing about the gathering."""
    elder.enter(WHO)
    expect(elder.page).to_have_url(re.compile("/submit$"))
    elder.seen("form")
    expect(elder.page.locator("#raised_to")).to_be_hidden()
    form.answer_all(elder, form.long_form(elder.language))
    elder.seen("form-filled")
    elder.press("Submit")
    first = receipt(elder, "receipt")
    elder.press("Another grievance of the same jirga")
    elder.seen("short-form")
    expect(elder.page.locator("#gathering_date")).to_have_count(0)
    form.answer_all(elder, form.short_form(elder.language))
    elder.press("Submit")
    assert first != receipt(elder, "second-receipt")


def receipt(elder: Phone, name: str) -> str:
    """What is seen after sending: a tracking number, and nothing of what was written."""
    address = urlsplit(elder.page.url)
    elder.must("address", not address.fragment, f"still names a field: {address.fragment}")
    elder.seen(name)
    words = elder.page.get_by_role("main").inner_text()
    for told in (SUBJECT[elder.language], form.STORIES[elder.language], form.OTHER_STORIES[elder.language]):
        assert told not in words
    number = elder.page.locator(".code").inner_text()
    assert address.path == f"/{elder.language}/receipt/{number.replace('-', '')}"
    return number


def mistakes_on_one_page(elder: Phone) -> None:
    """First without an answer and with a mobile number in the story, then with somebody's father in it."""
    elder.enter(WHO)
    page, given = elder.page, form.long_form(elder.language)
    households = given.pop("households")
    form.answer_all(elder, given | {"narrative": f"{given['narrative']} {form.MOBILE_NUMBER[elder.language]}"})
    send_in_vain(elder, {"households": "required", "narrative": "mobile"})
    page.locator("#problems").get_by_role("link", name=elder.say(QUESTIONS["households"][0])).click()
    expect(page.locator("#households")).to_be_focused()
    elder.must_see("label[for=households]")
    form.answer(elder, "households", households)
    send_in_vain(elder, {"narrative": "mobile"})
    form.answer(elder, "narrative", DOUBTED[elder.language])
    before = form.contents(elder)
    elder.press("Submit")
    expect(page.locator("#narrative-doubt")).to_have_text(elder.say(PROBLEMS["parentage"]))
    assert [field for field in form.contents(elder) if field[0] != "checked"] == before
    elder.must_see("#problems h2")
    elder.seen("form-doubted")
    page.locator("#problems").get_by_role("link", name=elder.say("Go to the box")).click()
    expect(page.locator("#checked")).to_be_focused()
    page.locator("label:has(#checked)").click()
    elder.press("Submit")
    receipt(elder, "receipt")


def send_in_vain(elder: Phone, mistakes: dict[str, str]) -> None:
    """The summary stands on top with the focus, each mistake is told again at its field, and every word is kept."""
    before, summary = form.contents(elder), elder.page.locator("#problems")
    elder.press("Submit")
    expect(summary.get_by_role("listitem")).to_have_count(len(mistakes))
    elder.must_see("#problems h2")
    elder.must("focus", elder.page.evaluate("document.activeElement.id") == "problems", "is not on the summary")
    elder.seen("form-refused")
    for name, problem in mistakes.items():
        expect(summary).to_contain_text(elder.say(PROBLEMS[problem]))
        expect(elder.page.locator(f"#{name}-error")).to_have_text(elder.say(PROBLEMS[problem]))
        expect(elder.page.locator(f"#{name}")).to_have_attribute("aria-invalid", "true")
    assert form.contents(elder) == before


def sensitive_on_one_page(elder: Phone) -> None:
    """The page cannot know in time, so it warns before the topic; what must not be kept is thrown away unread."""
    elder.enter(WHO)
    page, given = elder.page, answers(elder.language, subcategory="child_protection")
    stop = page.locator(".notice.stop")
    expect(stop).to_contain_text(elder.say(WARNINGS["sensitive"]))
    expect(stop.get_by_role("link", name=elder.say("Help numbers"))).to_be_visible()
    form.answer_all(elder, given)
    elder.press("Check my answers first")
    expect(stop).to_contain_text(elder.say("The story will not be kept."))
    expect(page.get_by_role("main")).not_to_contain_text(given["narrative"])
    expect(page.get_by_role("main")).to_contain_text(elder.say(PROBLEMS["person_not_asked"]))
    elder.seen("sensitive-check")
    elder.press("Submit")
    expect(page.locator("#person_asked-error")).to_have_text(elder.say(PROBLEMS["person_not_asked"]))
    elder.seen("sensitive-refused")
    form.answer(elder, "person_asked", "yes")
    elder.press("Submit")
    receipt(elder, "sensitive-receipt")
    expect(page.get_by_role("main")).to_contain_text(elder.say("The story was not kept."))


def a_lost_network(elder: Walker) -> None:
    """No network, lost answers, a page of the telephone company, a server that is away; then one grievance."""
    given = answers(elder.phone.language)
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


def a_lapsed_sign_in(elder: Walker) -> None:
    """The page asks for the password and gives back what was to be sent, which is then sent."""
    phone, page = elder.phone, elder.page
    to_the_end(elder, answers(phone.language))
    lapse(phone.site, WHO)
    with page.expect_navigation():
        elder.send()
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_have_text(phone.say("Sign in"))
    kept = "Nothing was saved yet. Your words are kept and come back after you sign in."
    expect(main).to_contain_text(phone.say(kept))
    phone.seen("lapsed")
    phone.fill_in(WHO)
    expect(page.get_by_role("heading", level=1)).to_have_text(phone.say("You are signed in again"))
    phone.seen("lapsed-back")
    phone.press("Send it now")
    expect(page.locator(".code")).to_be_visible()
