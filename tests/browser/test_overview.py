"""The overview of the figures on a phone without scripts and at a desk, in three languages; the demo's figures."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import Phone
from tests.browser.test_journey import sign_in

NO_SIDEWAYS = "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"


@pytest.mark.parametrize("language", languages("ur"))
def test_the_map_by_keys_and_as_a_table(phone: Callable[..., Phone], language: str) -> None:
    """A tile that has the focus says its name and number; it leads to its district, whose tile stays marked."""
    reader = phone(language)
    page = reader.page
    sign_in(reader, "demo-analyst")
    reader.open("summary")
    reader.seen("overview")
    tile = page.locator(".tiles svg a").filter(has_text=re.compile(r": \d+$")).first
    label = tile.locator("text")
    expect(label).to_have_css("opacity", "0")
    tile.focus()
    expect(tile).to_be_focused()
    expect(label).to_have_css("opacity", "1")
    expect(tile.locator("use")).to_have_css("stroke-width", "4px")
    name = label.text_content() or ""
    expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()
    page.locator(".tiles summary").click()
    reader.seen("overview-unfolded")
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/summary/[a-z-]+$"))
    expect(page.locator("h1")).to_have_text(name.split(":")[0])
    reader.seen("district")
    reader.open(f"summary?district={page.url.rsplit('/', 1)[1]}")
    expect(page.locator(".tiles [aria-current] text")).to_have_text(name)
    reader.seen("overview-of-a-district")


@pytest.mark.parametrize("language", languages("ps"))
def test_at_a_desk(phone: Callable[..., Phone], language: str) -> None:
    """Numbers stand on the tiles; what lies under the pointer says its name."""
    reader = phone(language, width=1280)
    page = reader.page
    sign_in(reader, "demo-analyst")
    reader.open("summary?by=urgency&value=high")
    reader.seen("overview-of-a-value")
    assert page.evaluate(NO_SIDEWAYS)
    expect(page.locator(".numbers text").first).to_be_visible()
    tile = page.locator(".tiles svg a").first
    tile.hover()
    expect(tile.locator("text")).to_have_css("opacity", "1")
    page.emulate_media(media="print")
    expect(page.locator(".tiles svg")).to_be_visible()
    expect(page.locator(".tiles details")).to_be_hidden()
