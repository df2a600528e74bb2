"""A card, a phone, a second factor: from the invitation to signing out everywhere, in each language; no scripts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import Phone
from webapp.config import now
from webapp.people.labels import PROBLEMS
from webapp.people.rules import ROLE_NAMES, Role


@pytest.mark.parametrize("language", languages("ps"))
def test_from_the_card_to_signing_out_everywhere(phone: Callable[[str], Phone], language: str) -> None:
    office = phone(language)
    office.enter("demo-administrator")
    link = make_card(office)
    newcomer = phone(language)
    username, password = join(newcomer, link)
    come_in(newcomer, username, password)
    secret = set_up_factor(newcomer, password)
    sign_out_everywhere(newcomer)
    come_in(newcomer, username, password)
    give_code(newcomer, secret)
    newcomer.page.goto(link)
    newcomer.seen("code-used")


def make_card(office: Phone) -> str:
    """Invite an analyst for one district; the link on the card."""
    page = office.page
    office.open("admin/invitations")
    office.seen("invitations")
    if not page.locator("label:has([value=analyst])").is_visible():
        page.locator("main summary").first.click()
    page.get_by_role("group", name=office.say("Role")).locator("label:has([value=analyst])").click()
    page.locator("main details details:has([value=bannu]) > summary").click()
    page.locator("label:has([name=scope][value=bannu])").click()
    office.press("Make the card")
    office.seen("invitations-refused")
    page.locator(f"label:has([name=language][value={office.language}])").click()
    office.press("Make the card")
    office.seen("card")
    link = page.locator(".ticket bdi", has_text="/join/").first.inner_text().strip()
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/{office.language}/join/[0-9A-Z]{{10}}", link)
    return link


def join(newcomer: Phone, link: str) -> tuple[str, str]:
    """First with a password that anybody would guess, then with the words that the page suggests."""
    page = newcomer.page
    page.goto(link)
    newcomer.seen("join")
    username, password = page.locator("#username").input_value(), page.locator("#password").input_value()
    expect(page.get_by_role("main")).to_contain_text(newcomer.say(ROLE_NAMES[Role.ANALYST]))
    page.locator("#password").fill("password1234")
    newcomer.press("Make my account")
    newcomer.seen("join-refused")
    expect(page.locator("#password-error")).to_have_text(newcomer.say(PROBLEMS["guessed"]))
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#username")).to_have_value(username)
    page.locator("#password").fill(password)
    newcomer.press("Make my account")
    ready = "Your account is ready. Sign in with the user name and the password that you have just chosen."
    expect(page.get_by_role("main")).to_contain_text(newcomer.say(ready))
    newcomer.seen("joined")
    return username, password


def come_in(newcomer: Phone, username: str, password: str) -> None:
    """Fill in the sign-in page, with the password shown while it is typed."""
    page = newcomer.page
    newcomer.press("Show password")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    newcomer.seen("sign-in-shown")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    newcomer.press("Sign in")


def set_up_factor(newcomer: Phone, password: str) -> str:
    """After the password. First with a wrong code; then the recovery codes, and the account page."""
    page = newcomer.page
    newcomer.open("account")
    newcomer.seen("account")
    newcomer.press("Second factor")
    newcomer.seen("factor-password")
    page.locator("#password").fill(password)
    newcomer.press("Continue")
    newcomer.seen("factor-set-up")
    secret = page.locator("main .code").inner_text().replace(" ", "")
    page.locator("#code").fill("000000")
    newcomer.press("Switch it on")
    newcomer.seen("factor-refused")
    page.locator("#code").fill(pyotp.TOTP(secret).at(now()))
    newcomer.press("Switch it on")
    newcomer.seen("recovery-codes")
    expect(page.locator(".codes li")).to_have_count(10)
    newcomer.press("I have written them down")
    newcomer.open("account/factor")
    newcomer.seen("factor")
    newcomer.open("account/password")
    newcomer.seen("password")
    newcomer.open("account/leave")
    newcomer.seen("leave")
    return secret


def sign_out_everywhere(newcomer: Phone) -> None:
    """From the account page; no page opens any more."""
    newcomer.open("account")
    newcomer.press("Sign out everywhere")
    newcomer.open("account")
    assert "/sign-in?" in newcomer.page.url


def give_code(newcomer: Phone, secret: str) -> None:
    """The code that was given before opens nothing; the next one does."""
    page = newcomer.page
    expect(page).to_have_url(re.compile(f"/{newcomer.language}/sign-in/code"))
    newcomer.seen("code")
    page.locator("#code").fill("000000")
    newcomer.press("Sign in")
    newcomer.seen("code-refused")
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("#code").fill(pyotp.TOTP(secret).at(now() + timedelta(seconds=30)))
    newcomer.press("Sign in")
    expect(page.get_by_role("button", name=newcomer.say("Sign out"), exact=True)).to_be_visible()
    assert "/sign-in" not in page.url
