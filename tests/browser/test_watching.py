"""The rules in the browser: they say of every text what the server says, and say it while somebody types."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import form
from tests.browser.conftest import SHOTS
from tests.browser.matrix import languages
from tests.browser.phone import SCREEN, Phone
from tests.browser.site import Site
from tests.texts import spellings
from webapp import dangers
from webapp.drafts.labels import PROBLEMS
from webapp.texts import rules

CODES = {*rules.NUMBERS, *rules.ADDRESSES, *rules.AREA, *rules.DOUBTS}
ASK = "texts => texts.map(text => [window.dangers(text, false), window.dangers(text, true)])"
CARD = "۳۵۲۰۲-۱۲۳۴۵۶۷-۱"
Answers = list[list[list[list[str]]]]


@pytest.fixture(scope="module")
def ask(chromium: Browser) -> Iterator[Callable[[list[str]], Answers]]:
    """What the browser says of texts."""
    page = chromium.new_page()
    page.add_script_tag(content=dangers.script(str))
    yield lambda texts: page.evaluate(ASK, texts)
    page.close()


def differing(texts: list[str], browser: Answers) -> list[object]:
    """Texts of which browser and server do not say the same, with what each says."""
    server = [[[*map(list, rules.dangers(text, area=area))] for area in (False, True)] for text in texts]
    assert len(server) == len(browser)
    return [(ascii(text), one, other) for text, one, other in zip(texts, server, browser, strict=True) if one != other]


def test_of_all_examples_however_they_are_spelt(ask: Callable[[list[str]], Answers]) -> None:
    texts = spellings.spellings()
    answers = ask(texts)
    assert len(set(texts)) > 2000
    assert {code for answer in answers for half in answer[1] for code in half} == CODES
    assert differing(texts, answers) == []


def test_of_any_mixture(ask: Callable[[list[str]], Answers]) -> None:
    texts = spellings.mixtures(8000)
    answers = ask(texts)
    assert {code for answer in answers for half in answer[1] for code in half} == CODES
    assert differing(texts, answers) == []


def test_of_every_letter(ask: Callable[[list[str]], Answers]) -> None:
    """Beside what the rules look for; but letters younger than this Python."""
    numbers = (*range(0x2200), *range(0xA640, 0xABFF), *range(0xF900, 0x10600), *range(0x1D7C0, 0x1D800))
    letters = [chr(number) for number in numbers if unicodedata.category(chr(number)) != "Cn"]
    texts = [
        f"SHO {one}a x{one}son of b 0300{one}1234567 {one}w.com SHO {one}{one} 3{one} wa{one}me" for one in letters
    ]
    assert differing(texts, ask(texts)) == []


def test_a_difference_is_found(ask: Callable[[list[str]], Answers], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.AREA, "house_number", [])  # type: ignore[index]
    (found,) = differing(["Mir Ali", "House 12"], ask(["Mir Ali", "House 12"]))
    assert found == ("'House 12'", [[[], []], [[], []]], [[[], []], [["house_number"], []]])


@contextmanager
def elder(chromium: Browser, site: Site, language: str) -> Iterator[Phone]:
    """A representative before the form as one page, whose browser runs scripts; afterwards it has no fault."""
    context = chromium.new_context(viewport={**SCREEN}, is_mobile=True, has_touch=True, service_workers="block")  # type: ignore[arg-type]
    context.route(re.compile(r"/form\.js"), lambda route: route.fulfill(body="", content_type="text/javascript"))
    context.set_default_timeout(15_000)
    phone = Phone(context.new_page(), site, language, SHOTS)
    sign_in(phone.page, site, language)
    yield phone
    context.close()
    assert phone.told() == []


def sign_in(page: Page, site: Site, language: str) -> None:
    """As the representative of the demo, whose first page is the form."""
    page.goto(f"{site.base}/{language}/sign-in")
    page.locator("#username").fill("demo-representative")
    page.locator("#password").fill(site.passwords["demo-representative"])
    with page.expect_event("requestfinished", lambda request: "/dangers.js?v=" in request.url):
        page.locator("main button[type=submit]").click()


def test_only_what_was_typed_is_looked_at(chromium: Browser, site: Site) -> None:
    """Nothing is said of an untouched form, and nothing is sent while somebody types."""
    with elder(chromium, site, "en") as phone:
        sent: list[str] = []
        phone.page.on("request", lambda request: sent.append(request.url))
        expect(phone.page.locator(".error, .doubt")).to_have_count(0)
        phone.page.locator("#narrative").press_sequentially("Their card is 35202-1234567-1")
        expect(phone.page.locator("#narrative-error")).to_be_visible()
        assert sent == []


@pytest.mark.parametrize("language", languages("ur"))
def test_a_card_number_is_told_while_it_is_typed(chromium: Browser, site: Site, language: str) -> None:
    """At the field and to those who listen; and no more when it is gone."""
    with elder(chromium, site, language) as phone:
        page, say, story = phone.page, phone.say, form.STORIES[language]
        field, status = page.locator("#narrative"), page.locator("main form > [role=status]")
        before = field.get_attribute("aria-describedby")
        field.fill(f"{story} ")
        field.press_sequentially(CARD)
        expect(page.locator("#narrative-error")).to_have_text(say(PROBLEMS["cnic"]))
        expect(status.filter(has_text=say(PROBLEMS["cnic"]))).to_have_count(1)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_attribute("aria-describedby", f"{before} narrative-error")
        phone.seen("form-watched")
        for _ in range(len(CARD)):
            field.press("Backspace")
        expect(page.locator(".error")).to_have_count(0)
        expect(status.filter(has_text=say(PROBLEMS["cnic"]))).to_have_count(0)
        expect(field).not_to_have_attribute("aria-invalid", "true")
        expect(field).to_have_attribute("aria-describedby", str(before))
        assert field.input_value() == f"{story} "


def test_each_field_and_each_finding(chromium: Browser, site: Site) -> None:
    """Refusals before doubts, the same words once; the name of a village by its own rules, on leaving it."""
    with elder(chromium, site, "en") as phone:
        page, story = phone.page, page_lines(phone)
        page.locator("#remedy_text").press_sequentially("Ask SHO Akbar at 0928-612345, 0300-1234567, 35202-1234567-1")
        expect(page.locator("#remedy_text-doubt")).to_be_visible()
        assert story("remedy_text") == [PROBLEMS[code] for code in ("cnic", "landline", "rank_name")]
        page.locator("#area_name").fill("House 12")
        page.locator("#area_name").blur()
        expect(page.locator("#area_name-error")).to_be_visible()
        assert story("area_name") == [PROBLEMS["house_number"]]
        page.locator("#narrative").fill("House 12")
        page.evaluate("document.dispatchEvent(new Event('watch'))")  # as whoever goes on asks for it at once
        assert story("narrative") == []


def page_lines(phone: Phone) -> Callable[[str], list[str]]:
    """What stands at a field."""
    return lambda name: phone.page.locator(f".field:has(#{name}) :is(.error, .doubt)").all_inner_texts()


def test_sending_is_never_stopped(chromium: Browser, site: Site) -> None:
    """The server refuses in the same words, once; they go as soon as the number goes, its other words stay."""
    with elder(chromium, site, "ur") as phone:
        page, lines = phone.page, page_lines(phone)
        page.locator("#narrative").fill(f"{form.STORIES['ur']} {CARD}")
        page.locator("#remedy_text").fill("0928-612345" + "ا" * 400)
        phone.press("Submit")
        told = {"narrative": phone.say(PROBLEMS["cnic"]), "remedy_text": phone.say(PROBLEMS["landline"])}
        assert lines("narrative") == [told["narrative"]]
        too_long, doubt = lines("remedy_text")
        assert doubt == told["remedy_text"]
        for name in ("narrative", "remedy_text"):
            expect(page.locator(f".field.bad #{name}")).to_have_count(1)
            page.locator(f"#{name}").fill(form.STORIES["ur"])
            page.locator(f"#{name}").blur()
            expect(page.locator(f".field:has(#{name}) p").filter(has_text=told[name])).to_have_count(0)
        assert lines("narrative") == []
        expect(page.locator(".bad #narrative")).to_have_count(0)
        assert lines("remedy_text") == [too_long]
        expect(page.locator(".bad #remedy_text")).to_have_attribute("aria-describedby", re.compile("-hint .*-error$"))


def test_rules_that_did_not_come_are_asked_for_again(chromium: Browser, site: Site) -> None:
    with elder(chromium, site, "ps") as phone:
        page = chromium.new_page(storage_state=phone.page.context.storage_state())
        page.route(re.compile(r"/form\.js"), lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.route(re.compile(r"/dangers\.js"), lambda route: route.abort(), times=1)
        with page.expect_event("requestfailed"):
            page.goto(f"{site.base}/ps/submit?again")
        page.locator("#narrative").fill(CARD)
        expect(page.locator("#narrative-error")).to_have_text(phone.say(PROBLEMS["cnic"]))
        page.close()
