"""The form over a slow network in a real browser: bytes of two visits, seconds until one can fill it in.

Counted over the wire with a cold cache by Chromium itself, headers too; 35 kbit/s and 800 ms of delay, as on 2G.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import machine
from tests.bench import _lines as lines
from tests.browser import site as sites
from tests.browser.conftest import FLAGS
from tests.browser.site import Site

LANGUAGES, TIMES = ("en", "ur", "ps"), 5
SLOW = {"offline": False, "latency": 800, "downloadThroughput": 35_000 / 8, "uploadThroughput": 35_000 / 8}
#: Targets: bytes of all that a visit brings, of the second visit, and seconds.
NEEDED, EXTRAS, SECOND, READY = 30_000, 60_000, 3_000, 6.0


class Wire:
    """What a page brings over the network."""

    def __init__(self, page: Page, *, slow: bool) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        if slow:
            self.session.send("Network.emulateNetworkConditions", SLOW)
        self.kinds: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        self.session.on(
            "Network.responseReceived", lambda event: self.kinds.update({event["requestId"]: event["type"]})
        )
        self.session.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, object]) -> None:
        self.kinds[str(event["requestId"])] = str(event["type"])

    def _finished(self, event: dict[str, object]) -> None:
        kind = self.kinds.get(str(event["requestId"]), "Other")
        self.bytes[kind] = self.bytes.get(kind, 0) + int(str(event["encodedDataLength"]).split(".")[0])

    @property
    def needed(self) -> int:
        """Page, style sheet, font."""
        return sum(size for kind, size in self.bytes.items() if kind in ("Document", "Stylesheet", "Font"))

    @property
    def all(self) -> int:
        """Everything."""
        return sum(self.bytes.values())


def signed_in(browser: Browser, site: Site, language: str) -> Page:
    """A new browser whose cache holds nothing of the form; signing in happens where it costs nothing."""
    with browser.new_context(java_script_enabled=False) as before:
        page = before.new_page()
        page.goto(f"{site.base}/{language}/sign-in")
        page.locator("#username").fill("demo-representative")
        page.locator("#password").fill(site.passwords["demo-representative"])
        page.locator("main [type=submit]").click()
        state = before.storage_state()
    return browser.new_context(storage_state=state, viewport={"width": 360, "height": 740}).new_page()


def weights(browser: Browser, site: Site, language: str) -> Iterator[lines.Line]:
    """First and second visit."""
    page, address = signed_in(browser, site, language), f"{site.base}/{language}/submit"
    first = Wire(page, slow=False)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    name = f"form {language} over the wire, with headers"
    yield lines.Line(f"{name}, first visit: page, sheet, font", first.needed, "bytes", None, 1, NEEDED)
    yield lines.Line(f"{name}, first visit: the rest", first.all - first.needed, "bytes", None, 1, EXTRAS)
    again = page.context.new_page()
    second = Wire(again, slow=False)
    again.goto(address)
    again.wait_for_load_state("networkidle")
    yield lines.Line(f"{name}, second visit: all", second.all, "bytes", None, 1, SECOND)
    page.context.close()


def ready(browser: Browser, site: Site, language: str) -> Iterator[lines.Line]:
    """Seconds from asking for the form until its first question can be answered, with a cold cache."""
    taken = []
    for _ in range(TIMES):
        page = signed_in(browser, site, language)
        Wire(page, slow=True)
        begun = time.perf_counter()
        page.goto(f"{site.base}/{language}/submit", wait_until="commit", timeout=60_000)
        page.locator("#safety_ack").check(timeout=60_000)
        taken.append(time.perf_counter() - begun)
        page.context.close()
    yield lines.Line(
        f"form {language} at 35 kbit/s and 800 ms: ready", statistics.median(taken), "s", None, TIMES, READY
    )  # fmt: skip


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        sites.demo(Path(folder) / "instance") as running,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=machine.need("chromium"), args=FLAGS)
        for spoken in LANGUAGES:
            for part in (weights, ready):
                for line in part(chromium, running, spoken):
                    line.print()
