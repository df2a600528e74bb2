"""An administrator with a phone: looks around, lets somebody in, and prints the card."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import Phone

PRINTED_PAGE = re.compile(rb"/Type\s*/Page\b")
#: The side of the picture on paper in millimetres, without the white edge of four modules around it.
PICTURE = """() => {
  const drawn = document.querySelector('.picture svg');
  const modules = drawn.viewBox.baseVal.width / 5;
  return drawn.getBoundingClientRect().width / 96 * 25.4 * (modules - 8) / modules;
}"""


@pytest.mark.parametrize("language", languages("ur"))
def test_letting_somebody_in(phone: Callable[[str], Phone], language: str, tmp_path: Path) -> None:
    office = phone(language)
    page = office.page
    office.enter("demo-administrator")
    for name in (
        "people",
        "people?name=nobody-of-that-name",
        "audit",
        "audit?name=nobody-of-that-name",
        "state",
        "invitations",
    ):
        office.open(f"admin/{name}")
        office.seen(name.replace("?", "-"))
    if page.locator("details.narrow:not([open])").count():  # open while nobody was let in yet
        page.locator("details.narrow > summary").click()
    page.locator("main form[action$=invitations] button").click()
    office.seen("invitations-refused")
    expect(page.locator("#problems")).to_be_focused()
    page.locator("details.narrow [name=role][value=reviewer]").check()
    page.locator("#scope summary").first.click()
    page.locator("[name=scope][value=bannu]").check()
    page.locator(f"[name=language][value={language}]").check()
    page.locator("main form[action$=invitations] button").click()
    office.seen("card")
    page.emulate_media(media="print")
    assert page.evaluate(PICTURE) >= 30
    expect(page.locator("main h1")).to_be_hidden()
    assert len(PRINTED_PAGE.findall(page.pdf(path=tmp_path / "card.pdf", prefer_css_page_size=True))) == 1


def test_looking_after_an_account(phone: Callable[[str], Phone]) -> None:
    """What is done lies folded with what it does; the button that confirms is inside."""
    office = phone("en")
    page = office.page
    office.enter("demo-administrator")
    office.open("admin/people?name=demo-reviewer")
    office.press("demo-reviewer")
    office.seen("person")
    button = page.get_by_role("button", name="Disable the account")
    expect(button).to_be_hidden()
    page.get_by_text("Disable the account").first.click()
    expect(button).to_be_visible()
    page.get_by_text("Give out a new code").first.click()
    office.seen("person-unfolded")
    office.open("admin/invitations")
    office.seen("invitations")
