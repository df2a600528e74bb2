"""Filing, in every language, on a phone and on a wide screen, step by step and on one page without scripts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import expect

from tests.browser import filing, form, matrix
from tests.browser.filing import DOUBTED, REFUSED
from tests.browser.phone import Phone
from tests.browser.steps import LONG, SENSITIVE, SHORT, Walker, answers, keep_posts, titles, to_the_story, walker
from webapp.drafts.forms import GATHERING_FIELDS, REFERRAL_FIELDS
from webapp.drafts.labels import PROBLEMS, WARNINGS

MOST_TAPS = 16


@matrix.made("two grievances of one gathering")
def test_two_grievances_of_one_gathering(phone: Callable[..., Phone], case: matrix.Case) -> None:
    if not case.scripts:
        return filing.two_on_one_page(phone(case.language, width=case.width))
    language = case.language
    elder, given = walker(phone, language, scope=("bannu", "khyber", "kurram"), width=case.width), answers(language)
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
    return None


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


@matrix.made("a sensitive subject")
def test_a_sensitive_subject(phone: Callable[..., Phone], case: matrix.Case) -> None:
    if case.scripts:
        sensitive(walker(phone, case.language, width=case.width))
    else:
        filing.sensitive_on_one_page(phone(case.language, width=case.width))


def test_a_sensitive_subject_whose_numbers_do_not_come(phone: Callable[..., Phone]) -> None:
    """Then the two numbers that hold everywhere are told."""
    sensitive(walker(phone, "ps", lines=False), lines=False)


def sensitive(elder: Walker, *, lines: bool = True) -> None:
    """Few questions, no story, and numbers to call."""
    given, posted = answers(elder.phone.language), keep_posts(elder)
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


@matrix.made("mistakes")
def test_mistakes_and_doubts_come_back_to_their_fields(phone: Callable[..., Phone], case: matrix.Case) -> None:
    if not case.scripts:
        return filing.mistakes_on_one_page(phone(case.language, width=case.width))
    language = case.language
    elder = walker(phone, language, rules=False, width=case.width)
    given = answers(language, narrative=REFUSED[language], urgency="life_danger")
    to_the_story(elder, given)
    elder.story(given["narrative"])
    elder.option("remedies", "compensation")
    elder.on()
    elder.option("raised_before", "no")
    elder.consent(given)
    elder.send()
    summary = elder.page.locator("#problems")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(1)
    expect(elder.page.locator("#narrative-error")).to_have_text(elder.phone.say(PROBLEMS["mobile"]))
    elder.phone.seen("mistakes")
    elder.tap(summary.get_by_role("link"))
    expect(elder.page.locator("#narrative")).to_be_focused()
    elder.page.locator("#narrative").fill(DOUBTED[language])
    expect(elder.page.locator("#narrative-error")).to_have_count(0)
    elder.on()
    elder.at(LONG, LONG)
    elder.send()
    expect(summary).to_contain_text(elder.phone.say(PROBLEMS["parentage"]))
    elder.phone.seen("doubts")
    elder.send()
    expect(elder.page.locator("#checked-error")).to_be_visible()
    elder.option("checked", "yes")
    elder.send()
    elder.receipt()
    return None


@matrix.made("a lost network", needs_scripts=True)
def test_a_lost_network_loses_no_word_and_makes_no_double(phone: Callable[..., Phone], case: matrix.Case) -> None:
    filing.a_lost_network(walker(phone, case.language, width=case.width))


@matrix.made("a lapsed sign-in", needs_scripts=True)
def test_a_lapsed_sign_in_goes_on_with_every_word(phone: Callable[..., Phone], case: matrix.Case) -> None:
    filing.a_lapsed_sign_in(walker(phone, case.language, width=case.width))
