"""What must be true of every page that a person sees: language, direction, width, targets, title, words."""

import re
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Page

from webapp.i18n import DIRECTIONS
from webapp.paper.rules import NEEDED

#: The engine of accessibility rules, run in the page from outside.
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
NARROWEST, SMALLEST_TARGET = 320, 44
#: What a glance at the screen must not tell, in any of the languages.
TELLING = re.compile(
    r"grievance|complaint|jirga|victim|militan|terror|violence|attack|armed|شکای|شکوه|شکوې|جرگ|جرګ|مظلوم|دہشت|ترهګر|عسکریت|تشدد|حمل",
    re.IGNORECASE,
)
#: Latin letters that stay as they are in Urdu and Pashto: what is typed as it stands, columns, tracking numbers.
AS_IT_STANDS = re.compile(
    r"\bXLSX\b|\bJSON\b|\bZIP\b|\bUTF-8\b|\bMB\b|\bCSV\b|\ball\b|\b[0-9A-Z]{5}-[0-9A-Z]{5}\b|\b20\d\d-Q\d\b"
    r"|jirga release --now --why demo|" + "|".join(rf"\b{name}\b" for name in NEEDED)
)
LATIN = re.compile(r"[A-Za-z]{2,}")

RUN = "axe.run(document, {resultTypes: ['violations']})"
TARGETS = """() => {
  const seen = [];
  for (const target of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')) {
    const style = getComputedStyle(target);
    const inSentence = style.display === 'inline' && target.closest('p, li');
    if (target.closest('.tiles svg')) continue;  // as small as districts are; each is a line in the table below it
    const box = (target.matches('[type=radio], [type=checkbox]') ? target.closest('label') : target);
    const {width, height} = box.getBoundingClientRect();
    if (width && !inSentence && !target.matches('.hidden'))
      seen.push([target.id || target.textContent.trim() || target.outerHTML, width, height]);
  }
  return seen;
}"""
WORDS = """() => {
  const root = document.documentElement, found = [document.title];
  const ours = element => element.closest('[lang]') === root && !element.closest('script, style, textarea[hidden]');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    if (ours(walker.currentNode.parentElement)) found.push(walker.currentNode.data.trim());
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'label'])
    for (const element of document.body.querySelectorAll(`[${name}]`))
      if (ours(element)) found.push(element.getAttribute(name));
  return found.filter(text => text);
}"""


def faults(page: Page, language: str) -> list[str]:
    """Everything that is wrong with the page as it stands."""
    return [*_frame(page, language), *_width(page), *_targets(page), *_english(page, language)]


def _frame(page: Page, language: str) -> list[str]:
    """Language, direction, and a title that names the page and not its subject."""
    found = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    wrong = [] if found == [language, DIRECTIONS[language]] else [f"language and direction are {found}"]
    title = page.title()
    if TELLING.search(title) or not all(part.strip() for part in title.split("·")):
        wrong.append(f"the title tells: {title}")
    return wrong


def _width(page: Page) -> list[str]:
    """Nothing sticks out sideways, not even on the narrowest phone."""
    usual, wrong = page.viewport_size or {"width": 360, "height": 740}, []
    for width in (usual["width"], NARROWEST):
        page.set_viewport_size({**usual, "width": width})
        found = page.evaluate("document.scrollingElement.scrollWidth")
        if found > width:
            wrong.append(f"{found} points wide on a phone of {width}")
    page.set_viewport_size({"width": usual["width"], "height": usual["height"]})
    return wrong


def _targets(page: Page) -> list[str]:
    """Whatever can be touched is big enough for a thumb; links inside a sentence are as high as their line."""
    return [
        f"{name[:60]} is only {width:.0f} x {height:.0f}"
        for name, width, height in page.evaluate(TARGETS)
        if min(width, height) < SMALLEST_TARGET
    ]


def _english(page: Page, language: str) -> list[str]:
    """Latin words on an Urdu or Pashto page."""
    if language == "en":
        return []
    texts = dict.fromkeys(page.evaluate(WORDS))
    return [f"not translated: {text[:100]}" for text in texts if LATIN.search(AS_IT_STANDS.sub("", text))]


def barriers(page: Page, copy: "Copy | None") -> list[str]:
    """What axe finds, all its rules; where the browser runs no scripts in a copy of the page, since axe is one."""
    if copy:
        return copy.barriers(page)
    page.evaluate(AXE)
    return _told(page.evaluate(RUN))


class Copy:
    """A page of another browser, which runs scripts: copies of pages are looked at in it, of the same page once."""

    def __init__(self, browser: Browser, home: str) -> None:
        """Home is an address of the site; copies ask it for their sheets, and run none of its scripts."""
        self._page = browser.new_context(bypass_csp=True).new_page()
        self._page.route(re.compile(r"\.js\b"), lambda route: route.abort())  # the page stays as it was seen
        self._page.goto(home)
        self._page.evaluate(AXE)
        self._known: dict[tuple[str, int, int], list[str]] = {}

    def barriers(self, page: Page) -> list[str]:
        """What axe finds in a page as it is written, at its width."""
        content, size = page.content(), page.viewport_size or {"width": 360, "height": 740}
        key = (content, size["width"], size["height"])
        if key not in self._known:
            self._page.set_viewport_size(size)
            self._page.set_content(content)
            self._known[key] = _told(self._page.evaluate(RUN))
        return self._known[key]

    def close(self) -> None:
        """Away with it."""
        self._page.context.close()


def _told(found: dict[str, Any]) -> list[str]:
    return [
        f"axe {rule['id']}: {node['target']}: {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found["violations"] for node in rule["nodes"]
    ]  # fmt: skip
