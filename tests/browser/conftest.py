"""A site that really runs, and phones to look at it with."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import machine
from tests.browser import site as sites
from tests.browser.looks import Copy
from tests.browser.phone import Phone
from tests.browser.site import Site

#: Chromium stays on this machine: it asks nobody for updates, and knows no name but 127.0.0.1.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
SHOTS = Path(__file__).parent / "shots" if os.environ.get("SHOTS") == "1" else None


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, served."""
    with sites.demo(tmp_path_factory.mktemp("demo") / "instance") as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that reaches nothing but this machine."""
    program = machine.need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def copy(chromium: Browser, site: Site) -> Iterator[Copy]:
    """Where pages of browsers without scripts are looked at by a script."""
    made = Copy(chromium, f"{site.base}/healthz")
    yield made
    made.close()


@pytest.fixture
def phone(chromium: Browser, site: Site, copy: Copy) -> Iterator[Callable[..., Phone]]:
    """A maker of phones of 360 x 740 points (or wide screens), with scripts or without; afterwards none has a fault."""
    with ExitStack() as stack:
        made: list[Phone] = []

        def make(language: str, *, scripts: bool = False, width: int = 360) -> Phone:
            opened = Phone.switched_on(chromium, site, language, SHOTS, copy, scripts=scripts, width=width)
            made.append(stack.enter_context(opened))
            return made[-1]

        yield make
    if told := [line for one in made for line in one.told()]:
        pytest.fail("\n".join(told), pytrace=False)
