"""The blank form for paper in a browser: a page to read on a phone, two pages of A4 to fill in with a pen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SHOTS
from tests.browser.matrix import languages
from tests.browser.phone import Phone
from webapp.drafts.labels import QUESTIONS

#: One page of the file that the browser prints, as its maker (Skia) writes it.
PRINTED_PAGE = re.compile(rb"/Type\s*/Page\b")
#: A4 between the margins, in points of the screen.
SHEET = {"width": 741, "height": 1077}
#: The least that an elder reads: questions and subjects, in Latin and in Arabic letters (points of print).
READABLE = {"en": (9, 7), "ur": (10, 8), "ps": (10, 8)}
LEAST_LINES = 6

SIZES = """selectors => selectors.map(selector => Math.min(...[...document.querySelectorAll(selector)]
  .map(element => parseFloat(getComputedStyle(element).fontSize) * .75)))"""
STICKING_OUT = """() => [...document.querySelectorAll('.paper *')]
  .map(element => [element.textContent.slice(0, 40), element.getBoundingClientRect()])
  .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1).map(([text]) => text)"""
#: Two questions of which one stands on the other.
OVERLAPPING = """() => {
  const asked = [...document.querySelectorAll('.question')]
    .map(one => [one.textContent.slice(0, 40), one.getBoundingClientRect()]);
  const beside = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1;
  const below = (a, b) => a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  return asked.flatMap(([text, box], place) => asked.slice(place + 1)
    .filter(([, other]) => !beside(box, other) && !below(box, other)).map(([other]) => `${text} / ${other}`));
}"""
LINES = """() => document.querySelector('.story .lines').clientHeight
  / document.querySelector('.story .line').getBoundingClientRect().height"""


@pytest.mark.parametrize("language", languages("ps"))
def test_the_form_on_paper(phone: Callable[[str], Phone], chromium: Browser, language: str, tmp_path: Path) -> None:
    elder = phone(language)
    elder.enter("demo-representative")
    elder.open("paper")
    elder.seen("paper")
    with elder.page.expect_download() as started:
        elder.touch("Download the sheet")
    assert started.value.suggested_filename == f"jirga-{language}.xlsx"
    desk = chromium.new_context(
        viewport={**SHEET}, java_script_enabled=False, storage_state=elder.page.context.storage_state()
    )  # fmt: skip
    try:
        page = desk.new_page()
        page.goto(elder.page.url)
        path = (SHOTS or tmp_path) / f"paper-{language}.pdf"
        assert len(PRINTED_PAGE.findall(page.pdf(path=path, prefer_css_page_size=True))) == 2
        page.emulate_media(media="print")
        assert faults_on_paper(page, language) == []
        assert not page.get_by_text(elder.say("Download the sheet")).is_visible()
        assert page.get_by_text(elder.say(QUESTIONS["narrative"][0])).first.is_visible()
    finally:
        desk.close()


def faults_on_paper(page: Page, language: str) -> list[str]:
    """What an elder with a pen could not read or fill in."""
    sizes = page.evaluate(SIZES, [".asked strong, .question .tick", ".subjects, .subjects .tick"])
    least = READABLE[language]
    wrong = [f"letters of {size:.1f} pt" for size, bound in zip(sizes, least, strict=True) if size < bound - 0.01]
    wrong += [f"sticks out: {text}" for text in page.evaluate(STICKING_OUT)]
    wrong += [f"overlaps: {text}" for text in page.evaluate(OVERLAPPING)]
    lines = page.evaluate(LINES)
    return wrong if lines >= LEAST_LINES else [*wrong, f"only {lines:.1f} lines for the story"]
