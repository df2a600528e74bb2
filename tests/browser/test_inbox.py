"""The answer comes back: a representative reads it, answers, confirms, reopens, withdraws and takes back."""

import json
import random
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.officials import REPLY, handle, leave_it
from tests.browser.phone import SCREEN, Phone
from webapp.codes import ALPHABET
from webapp.config import LANGUAGES
from webapp.handling.labels import STEPS
from webapp.history.tables import Step
from webapp.references import SAID, shown

WHO = "demo-representative"
#: Synthetic, each in its language.
ANSWERS = {
    "en": "Synthetic: the part beside the school.",
    "ur": "فرضی: سکول کے پاس والا حصہ۔",
    "ps": "فرضي: سکول سره نزدې برخه.",
}
WIDE = {"width": 1280, "height": 900}


def at_home(elder: Phone, who: str = WHO) -> None:
    """Signed in."""
    elder.open("sign-in")
    elder.page.locator("#username").fill(who)
    elder.page.locator("#password").fill(elder.site.passwords[who])
    with elder.page.expect_navigation():
        elder.page.locator("main [type=submit]").click()


def file(elder: Phone, **changes: str) -> str:
    """Something was filed; its reference."""
    # told apart by letters alone: digits in a row can look like somebody's phone
    word = "".join(random.choices("abcdefgh", k=12))
    form = factories.full(district="bannu", narrative=f"Synthetic: the bridge is broken, {word}.", **changes)
    pairs = [(name, value) for name, given in form.items() for value in ([given] if isinstance(given, str) else given)]
    answer = elder.page.request.post(
        f"{elder.site.base}/{elder.language}/submit",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
                 "Origin": elder.site.base},
        data="&".join(f"{name}={value}" for name, value in pairs),
    )  # fmt: skip
    assert answer.status == 201, answer.text()
    return str(json.loads(answer.body())["reference"])


def go_to(elder: Phone, reference: str) -> None:
    """From the list to the page of one."""
    elder.open("grievances")
    with elder.page.expect_navigation():
        elder.page.get_by_role("link", name=shown(reference)).click()


def unfold(elder: Phone, step: Step) -> None:
    """Open what lies folded."""
    elder.page.locator(f"details:has(form[action$='/{step.value}']) > summary").click()


def send(elder: Phone, step: Step) -> None:
    """The button of a step, and what is said then."""
    with elder.page.expect_navigation():
        elder.page.locator(f"form[action$='/{step.value}'] [type=submit]").click()


def did(elder: Phone, step: Step) -> None:
    """The page says what was done."""
    expect(elder.page.get_by_role("status").first).to_have_text(elder.say(STEPS[step]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wide", [False, True], ids=["phone", "computer"])
def test_the_answer_comes_back(phone: Callable[..., Phone], language: str, wide: bool) -> None:
    """On a phone without scripts, and on a wide screen with them."""
    elder = phone(language, scripts=wide)
    page, looks = elder.page, (lambda name: elder.seen(f"{name}-{'wide' if wide else 'phone'}"))
    page.set_viewport_size(WIDE if wide else SCREEN)
    at_home(elder)
    reference = file(elder)
    elder.open(f"receipt/{reference}")
    looks("receipt")
    for letter in reference:
        expect(page.locator(".slip")).to_contain_text(SAID[language][ALPHABET.index(letter)])
    go_to(elder, reference)
    looks("one-new")
    handle(elder.site, reference, Step.ACKNOWLEDGE, Step.ASK)
    answer_question(elder, reference, looks)
    handle(elder.site, reference, Step.REPORT_ACTION)
    confirm_and_reopen(elder, reference, looks)
    withdraw_and_take_back(elder, reference, looks)


def answer_question(elder: Phone, reference: str, looks: Callable[[str], None]) -> None:
    """First with a telephone number in it, which comes back with every word."""
    page = elder.page
    elder.open("grievances")
    expect(page.locator(".inbox li").filter(has_text=shown(reference))).to_contain_text(elder.say("New reply"))
    looks("mine")
    go_to(elder, reference)
    words = ANSWERS[elder.language]
    page.locator("#answer").fill(f"{words} 0300 1234567")
    send(elder, Step.ANSWER)
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#answer")).to_have_value(f"{words} 0300 1234567")
    looks("one-refused")
    page.locator("#answer").fill(words)
    send(elder, Step.ANSWER)
    did(elder, Step.ANSWER)
    looks("one-answered")


def confirm_and_reopen(elder: Phone, reference: str, looks: Callable[[str], None]) -> None:
    """The reply is locked until the password was typed; it is solved in part, and then it was not."""
    page = elder.page
    leave_it(elder.site, WHO)
    go_to(elder, reference)
    expect(page.get_by_text(REPLY)).to_have_count(0)
    looks("one-locked")
    page.locator("#password").fill(elder.site.passwords[WHO])
    elder.press("Show subject and replies")
    expect(page.get_by_text(REPLY).first).to_be_visible()
    looks("one-action")
    page.locator("label:has([name=outcome][value=partly_solved])").click()
    send(elder, Step.CONFIRM)
    did(elder, Step.CONFIRM)
    looks("one-confirmed")
    unfold(elder, Step.REOPEN)
    send(elder, Step.REOPEN)
    did(elder, Step.REOPEN)


def withdraw_and_take_back(elder: Phone, reference: str, looks: Callable[[str], None]) -> None:
    """And at last all that was written is erased."""
    page = elder.page
    for last in (Step.TAKE_BACK, Step.ERASE_NOW):
        go_to(elder, reference)
        unfold(elder, Step.WITHDRAW)
        page.locator("label:has([name=pressed][value=yes])").click()
        send(elder, Step.WITHDRAW)
        did(elder, Step.WITHDRAW)
        looks("one-withdrawn")
        if last is Step.ERASE_NOW:
            unfold(elder, last)
        send(elder, last)
        did(elder, last)
    looks("one-erased")
    expect(page.locator(f"form[action$='/{Step.TAKE_BACK.value}']")).to_have_count(0)
