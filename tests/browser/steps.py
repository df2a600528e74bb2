"""Filling in the form step by step, where scripts run: what is touched is counted."""

from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser import form
from tests.browser.officials import let_in
from tests.browser.phone import Phone
from webapp.drafts.labels import SECTIONS, WARNINGS

LONG, SENSITIVE, SHORT = 13, 8, 11


class Walker:
    """Somebody who fills in the form with a thumb."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.page = phone.page
        self.taps = 0

    def without_lines(self) -> None:
        """Plain lines and help numbers do not come."""
        for address in ("**/topics", "**/help-numbers?*"):
            self.page.route(address, lambda route: route.fulfill(status=404))

    def without_rules(self) -> None:
        """What texts may not hold is known to the server alone."""
        self.page.route("**/dangers.js*", lambda route: route.fulfill(status=404))

    def open(self, username: str = "demo-representative", password: str = "") -> None:
        """The form, signed in."""
        self.phone.enter(username, password)
        expect(self.page.locator(".onward")).to_be_visible()

    def tap(self, target: Locator) -> None:
        """Touch once."""
        self.phone.touch_at(target)
        self.taps += 1

    def option(self, name: str, code: str) -> None:
        """One card of a question."""
        self.tap(self.page.locator(f"label:has([name={name}][value='{code}'])"))

    def choose(self, name: str, code: str) -> None:
        """Open a list and choose in it: two touches."""
        self.page.locator(f"#{name}").select_option(code)
        self.taps += 2

    def on(self) -> None:
        """The big button."""
        self.tap(self.page.locator(".onward .next"))

    def at(self, number: int, total: int) -> None:
        """The step has the number, and its heading has the focus."""
        section = self.page.locator("section.card:visible")
        expect(section).to_have_count(1)
        expect(section.locator("h2 bdi")).to_have_text(f"{number} / {total}")
        expect(section.locator("progress")).to_have_attribute("value", str(number))
        expect(section).to_have_attribute("aria-current", "step")
        if number > 1:
            expect(section.locator("h2")).to_be_focused()
        assert "#" not in self.page.url
        assert "?" not in self.page.url

    def category(self, code: str) -> None:
        """The card of a topic's category, then the topic's own."""
        groups = "(topics, code) => topics.findIndex((group) => group.querySelector(`[value='${code}']`))"
        place = self.page.locator("#subcategory optgroup").evaluate_all(groups, code)
        self.option("category", str(place))
        self.option("topic", code)

    def gathering(self, answers: dict[str, Any]) -> None:
        """The first two steps of the long form."""
        self.boxes("safety_ack", "yes")
        self.session(answers)

    def session(self, answers: dict[str, Any]) -> None:
        """The questions about the jirga."""
        for name in ("gathering_date", "gathering_district", "participants", "women_heard", "youth_heard", "consensus"):
            form.answer(self.phone, name, answers[name])
        self.on()

    def place(self, answers: dict[str, Any]) -> None:
        """District and tehsil."""
        if self.page.locator("[name=district_card]").count():
            self.option("district_card", answers["district"])
        else:
            self.choose("district", answers["district"])
        self.option("tehsil_card", answers["tehsil"])

    def details(self, answers: dict[str, Any]) -> None:
        """From "when" to "reported before", for a subject that is not sensitive."""
        self.option("timing", answers["timing"])
        self.year(answers["start_year"])
        self.option("households_card", answers["households"])
        self.option("urgency", answers["urgency"])
        self.story(answers["narrative"])
        self.boxes("remedies", *answers["remedies"])
        self.option("raised_before", answers["raised_before"])

    def story(self, words: str) -> None:
        """A paragraph."""
        self.page.locator("#narrative").fill(words)
        self.on()

    def boxes(self, name: str, *codes: str) -> None:
        """Boxes to tick, which do not go on by themselves."""
        for code in codes:
            self.option(name, code)
        self.on()

    def year(self, year: str) -> None:
        """A recent year has a card; an older one is chosen in the list behind the last card."""
        if self.page.locator(f"[name=start_year_card][value='{year}']").count():
            return self.option("start_year_card", year)
        self.option("start_year_card", "other")
        self.choose("start_year", year)
        return self.on()

    def consent(self, answers: dict[str, Any]) -> None:
        """The last questions."""
        self.option("consent_share", "yes")
        self.option("consent_statistics", answers["consent_statistics"])
        self.option("contact_preference", answers["contact_preference"])

    def send(self) -> None:
        """The button under all answers."""
        self.tap(self.page.locator(".onward [type=submit]"))

    def receipt(self) -> str:
        """The tracking number of the page that follows."""
        self.page.wait_for_url("**/receipt/*")
        return self.page.locator(".code").inner_text()


def titles(phone: Phone) -> list[str]:
    """The headings of the long form's steps."""
    named = [phone.say(title) for title, _ in SECTIONS]
    topic = [phone.say("What is it about?"), phone.say("Exact problem")]
    return [*named[:3], *topic, *named[4:], phone.say("Check your answers")]


def walker(
    phone: Callable[..., Phone], language: str, *,
    lines: bool = True, rules: bool = True, scope: Sequence[str] = (), width: int = 360,
) -> Walker:  # fmt: skip
    """A phone whose browser runs scripts, at the form; with a scope a new account's."""
    made = Walker(phone(language, scripts=True, width=width))
    if not lines:
        made.without_lines()
    if not rules:
        made.without_rules()
    if scope:
        made.open(let_in(made.phone.site, *scope), form.factories.PASSWORD)
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


def to_the_story(elder: Walker, given: dict[str, Any]) -> None:
    """The steps before it, with lives in danger."""
    elder.gathering(given)
    elder.place(given)
    elder.category(given["subcategory"])
    elder.option("timing", given["timing"])
    elder.year(given["start_year"])
    elder.option("households_card", given["households"])
    elder.option("urgency", "life_danger")
    expect(elder.page.locator(".notice.urgent:visible")).to_contain_text(elder.phone.say(WARNINGS["life_danger"]))
    elder.on()
    expect(elder.page.locator("#life_checked-error")).to_be_visible()
    elder.tap(elder.page.locator("label:has(#life_checked)"))
    elder.phone.seen("life-danger")
    elder.on()


def keep_posts(elder: Walker) -> list[str]:
    """What is sent from now on."""
    posted: list[str] = []
    elder.page.on(
        "request", lambda request: posted.append(request.post_data or "") if request.method == "POST" else None
    )
    return posted
