"""wapiti and sqlmap find nothing, whoever is signed in; on a site with holes they find them."""

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from werkzeug.routing import Map

from tests.attack import pages, scanners, weak_site
from tests.attack.furnished import HALFWAY, NOBODY, Furnished
from tests.attack.pages import Target, Visitor
from tests.attack.scanners import Finding, Report
from tests.browser import site as sites
from webapp.app import create_app
from webapp.config import settings_from
from webapp.demo import ACCOUNTS

pytestmark = pytest.mark.nightly
ROLES = (NOBODY, HALFWAY, *(name for name, _, _ in ACCOUNTS))
#: Forms whose answer changes by the second once they were tried too often.
THROTTLED = "/en/(sign-in|join|account/password)"
METHODS = r"Possible interesting methods \(using \w+\) on \S+:( OPTIONS \(200\))?( POST \(\d{3}\))?"
SECURE = "Secure flag is not set in the cookie : (language|session|device)"
#: module, path, what it says, why that is no finding
ACCEPTED = (
    ("csrf", "/en/.*", "Lack of anti CSRF token", "Sec-Fetch-Site and Origin do it, tried below"),
    ("cookieflags", "/en/", SECURE, "the demo has no https to keep to"),
    ("methods", "/en/.*", METHODS, "OPTIONS tells which there are; POST where a form is"),
    ("sql", THROTTLED, "SQL Injection via .*", "it compares words about waiting; sqlmap looks too, below"),
)  # fmt: skip
#: endpoint -> why no scanner comes there; tests/access/test_anything.py does
UNREACHED = {
    **dict.fromkeys(["account.sign_out", "account.quick_exit", "profile.leave"], "ends the sign-in"),
    "admin.disable": "closes accounts, soon one's own",
    **dict.fromkeys(["profile.end_session", "profile.end_sessions"], "ends the sign-in"),
    **dict.fromkeys(["profile.back", "admin.back"], "leads on, whatever is asked"),
    **dict.fromkeys(["choose_language", "healthz", "readyz", "static"], "in no language: takes nothing"),
    "home.audio": "the demo has no recordings",
}


@dataclass(frozen=True)
class Scene:
    """A demo of its own with somebody signed in, and all that is offered there."""

    name: str
    visitor: Visitor
    targets: Sequence[Target]
    folder: Path
    password: str = field(default="", repr=False)


def url_map(folder: Path) -> Map:
    """Every route of the site."""
    app = create_app(settings_from({"JIRGA_DATA_DIR": str(folder)}))
    app.extensions["store"].engine.dispose()
    return app.url_map


def routes(folder: Path) -> list[str]:
    """Every page of the site without a part that varies."""
    rules = [rule for rule in url_map(folder).iter_rules() if "GET" in (rule.methods or ())]
    return sorted(rule.rule.replace("<language:lang>", "en") for rule in rules if rule.arguments == {"lang"})


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Furnished, Path, Path]]:
    """A furnished demo, which may itself talk to this machine alone; its folder, and what it printed."""
    bounds, instance = scanners.bounded(folder / "strays"), folder / "instance"
    with sites.serving(instance, "demo", JIRGA_QUICK_EXIT_URL="https://127.0.0.1:9/", **bounds) as (base, _, printed):
        yield Furnished(base, dict(sites.PASSWORD.findall(printed.read_text()))), instance, printed


@contextmanager
def forgiving(instance: Path) -> Iterator[None]:
    """No guess is counted, and no file: else a scanner sees nothing but the page that says to wait."""
    over = threading.Event()

    def forgive() -> None:
        with closing(sqlite3.connect(instance / "jirga.sqlite3", timeout=30, isolation_level=None)) as database:
            while not over.wait(0.05):
                if database.execute("SELECT count(*) FROM attempts WHERE failures > 2").fetchone()[0]:
                    database.execute("DELETE FROM attempts")

    thread = threading.Thread(target=forgive, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(60)


@pytest.fixture(scope="module", params=ROLES)
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The demo, and all that it offers to somebody."""
    folder, name = tmp_path_factory.mktemp("scan"), request.param
    with demo(folder) as (furnished, instance, printed), forgiving(instance):
        visitor, starts = furnished.of(name)
        targets = pages.offered(visitor, ["/en/", *routes(instance), *starts], "/en/")
        yield Scene(name, visitor, targets, folder, furnished.passwords.get(name, ""))
        broken = [line for line in printed.read_text().splitlines() if re.search(r" 50\d |unexpected|Traceback", line)]
    assert broken == []
    assert scanners.strayed(folder / "strays") == []


def _unaccepted(findings: Sequence[Finding]) -> list[Finding]:
    """What no line of the table covers."""
    return [
        one for one in findings
        if not any(
            one.module == module and re.fullmatch(path, one.path) and re.fullmatch(what, one.what)
            for module, path, what, _ in ACCEPTED
        )
    ]  # fmt: skip


def _still_signed_in(scene: Scene) -> bool:
    page = "sign-in/code" if scene.name == HALFWAY else "account"
    return scene.name == NOBODY or scene.visitor.ask(f"/en/{page}")[0].status == 200


def test_every_route_is_attacked_as_somebody(tmp_path: Path) -> None:
    """Each has a link on the way of some role, or a line in UNREACHED that is true."""
    with demo(tmp_path) as (furnished, instance, _), forgiving(instance):
        known, reached = url_map(instance), set[tuple[str, str]]()
        for name in ROLES:
            visitor, starts = furnished.of(name)
            for target in pages.offered(visitor, ["/en/", *routes(instance), *starts], "/en/"):
                reached.add((known.bind("").match(target.path, method=target.method)[0], target.method))
    routed = {(rule.endpoint, way) for rule in known.iter_rules() for way in ("GET", "POST") if way in rule.methods}
    assert {endpoint for endpoint, _ in routed - reached} == {*UNREACHED}


def test_sqlmap_finds_nothing(scene: Scene, reports: list[tuple[str, Report]]) -> None:
    """Before wapiti, which takes steps: a form that names an older state is refused before its words are read."""
    report = scanners.sqlmap(scene.visitor, scene.targets, scene.folder / "sqlmap")
    reports.append((scene.name, report))
    assert report.findings == []
    assert report.unfinished == []
    assert _still_signed_in(scene)


def test_wapiti_finds_nothing(scene: Scene, reports: list[tuple[str, Report]]) -> None:
    report = scanners.wapiti(scene.visitor, scene.targets, scene.folder / "wapiti")
    reports.append((scene.name, report))
    assert _unaccepted(report.findings) == []
    assert _still_signed_in(scene)
    seen = {target.path for target in scene.targets}
    assert [one for one in report.findings if one.module == "sql" and one.path not in seen] == []
    posts = sorted({finding.path for finding in report.findings if finding.module == "csrf"})
    assert [path for path in posts if not _refuses_other_sites(scene.visitor, path)] == []


def test_wapiti_finds_the_cookies_closed(scene: Scene) -> None:
    """It signs in by itself, since only so it sees how they are set."""
    if scene.password:
        report = scanners.cookies(scene.visitor, scene.name, scene.password, scene.folder / "cookies")
        assert len(report.findings) >= 2
        assert _unaccepted(report.findings) == []


def _refuses_other_sites(visitor: Visitor, path: str) -> bool:
    """Whether a form sent by a page elsewhere is refused, by new browsers' word and by old ones'."""
    new, _ = visitor.ask(path, {"a": "b"}, Sec_Fetch_Site="cross-site")
    old, _ = visitor.ask(path, {"a": "b"}, Sec_Fetch_Site=None, Origin="http://elsewhere.invalid")
    silent, _ = visitor.ask(path, {"a": "b"}, Sec_Fetch_Site=None)
    return (new.status, old.status, silent.status) == (403, 403, 403)


def test_both_find_the_holes_of_a_weak_site(tmp_path: Path) -> None:
    with weak_site.serving() as base:
        visitor = Visitor(base)
        targets = pages.offered(visitor, ["/en/"], "/en/")
        assert [target.address for target in targets] == ["/en/", "/en/places?id=1", "/en/hello?word=you"]
        by_wapiti = scanners.wapiti(visitor, targets, tmp_path / "wapiti", ["sql", "xss"]).findings
        by_sqlmap = scanners.sqlmap(visitor, targets, tmp_path / "sqlmap").findings
    assert {("sql", "/en/places"), ("xss", "/en/hello")} <= {(one.module, one.path) for one in by_wapiti}
    assert Finding("sqlmap", "/en/places", "parameter 'id' is vulnerable") in by_sqlmap
    assert any(one.path == "/en/hello" and "cross-site scripting" in one.what for one in by_sqlmap)
    assert _unaccepted(by_wapiti) != []


def test_nothing_leaves_this_machine(tmp_path: Path) -> None:
    """Raised by hand, so that nothing is sent if this fails."""
    code = (
        "import sys; sys.audit('socket.connect', None, ('127.0.0.1', 9)); sys.audit('socket.getaddrinfo', '192.0.2.1')"
    )
    for python in (
        sys.executable,
        scanners.environment("wapiti") / "python",
        scanners.environment("sqlmap") / "python",
    ):
        strays = tmp_path / "strays"
        done = subprocess.run([python, "-c", code], env=scanners.bounded(strays), capture_output=True, check=False)
        assert b"this machine alone" in done.stderr
        assert [one.what for one in scanners.strayed(strays)] == ["-c socket.getaddrinfo 192.0.2.1"]
        strays.unlink()
