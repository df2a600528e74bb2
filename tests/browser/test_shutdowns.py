"""Officials mark days on which their offices cannot work, a jirga is told; and the report on protected grievances."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import SCREEN, SCREENS, Phone
from tests.browser.test_inbox import file, go_to
from tests.browser.test_journey import sign_in
from webapp.config import day_of, now

#: Synthetic, each in its language.
REASONS = {
    "en": "Synthetic: the road is closed by snow.",
    "ur": "فرضی: برف سے سڑک بند ہے۔",
    "ps": "فرضي: د واورې له وجې سړک بند دی.",
}
#: One for each language, that no other test files in.
PLACES = {"en": "swat", "ur": "buner", "ps": "shangla"}


@pytest.mark.parametrize("language", languages("ur"))
def test_marking_a_shutdown(phone: Callable[..., Phone], language: str) -> None:
    """Refused, mended, listed, told to the jirga, ended."""
    office, elder = phone(language), phone(language)
    elder.enter("demo-representative")
    reference = file(elder, district=PLACES[language])
    sign_in(office, "demo-supervisor")
    office.open("shutdowns")
    page, today = office.page, day_of(now())
    office.seen("shutdowns")
    if page.locator("details.narrow:not([open])").count():
        page.locator("details.narrow > summary").click()
    page.locator("#district").select_option(PLACES[language])
    page.locator("#last").fill((today + timedelta(days=60)).isoformat())
    page.locator("#why").fill(REASONS[language])
    page.locator("main form[action$=shutdowns] [type=submit]").click()
    expect(page.locator("#problems")).to_be_focused()
    office.seen("shutdowns-refused")
    page.locator("#last").fill((today + timedelta(days=5)).isoformat())
    page.locator("main form[action$=shutdowns] [type=submit]").click()
    expect(page.get_by_text(REASONS[language])).to_be_visible()
    office.seen("shutdowns-marked")
    page.set_viewport_size(SCREENS[1280])
    office.seen("shutdowns-marked-wide")
    page.set_viewport_size(SCREEN)
    elder.open("grievances")
    elder.seen("mine-shut")
    go_to(elder, reference)
    expect(elder.page.get_by_text(REASONS[language])).to_be_visible()
    elder.seen("one-shut")
    row = page.locator("tr").filter(has_text=REASONS[language])
    row.get_by_role("button").click()
    expect(page.locator("tr").filter(has_text=REASONS[language]).get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("language", languages("ur"))
@pytest.mark.parametrize("who", ["demo-protection", "demo-auditor"])
def test_the_protection_report(phone: Callable[..., Phone], language: str, who: str) -> None:
    """On a phone and on a wide screen, where it prints in full."""
    office = phone(language)
    sign_in(office, who)
    office.open("protection-report")
    office.seen(f"protection-{who}")
    office.page.set_viewport_size(SCREENS[1280])
    office.seen(f"protection-{who}-wide")
    office.page.emulate_media(media="print")
    expect(office.page.locator("main h1")).to_be_visible()
    expect(office.page.locator("header")).to_be_hidden()
