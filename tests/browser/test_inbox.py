"""The answer comes back: a representative reads it, answers, confirms, reopens, withdraws and takes back."""

import json
from collections.abc import Callable

from playwright.sync_api import expect

from tests import factories
from tests.browser import matrix
from tests.browser.filing import WHO
from tests.browser.officials import REPLY, handle, leave_it
from tests.browser.phone import Phone
from webapp.codes import ALPHABET
from webapp.handling.labels import STEPS
from webapp.history.tables import Step
from webapp.references import SAID, shown

#: Synthetic, each in its language.
ANSWERS = {
    "en": "Synthetic: the part beside the school.",
    "ur": "فرضی: سکول کے پاس والا حصہ۔",
    "ps": "فرضي: سکول سره نزدې برخه.",
}


def file(elder: Phone, **changes: str) -> str:
    """Something was filed; its reference."""
    form = factories.full(narrative=f"Synthetic: the bridge is broken, {factories.word()}.", **changes)
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


def filed(phone: Callable[..., Phone], case: matrix.Case) -> tuple[Phone, str]:
    """Somebody signed in who filed something, and its reference."""
    elder = phone(case.language, scripts=case.scripts, width=case.width)
    elder.enter(WHO)
    return elder, file(elder)


@matrix.made("confirm")
def test_an_answer_is_given_and_a_reply_confirmed(phone: Callable[..., Phone], case: matrix.Case) -> None:
    """The receipt, a question with its answer, then the reply: locked until the password was typed."""
    elder, reference = filed(phone, case)
    elder.open(f"receipt/{reference}")
    elder.seen("receipt")
    for letter in reference:
        expect(elder.page.locator(".slip")).to_contain_text(SAID[case.language][ALPHABET.index(letter)])
    go_to(elder, reference)
    elder.seen("one-new")
    handle(elder.site, reference, Step.ACKNOWLEDGE, Step.ASK)
    answer_question(elder, reference)
    handle(elder.site, reference, Step.REPORT_ACTION)
    unlock(elder, reference)
    elder.seen("one-action")
    elder.page.locator("label:has([name=outcome][value=partly_solved])").click()
    send(elder, Step.CONFIRM)
    did(elder, Step.CONFIRM)
    elder.seen("one-confirmed")


def answer_question(elder: Phone, reference: str) -> None:
    """First with a telephone number in it, which comes back with every word."""
    page = elder.page
    elder.open("grievances")
    expect(page.locator(".inbox li").filter(has_text=shown(reference))).to_contain_text(elder.say("New reply"))
    elder.seen("mine")
    go_to(elder, reference)
    words = ANSWERS[elder.language]
    page.locator("#answer").fill(f"{words} 0300 1234567")
    send(elder, Step.ANSWER)
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#answer")).to_have_value(f"{words} 0300 1234567")
    elder.seen("one-refused")
    page.locator("#answer").fill(words)
    send(elder, Step.ANSWER)
    did(elder, Step.ANSWER)
    elder.seen("one-answered")


def unlock(elder: Phone, reference: str) -> None:
    """Ten minutes after the password was typed the reply is locked, until it is typed once more."""
    page = elder.page
    leave_it(elder.site, WHO)
    go_to(elder, reference)
    expect(page.get_by_text(REPLY)).to_have_count(0)
    elder.seen("one-locked")
    page.locator("#password").fill(elder.site.passwords[WHO])
    elder.press("Show subject and replies")
    expect(page.get_by_text(REPLY).first).to_be_visible()


@matrix.made("reopen")
def test_what_was_said_to_be_done_is_opened_again(phone: Callable[..., Phone], case: matrix.Case) -> None:
    """It was said to be solved in part, and then it was not."""
    elder, reference = filed(phone, case)
    handle(elder.site, reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    go_to(elder, reference)
    elder.page.locator("label:has([name=outcome][value=partly_solved])").click()
    send(elder, Step.CONFIRM)
    unfold(elder, Step.REOPEN)
    elder.seen("one-reopening")
    send(elder, Step.REOPEN)
    did(elder, Step.REOPEN)
    elder.seen("one-reopened")


@matrix.made("withdraw and take back")
def test_withdrawing_and_taking_back(phone: Callable[..., Phone], case: matrix.Case) -> None:
    """And at last all that was written is erased."""
    elder, reference = filed(phone, case)
    page = elder.page
    for last in (Step.TAKE_BACK, Step.ERASE_NOW):
        go_to(elder, reference)
        unfold(elder, Step.WITHDRAW)
        page.locator("label:has([name=pressed][value=yes])").click()
        elder.seen("one-withdrawing")
        send(elder, Step.WITHDRAW)
        did(elder, Step.WITHDRAW)
        elder.seen("one-withdrawn")
        if last is Step.ERASE_NOW:
            unfold(elder, last)
        send(elder, last)
        did(elder, last)
    elder.seen("one-erased")
    expect(page.locator(f"form[action$='/{Step.TAKE_BACK.value}']")).to_have_count(0)
