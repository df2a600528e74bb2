"""What the blank form weighs on the first visit, what it costs the server, and what a worker holds in memory."""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import brotli

from tests.bench import _lines as lines
from tests.browser import site as sites
from tests.browser.site import JIRGA, Site

LANGUAGES = ("en", "ur", "ps")
REQUESTS, STARTS = 1000, 7
#: Targets, in the unit of each line.
PAGE, FONT, NEEDED, EXTRAS, DANGERS = 13_000, 15_000, 30_000, 60_000, 12_000
CPU, HELP, BEFORE, WITH_PANDAS = 1.2, 500, 90, 150
STATIC = re.compile(r'"(/static/[^"#]+)')
RULES = re.compile(r'data-rules="([^"]+)"')
SCRIPT = re.compile(r'<script src="([^"]+)"')
FONTS = re.compile(r"url\(([^)]+\.woff2)\)")


class Visitor:
    """One browser on one connection that stays open."""

    def __init__(self, site: Site, language: str, username: str) -> None:
        self.connection = HTTPConnection(urlsplit(site.base).netloc, timeout=30)
        self.headers = {"Accept-Encoding": "br", "Origin": site.base, "Accept": "text/html"}
        self.cookies: dict[str, str] = {}
        form = urlencode({"username": username, "password": site.passwords[username]})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.ask("POST", f"/{language}/sign-in", form, kind)

    def ask(self, method: str, path: str, body: str = "", more: dict[str, str] | None = None) -> bytes:
        """The answer's body as it came over the wire; its cookies are kept."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body or None, {**self.headers, **(more or {}), "Cookie": cookie})
        answer: HTTPResponse = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return content

    def read(self, path: str) -> str:
        """A page or file as its author wrote it."""
        return self.ask("GET", path, more={"Accept-Encoding": "identity"}).decode()


def weights(site: Site) -> Iterator[lines.Line]:
    """Bytes on the wire in each language; the floor of the HTML is its words alone, packed as well."""
    for language in LANGUAGES:
        visitor = Visitor(site, language, "demo-representative")
        page = f"/{language}/submit"
        said = visitor.read(page)
        html, parts = (
            len(visitor.ask("GET", page)),
            {path: len(visitor.ask("GET", path)) for path in STATIC.findall(said)},
        )
        (sheet,) = (path for path in parts if ".css" in path)
        font = 0 if language == "en" else len(visitor.ask("GET", urljoin(sheet, FONTS.findall(visitor.read(sheet))[0])))
        words = len(brotli.compress(" ".join(re.sub(r"<[^>]*>", "\n", said).split()).encode()))
        name = f"blank form {language}, first visit"
        yield lines.Line(f"{name}: HTML", html, "bytes", words, 1, None)
        yield lines.Line(f"{name}: HTML and CSS", html + parts[sheet], "bytes", None, 1, PAGE)
        rules = len(visitor.ask("GET", RULES.findall(said)[0]))
        yield lines.Line(f"{name}: rules for what is typed, after the page", rules, "bytes", None, 1, DANGERS)
        yield lines.Line(f"{name}: font", font, "bytes", None, 1, FONT)
        rest = {*_extras(visitor, said), RULES.findall(said)[0], f"/{language}/topics"}
        extras = sum(len(visitor.ask("GET", path)) for path in rest)
        yield lines.Line(f"{name}: scripts, rules, topics, pictures", extras, "bytes", None, 1, EXTRAS)
        needed = html + sum(size for path, size in parts.items() if ".js" not in path) + font
        yield lines.Line(f"{name}: all that is needed to file, with icons", needed, "bytes", None, 1, NEEDED)


def _extras(visitor: Visitor, said: str) -> set[str]:
    """What nobody waits for: the scripts of the page, and the files that they ask for."""
    scripts = SCRIPT.findall(said)
    return {*scripts, *(path for script in scripts for path in STATIC.findall(visitor.read(script)))}


def costs(site: Site) -> Iterator[lines.Line]:
    """CPU of the worker for each blank form; the floor is the smallest answer that it gives."""
    (worker,) = sites.workers(site.pid)
    visitor = Visitor(site, "ur", "demo-representative")
    floor = _cpu(worker, visitor, "/healthz")
    for language in LANGUAGES:
        cost = _cpu(worker, visitor, f"/{language}/submit")
        yield lines.Line(f"blank form {language}: CPU of the server", cost, "ms", floor, REQUESTS, CPU)


def _cpu(worker: int, visitor: Visitor, path: str) -> float:
    """Milliseconds of CPU for each answer, after the first few."""
    for _ in range(20):
        visitor.ask("GET", path)
    before = lines.cpu_seconds(worker)
    for _ in range(REQUESTS):
        visitor.ask("GET", path)
    return (lines.cpu_seconds(worker) - before) / REQUESTS * 1000


def memory(site: Site) -> Iterator[lines.Line]:
    """What the worker holds before and after the first summary, which loads pandas."""
    (worker,) = sites.workers(site.pid)
    visitor = Visitor(site, "ur", "demo-analyst")
    before = lines.resident(worker)
    yield lines.Line("memory of a worker before the first summary", before, "MB", None, 1, BEFORE)
    visitor.ask("GET", "/ur/summary")
    yield lines.Line("memory of a worker after it", lines.resident(worker), "MB", before, 1, WITH_PANDAS)


def start() -> Iterator[lines.Line]:
    """How long `jirga --help` takes; the floor is an interpreter that does nothing."""
    python = JIRGA.with_name("python")
    floor, value = (_median_run([*words]) for words in ((str(python), "-c", ""), (str(JIRGA), "--help")))
    yield lines.Line("jirga --help", value, "ms", floor, STARTS, HELP)


def _median_run(command: list[str]) -> float:
    taken = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)[STARTS // 2]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, sites.served_demo(Path(folder) / "instance") as running:
        for part in (weights, memory, costs):
            for line in part(running):
                line.print()
    for line in start():
        line.print()
