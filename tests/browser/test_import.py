"""A sheet of paper forms on a small phone without scripts, in each language: mistakes told, the rest entered."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import Phone
from tests.browser.test_journey import sign_out
from tests.paper.sheets import csv_of, row, sheet
from webapp.drafts.labels import PROBLEMS

#: A mobile number in the person's own words, which must come back as they are.
TOLD = "Synthetic: call 0312-3456789 ۔"


def hand_in(phone: Phone, content: bytes) -> None:
    """Choose a file and press the button."""
    file = {"name": "forms.csv", "mimeType": "text/csv", "buffer": content}
    phone.page.set_input_files("#file", files=[file])  # type: ignore[list-item]
    phone.press("Hand in and check")


@pytest.mark.parametrize("language", languages("ur"))
def test_a_sheet(phone: Callable[[str], Phone], language: str) -> None:
    clerk = phone(language)
    page, say = clerk.page, clerk.say
    clerk.enter("demo-representative")
    clerk.open("paper")
    clerk.press("Hand in a sheet")
    clerk.seen("import")
    hand_in(clerk, b"gathering_ref;district\nx;y\n")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("gathering_date")
    clerk.seen("import-unreadable")
    rows = [{**one, "gathering_ref": f"{language}-{one['gathering_ref']}"} for one in sheet(3, district="swat")]
    wrong = row(gathering_ref=f"{language}-9", narrative=TOLD, gathering_date="31/13/2025")
    hand_in(clerk, csv_of([*rows, wrong, {**rows[0], "gathering_date": "4/3/2025", "urgency": "life_danger"}]))
    expect(page.get_by_role("main")).to_contain_text(TOLD)
    for problem in ("mobile", "bad_date", "life_danger"):
        expect(page.get_by_role("main")).to_contain_text(say(PROBLEMS[problem]))
    clerk.seen("import-checked")
    clerk.press("Enter these forms")
    clerk.seen("import-entered")
    assert len(set(re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.get_by_role("main").inner_text()))) == 4
    expect(page.get_by_role("button", name=say("Enter these forms"))).to_have_count(0)
    sign_out(clerk)


def test_by_keyboard(phone: Callable[[str], Phone]) -> None:
    clerk = phone("ps")
    clerk.enter("demo-representative")
    clerk.open("import")
    clerk.tab_to("#file")
    clerk.page.set_input_files("#file", files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": csv_of(sheet(1))}])
    clerk.tab_to("main [type=submit]")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    clerk.tab_to("main [type=submit]")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    expect(clerk.page.get_by_role("main")).to_contain_text(re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}"))


def test_a_file_that_is_too_big_is_told_so(phone: Callable[[str], Phone]) -> None:
    """The real server answers although it does not take the file in."""
    clerk = phone("en")
    clerk.enter("demo-representative")
    clerk.open("import")
    hand_in(clerk, b"x" * 5_000_000)
    expect(clerk.page.get_by_role("alert")).to_contain_text("more than")
    clerk.seen("import-too-big")
