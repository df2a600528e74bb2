"""Officials with a phone and at a desk: the queue, its filters and its empty lists, in each language; no scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import SCREENS, Phone
from tests.browser.test_journey import sign_in


@pytest.mark.parametrize("language", languages("ur"))
def test_the_queue(phone: Callable[[str], Phone], language: str) -> None:
    """A supervisor lands on it; on a wide screen too; filters are a plain form."""
    office = phone(language)
    page = office.page
    sign_in(office, "demo-supervisor")
    assert page.url.endswith(f"/{language}/queue")
    for width in (None, SCREENS[1280]):
        usual = page.viewport_size
        page.set_viewport_size(width or usual)
        for name in ("", "?status=closed", "?whose=mine", "?whose=supervisor", "?due=today&due=overdue"):
            office.open(f"queue{name}")
            office.seen(f"queue{re.sub('[?=&]', '-', name)}{'-wide' if width else ''}")
    office.open("queue")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(20)
    expect(page.locator("#list tbody tr a")).to_have_count(20)
    page.select_option("#district", "bannu")
    office.press("Show")
    assert "district=bannu" in page.url
    expect(rows.first).to_be_visible()
    office.open("queue")
    before = page.locator("#list tbody th").all_inner_texts()
    office.press("Next page")
    assert not {*before} & {*page.locator("#list tbody th").all_inner_texts()}


def test_the_queues_of_others(phone: Callable[[str], Phone]) -> None:
    """Apart, under their own headings; and from the keyboard: past the filters to the first row."""
    for username in ("demo-protection", "demo-auditor", "demo-reviewer"):
        office = phone("ps" if username == "demo-protection" else "en")
        sign_in(office, username)
        office.open("queue")
        office.seen(f"queue-{username}")
    page = office.page
    page.locator("a[href='#list']").focus()
    page.keyboard.press("Enter")
    office.tab_to("#list .scroll")
    office.tab_to("#list tbody tr:first-child a")
