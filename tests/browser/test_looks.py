"""The looking-over itself: it finds what it is for, and leaves a good page alone."""

import pytest
from playwright.sync_api import Browser

from tests.browser import looks
from tests.browser.site import Site

GOOD = '<!doctype html><html lang="ur" dir="rtl"><title>فارم · سائٹ</title><body>'


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<h1>شکایت</h1><p><a href='/'>یہاں</a> CSV، 2025-Q3</p><b lang=en>English</b>", None),
        ("<input type=hidden value=word><bdi>jirga release --now --why demo</bdi>", None),
        ("<textarea hidden>Hello</textarea>", None),
        ("<p hidden>Hello</p>", "not translated: Hello"),
        ("<p>Hello</p>", "not translated: Hello"),
        ("<p title='Hello'>۱</p>", "not translated: Hello"),
        ("<select style='height:50px;width:50px'><optgroup label='Hello'></select>", "not translated: Hello"),
        ("<div style='width:340px'>۱</div>", "348 points wide on a phone of 320"),
        ("<button style='width:90px;height:20px;padding:0'>ہاں</button>", "ہاں is only 90 x 20"),
    ],
)
def test_a_body(chromium: Browser, body: str, fault: str | None) -> None:
    assert found(chromium, GOOD + body) == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (GOOD.replace("rtl", "ltr"), "language and direction are ['ur', 'ltr']"),
        (GOOD.replace('"ur"', '"ps"'), "language and direction are ['ps', 'rtl']"),
        (GOOD.replace("فارم", "شکایت"), "the title tells: شکایت · سائٹ"),
        (GOOD.replace("فارم", ""), "the title tells: · سائٹ"),
    ],
)
def test_a_frame(chromium: Browser, page: str, fault: str) -> None:
    assert found(chromium, page) == [fault]


def found(chromium: Browser, content: str) -> list[str]:
    """What is wrong with a page of this content."""
    page = chromium.new_page(viewport={"width": 360, "height": 740}, is_mobile=True)
    try:
        page.set_content(content.replace("<title>", "<meta name=viewport content='width=device-width'><title>"))
        return looks.faults(page, "ur")
    finally:
        page.close()


def test_barriers(chromium: Browser, site: Site, copy: looks.Copy) -> None:
    """A picture without words is one, and pale words of the sheet's colours; after them a good page is none."""
    head = "<!doctype html><html lang=en><title>A</title><link rel=stylesheet href=/static/app.css>"
    body = f"{head}<main><h1>A</h1>{{}}</main>"
    page = chromium.new_page()
    page.goto(f"{site.base}/healthz")
    for inside, rules in (
        ("<img src='/static/icon.svg'>", ["image-alt"]),
        ("<p style='color: var(--tint); background: var(--card)'>word</p>", ["color-contrast"]),
        ("<img src='/static/icon.svg' alt='A tree'>", []),
        ("<img src='/static/icon.svg'>", ["image-alt"]),
    ):
        page.set_content(body.format(inside))
        for found in (looks.barriers(page, copy), looks.barriers(page, None)):
            assert [fault.split()[1].rstrip(":") for fault in found] == rules
    page.close()
