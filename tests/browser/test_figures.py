"""Figures of service on a phone and at a desk, in three languages; the numbers are synthetic."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, insert

from tests.browser.matrix import languages
from tests.browser.phone import SCREEN, Phone
from tests.browser.site import Site, environment
from tests.browser.test_journey import sign_in
from tests.figures.test_page import KEPT
from webapp.config import settings_from
from webapp.office import Office
from webapp.timeliness.models import ServiceCounts

AT_A_DESK = {"width": 1280, "height": 800}
ASIDE = "box => box.scrollBy({left: getComputedStyle(box).direction === 'rtl' ? -200 : 200})"
NO_SIDEWAYS = "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"


@pytest.fixture
def served(site: Site) -> Iterator[Site]:
    """Release 1 of the demo, as if much had been answered."""
    office = Office(settings_from(environment(site.folder)))
    true = office.served()
    for kept in (KEPT, true):
        with office.writing() as session:
            session.execute(delete(ServiceCounts))
            session.execute(insert(ServiceCounts), [
                {"release": 1, "area": "/".join(spot), "office": place, "year": year, **one._asdict()}
                for (spot, place, year), one in kept.items()
            ])  # fmt: skip
        if kept is KEPT:
            yield site
    office.engine.dispose()


@pytest.mark.parametrize("language", languages("ps"))
def test_looking_at_the_figures(phone: Callable[[str], Phone], served: Site, language: str) -> None:
    """From the header; divisions, then districts of which most are too few; the page itself never moves sideways."""
    reader = phone(language)
    page, table = reader.page, reader.page.get_by_role("table")
    sign_in(reader, "demo-analyst")
    page.get_by_role("link", name=reader.say("Figures of service"), exact=True).first.click()
    expect(table).to_contain_text(reader.say("Reported by jirgas, not verified. Few reports may mean no access."))
    reader.seen("service")
    page.get_by_label(reader.say("Area"), exact=True).select_option(label=reader.say("District"))
    reader.press("Show")
    expect(table.locator("td.instead").first).to_be_visible()
    reader.seen("service-districts")
    page.set_viewport_size(AT_A_DESK)
    assert page.evaluate(NO_SIDEWAYS)
    reader.open("service?area=province")
    reader.seen("service-at-a-desk")
    page.set_viewport_size(SCREEN)
    header = table.get_by_role("rowheader").first.bounding_box()
    page.locator(".scroll").evaluate(ASIDE)
    assert table.get_by_role("rowheader").first.bounding_box() == header, "the first column stays"


def test_a_question_that_is_on_no_list(phone: Callable[[str], Phone], served: Site) -> None:
    reader = phone("ur")
    sign_in(reader, "demo-representative")
    reader.open("service?year=2025-09")
    expect(reader.page.locator(".error")).to_be_visible()
    reader.seen("service-refused")
    reader.open("service?release=1")
    reader.seen("service-of-a-release")
