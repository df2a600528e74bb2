"""On a small phone without scripts, in each language: sign in and out, read the figures, pages for anyone."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import Phone
from webapp.config import LANGUAGES

LONG = (
    "release,period,province_code,province_pcode,province,division_code,division,district_code,district_pcode,district,"
    "by,code,label,grievances,gatherings,confirmed,protected"
)
#: one division and one category, as their tables write them
NAMES = {
    "en": ("Bannu", "Armed groups and militant violence"),
    "ur": ("بنوں", "مسلح گروہ اور ان کا تشدد"),
    "ps": ("بنو", "وسله والې ډلې او د هغوی تشدد"),
}
ROWS = """rows => rows.map(row => [row.querySelector('th').innerText.split('\\n')[0].trim(),
  ...[...row.querySelectorAll('td')].map(cell => cell.matches('.none') ? '' : cell.innerText.trim())])"""


@pytest.mark.parametrize("language", languages("ps"))
def test_in_and_out(phone: Callable[[str], Phone], language: str) -> None:
    elder = phone(language)
    sign_in(elder, "demo-representative")
    expect(elder.page).to_have_url(re.compile("/submit$"))
    sign_out(elder)
    elder.open("submit")
    assert "/sign-in?" in elder.page.url


@pytest.mark.parametrize("language", languages("ur"))
def test_the_figures(phone: Callable[[str], Phone], language: str, tmp_path: Path) -> None:
    analyst = phone(language)
    analyst.enter("demo-analyst")
    read_figures(analyst)
    download(analyst, tmp_path)


def sign_in(phone: Phone, username: str) -> None:
    """From the start page to the first page of the role; in Pashto by keyboard alone."""
    page = phone.page
    phone.open("")
    phone.seen("start")
    if phone.language == "ps":
        return _sign_in_by_keyboard(phone, username)
    phone.press("Sign in")
    phone.seen("sign-in")
    page.get_by_label(phone.say("User name")).fill(username)
    page.get_by_label(phone.say("Password")).fill("not the right one")
    phone.press("Sign in")
    expect(page.get_by_role("alert")).to_have_text(phone.say("Wrong user name or password"))
    expect(page.get_by_role("alert")).to_be_focused()
    phone.seen("sign-in-refused")
    expect(page.get_by_label(phone.say("User name"))).to_have_value(username)
    page.get_by_label(phone.say("Password")).fill(phone.site.passwords[username])
    return phone.press("Sign in")


def _sign_in_by_keyboard(phone: Phone, username: str) -> None:
    keys = phone.page.keyboard
    phone.tab_to(".menu > a")
    with phone.page.expect_navigation():
        keys.press("Enter")
    phone.seen("sign-in")
    phone.tab_to("#username")
    keys.type(username)
    phone.tab_to("#password")
    keys.type(phone.site.passwords[username])
    phone.tab_to("main button[type=submit]")
    with phone.page.expect_navigation():
        keys.press("Enter")


def sign_out(phone: Phone) -> None:
    """The start page, and no way back in."""
    phone.page.get_by_role("button", name=phone.say("Sign out")).click()
    expect(phone.page).to_have_url(f"{phone.site.base}/{phone.language}/")
    assert "session" not in {cookie["name"] for cookie in phone.page.context.cookies()}


def read_figures(phone: Phone) -> None:
    """The table of districts with its notes; then divisions in 2024."""
    page, table = phone.page, phone.page.locator(".scroll table")
    expect(page).to_have_url(re.compile("/summary$"))
    phone.seen("summary")
    expect(table).to_be_visible()
    expect(table).to_contain_text(phone.say("Reported by jirgas, not verified. Few reports may mean no access."))
    expect(page.get_by_role("heading", name=phone.say("How to read these figures"))).to_be_visible()
    phone.press("The same table by district")
    districts = table.locator("tbody tr").count()
    page.get_by_label(phone.say("Area"), exact=True).select_option(label=phone.say("Division"))
    page.get_by_label(phone.say("Period"), exact=True).fill("2024")
    phone.press("Show")
    phone.seen("summary-divisions")
    expect(table.locator("caption")).to_contain_text("2024")
    assert 0 < table.locator("tbody tr").count() < districts
    expect(table.get_by_role("rowheader", name=NAMES[phone.language][0], exact=True)).to_be_visible()


def download(phone: Phone, folder: Path) -> None:
    """Both files of the page: the bytes of the command, the words of the language, the figures of the table."""
    label = "For statistics programs (CSV), one row for each"
    long, wide = (_fetched(phone, folder, f"{label} {each}") for each in ("figure", "area"))
    asked = ("--area", "division", "--period", "2024", "--language", phone.language)
    assert long == phone.site.jirga("summary", *asked)
    text = long.decode("utf-8-sig")
    assert long.startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[0] == LONG
    assert text.count("\r\n") == text.count("\n")
    rows = list(csv.DictReader(io.StringIO(text)))
    division, category = NAMES[phone.language]
    told = {(row["division"], row["label"], row["period"], row["protected"]) for row in rows}
    assert (division, category, "2024", "yes") in told
    assert any(row["grievances"] not in ("", "0") for row in rows)
    assert phone.page.locator(".scroll tbody tr").evaluate_all(ROWS) == _as_shown(wide)


def _fetched(phone: Phone, folder: Path, link: str) -> bytes:
    with phone.page.expect_download() as started:
        phone.touch(link)
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path.read_bytes()


def _as_shown(wide: bytes) -> list[list[Any]]:
    """A wide file as the page shows it: division, then a number for each code and the total."""
    headers, *rows = csv.reader(io.StringIO(wide.decode("utf-8-sig")))
    place, first = headers.index("division"), headers.index("by") + 1
    return [[row[place], *(f"{int(cell):,}" if cell else "" for cell in row[first:-1])] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["about", "privacy", "help", "nowhere"])
def test_pages_for_anyone(phone: Callable[[str], Phone], language: str, path: str) -> None:
    visitor = phone(language)
    visitor.open(path)
    visitor.seen(path)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)


def test_another_language_keeps_the_page(phone: Callable[[str], Phone]) -> None:
    visitor = phone("ps")
    visitor.open("privacy")
    visitor.page.get_by_role("link", name="اردو").click()
    expect(visitor.page).to_have_url(f"{visitor.site.base}/ur/privacy")
    visitor.page.goto(f"{visitor.site.base}/")
    expect(visitor.page).to_have_url(f"{visitor.site.base}/ur/")
