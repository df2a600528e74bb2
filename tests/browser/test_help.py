"""The help, its numbers and its recordings, as they are read and heard on a phone."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests import opus
from tests.browser.matrix import languages
from tests.browser.phone import SCREEN, Phone
from tests.browser.site import Site


@pytest.mark.parametrize("language", languages("ps"))
def test_read_on_a_phone(phone: Callable[[str], Phone], language: str) -> None:
    """Folded, unfolded, and the numbers of a district, which are links that call."""
    reader = phone(language)
    reader.open("help")
    reader.seen("help")
    for fold in reader.page.locator("main summary").all():
        fold.click()
    reader.seen("help-unfolded")
    reader.press("Help numbers of your district")
    reader.seen("help-numbers")
    reader.page.locator("#district").select_option("bannu")
    reader.press("Show")
    expect(reader.page).to_have_url(re.compile(r"/help-numbers\?district=bannu$"))
    expect(reader.page.locator("#district")).to_have_value("bannu")
    expect(reader.page.locator("#numbers a[href='tel:1122']")).to_be_visible()
    expect(reader.page.locator("#numbers")).to_contain_text(reader.say("Not known yet for this district."))
    reader.seen("help-numbers-district")


def test_heard_in_place(chromium: Browser, site: Site) -> None:
    """With scripts: nothing is fetched before it is asked for; one plays at a time; a second touch stops it."""
    folder = site.folder / "audio" / "ur"
    folder.mkdir(parents=True)
    for name in ("district", "timing"):
        (folder / f"{name}.opus").write_bytes(opus.recording(250))
    page = chromium.new_page(viewport={**SCREEN}, service_workers="block")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/audio/" in request.url else None)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    try:
        page.goto(f"{site.base}/ur/help", wait_until="networkidle")
        for fold in page.locator("main details:has(.speak) summary").all():
            fold.click()
        first, second = page.locator(".speak").all()
        assert asked == []
        if os.environ.get("SHOTS") == "1":
            page.locator("details:has(.speak)").first.screenshot(path="tests/browser/shots/speak.png")
        first.click()
        expect(first).to_have_class("speak on")
        second.click()
        expect(second).to_have_class("speak on")
        expect(first).to_have_class("speak")
        second.click()
        expect(second).to_have_class("speak")
        first.click()
        expect(first).to_have_class("speak", timeout=15_000)  # it came to its end
        assert page.url.endswith("/ur/help")
        assert {url.rpartition("/")[2] for url in asked} == {"district.opus", "timing.opus"}
        assert complaints == []
    finally:
        page.close()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def test_heard_without_scripts(phone: Callable[[str], Phone]) -> None:
    """The link itself opens what the browser then plays."""
    reader = phone("ps")
    folder = reader.site.folder / "audio" / "ps"
    folder.mkdir(parents=True)
    (folder / "district.opus").write_bytes(opus.recording())
    try:
        reader.open("help")
        reader.page.locator("main details:has(.speak) summary").click()
        reader.seen("help-spoken")
        with reader.page.expect_navigation():
            reader.page.locator(".speak").click()
        assert reader.page.url.endswith("/ps/audio/district.opus")
        assert reader.page.locator("video, audio").count() == 1
    finally:
        (folder / "district.opus").unlink()
        folder.rmdir()
