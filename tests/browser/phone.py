"""A small phone, or a computer's wide screen, whose browser runs scripts or none; it keeps what it asked for and its
console's complaints."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.browser import looks
from tests.browser.site import Site
from webapp.i18n import speaker

SCREEN = {"width": 360, "height": 740}
#: the screens that pages are looked at on, by width; the wide one is a computer's, with a mouse
SCREENS = {360: SCREEN, 1280: {"width": 1280, "height": 900}}


class Phone:
    """One person's phone or computer, set to one language."""

    def __init__(
        self, page: Page, site: Site, language: str, shots: Path | None, *, scripts: bool = True,
        copy: looks.Copy | None = None,
    ) -> None:  # fmt: skip
        self.page = page
        self.site = site
        self.language = language
        self.scripts = scripts
        self.say = speaker(language)
        screen = page.viewport_size or SCREEN
        self.width, self.height = screen["width"], screen["height"]
        #: set while a test takes the network away
        self.cut_off = False
        #: fault to where it was seen
        self._faults: dict[str, list[str]] = {}
        self._shots = shots
        self._copy = copy
        page.context.on("request", self._asked)
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self._note("console", str(error)))

    @classmethod
    @contextmanager
    def switched_on(
        cls, browser: Browser, site: Site, language: str, shots: Path | None, copy: looks.Copy, *,
        scripts: bool = False, width: int = 360,
    ) -> Iterator["Phone"]:  # fmt: skip
        """A phone with an empty browser, until the end; without scripts a copy of its pages is looked at for it."""
        mobile = width == SCREEN["width"]
        context = browser.new_context(
            viewport={**SCREENS[width]}, is_mobile=mobile, has_touch=mobile,
            java_script_enabled=scripts, service_workers="block",
        )  # fmt: skip
        context.set_default_timeout(15_000)
        phone = cls(context.new_page(), site, language, shots, scripts=scripts, copy=None if scripts else copy)
        try:
            yield phone
        finally:
            context.close()

    def _note(self, where: str, fault: str) -> None:
        self._faults.setdefault(fault, []).append(where)

    def told(self) -> list[str]:
        """Every fault, and where it was seen."""
        own = f"{self.language} {self.width}{' scripts' if self.scripts else ''}"
        return [f"{own}: {fault} ({', '.join(dict.fromkeys(seen))})" for fault, seen in self._faults.items()]

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.hostname != "127.0.0.1" and parts.scheme != "data":
            self._note("network", f"asked {request.url}")

    def _complained(self, message: ConsoleMessage) -> None:
        refused_form = "the server responded with a status of 4" in message.text
        no_network = self.cut_off and "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not (refused_form or no_network):
            self._note("console", message.text)

    def open(self, path: str) -> None:
        """Type an address below the language's start page."""
        self.page.goto(f"{self.site.base}/{self.language}/{path}")

    def enter(self, username: str, password: str = "") -> None:
        """Sign in, where signing in is not what is looked at."""
        self.open("sign-in")
        self.fill_in(username, password)

    def fill_in(self, username: str, password: str = "") -> None:
        """Fill in the sign-in page that is open, and wait for where it leads."""
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(password or self.site.passwords[username])
        with self.page.expect_navigation():
            self.page.locator("main [type=submit]").click()

    def press(self, words: str) -> None:
        """Touch the main area's link or button that says so, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.touch(words)

    def touch(self, words: str) -> None:
        """Touch what leads to no page, like a file."""
        main = self.page.get_by_role("main")
        link = main.get_by_role("link", name=self.say(words), exact=True)
        link.or_(main.get_by_role("button", name=self.say(words), exact=True)).click()

    def seen(self, name: str) -> None:
        """Look the page over, and keep a picture of it if pictures are wanted."""
        for fault in (*looks.faults(self.page, self.language), *looks.barriers(self.page, self._copy)):
            self._note(name, fault)
        if self._shots:
            self._shots.mkdir(exist_ok=True)
            how = f"{self.width}{'-scripts' if self.scripts else ''}"
            self.page.screenshot(path=self._shots / f"{name}-{self.language}-{how}.png", full_page=True)

    def touch_at(self, target: Locator) -> None:
        """A thumb on a phone, a mouse before a wide screen."""
        if self.width == SCREEN["width"]:
            target.tap()
        else:
            target.click()

    def must(self, where: str, holds: bool, fault: str) -> None:
        """Keep a fault that does not stop the person, for the end."""
        if not holds:
            self._note(where, fault)

    def must_see(self, selector: str) -> None:
        """The element stands below the header, which stays on top, and above the screen's end."""
        header, box = self.page.locator("header").bounding_box(), self.page.locator(selector).bounding_box()
        assert header
        assert box
        top, end = header["y"] + header["height"], box["y"] + box["height"]
        fault = f"{selector} stands from {box['y']:.0f} to {end:.0f}, the header ends at {top:.0f}"
        self.must("scrolling", top <= box["y"] <= end <= self.height, fault)

    def tab_to(self, selector: str) -> None:
        """Press the tabulator until the element has the focus, with a ring around it that can be seen."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                break
        expect(self.page.locator(selector)).to_be_focused()
        expect(self.page.locator(selector)).to_have_css("outline-style", "solid")
        expect(self.page.locator(selector)).to_have_css("outline-width", "3px")
