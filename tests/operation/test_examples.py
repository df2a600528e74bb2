"""The examples for nginx and systemd: read by these programs without a word, and doing what they are for."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from tests import machine
from tests.audit.test_sealer import served, within
from tests.browser import site as sites
from tests.commands.terminal import Terminal
from tests.factories import SAME_SITE
from tests.house import sources
from tests.operation import proxy
from webapp.cli import COMMANDS
from webapp.config import Settings
from webapp.launch import EXAMPLES

UNITS = sorted(path.name for path in (EXAMPLES / "systemd").glob("*.*") if path.is_file())
JIRGA = "/opt/jirga/bin/jirga"
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder as systemd reads it, with our command in the place of the installed one."""
    shutil.copytree(EXAMPLES / "systemd", tmp_path / "units")
    for path in (tmp_path / "units").glob("*.service"):
        path.write_text(path.read_text().replace(JIRGA, str(Path(sys.executable).with_name("jirga"))))
    return tmp_path / "units"


def analyze(units: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    """`systemd-analyze` on these units alone."""
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}
    command = [machine.need("systemd-analyze"), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def said_of(units: Path) -> str:
    """What is wrong with them."""
    done = analyze(units, "verify", *(units / name for name in UNITS))
    return done.stdout + done.stderr


def test_systemd_reads_every_unit(units: Path) -> None:
    assert len(UNITS) == 7
    assert said_of(units) == ""


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("jirga-.service.d/common.conf", "NoNewPrivileges", "NoNewPrivilege"),
        ("jirga-backup.timer", "Asia/Karachi", "Asia/Karatschi"),
        ("jirga-site.service", "ExecStart=", "ExecStart=no"),
    ],
)
def test_a_mistake_would_be_said(units: Path, file: str, right: str, wrong: str) -> None:
    path = units / file
    path.write_text(path.read_text().replace(right, wrong))
    assert said_of(units) != ""


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_units_are_fenced_in(units: Path, name: str) -> None:
    """systemd's own measure of what a unit could do to the machine: 10 is anything, an unfenced one has 9.6."""
    done = analyze(units, "security", "--offline=yes", "--threshold=20", name)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= 1.5


def test_what_units_call_is_there() -> None:
    """Every command of `jirga` in a unit is one of the program's; copies of the data have a day to go."""
    text = "\n".join((EXAMPLES / "systemd" / name).read_text() for name in UNITS)
    called = set(re.findall(rf"{JIRGA} (\w+)", text))
    assert called >= {"init", "serve", "check", "reminders", "backup"}
    assert called <= set(COMMANDS)
    assert "-mtime +30 -delete" in text


def test_more_than_one_copy_a_day() -> None:
    """A copy is never written over, so its name must tell the minute: one is made by hand before an update."""
    name = re.findall(r"\$\$\(date \+(\S+)\)", (EXAMPLES / "systemd" / "jirga-backup.service").read_text())[0]
    morning = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
    names = {(morning + timedelta(minutes=late)).strftime(name.replace("%%", "%")) for late in (0, 1, 600)}
    assert len(names) == 3


def test_the_site_is_tried_without_end() -> None:
    """A limit of starts in ten seconds would leave it down when the database comes back."""
    assert (
        "\nStartLimitIntervalSec=0\n" in (EXAMPLES / "systemd" / "jirga-site.service").read_text().split("[Service]")[0]
    )


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, int, int, int]:
    """A folder for nginx and three ports: the site's, plain and tls."""
    return tmp_path / "nginx", sites.free_port(), sites.free_port(), sites.free_port()


def test_nginx_reads_its_settings(place: tuple[Path, int, int, int]) -> None:
    assert proxy.complaints(proxy.configured(*place)) == ""


def test_a_folder_that_is_not_there(place: tuple[Path, int, int, int]) -> None:
    """nginx makes the last folder of a path, no more: Debian has /var/cache and nothing of nginx's below it."""
    deeper = proxy.EXAMPLE.replace("/var/cache/nginx-jirga", "/var/cache/nginx/jirga")
    assert "No such file or directory" in proxy.complaints(proxy.configured(*place, text=deeper))


def test_nginx_would_complain(place: tuple[Path, int, int, int]) -> None:
    wrong = proxy.EXAMPLE.replace("server_tokens off", "server_token off")
    assert "server_token" in proxy.complaints(proxy.configured(*place, text=wrong))


def test_no_field_of_who_or_what_in_its_log() -> None:
    formats = re.findall(r"log_format (?:.|\n)*?;", proxy.EXAMPLE)
    fields = {field for text in formats for field in re.findall(r"\$(\w+)", text)}
    assert fields <= {"time_iso8601", "request_method", "status", "request_length", "body_bytes_sent", "request_time"}
    assert set(re.findall(r"access_log (\S+)", proxy.EXAMPLE)) == {"off;", "/var/log/nginx/jirga-access.log"}
    assert set(re.findall(r"error_log \S+ (\w+);", proxy.EXAMPLE)) == {"emerg"}


def test_no_body_on_its_disk() -> None:
    """What it takes in fits into memory, what it gives out never waits in a file."""
    sizes = re.findall(r"client_(?:max_body|body_buffer)_size (\w+);", proxy.EXAMPLE)
    assert sizes == ["3m", "3m"]
    assert "proxy_max_temp_file_size 0;" in proxy.EXAMPLE


def test_its_own_page_says_what_the_site_says() -> None:
    """In three languages, from the catalogues."""
    english = "Nothing was saved. Go back: your words are still in the form. Try again in a minute."
    assert english in proxy.EXAMPLE
    for language in ("ur", "ps"):
        catalogue = (sources.ROOT / f"translations/{language}/LC_MESSAGES/messages.po").read_text("utf-8")
        assert catalogue.split(f'msgid "{english}"\nmsgstr "')[1].split('"')[0] in proxy.EXAMPLE


Ask = Callable[..., HTTPResponse]


def asking(port: int) -> Ask:
    """Requests to nginx as a browser sends them to the name of the site."""

    def ask(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> HTTPResponse:
        trusting = ssl._create_unverified_context()
        given = {"Host": proxy.NAME, "User-Agent": "mulberry", **SAME_SITE}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPSConnection("127.0.0.1", port, context=trusting, timeout=20)
        connection.request(method, path, body or None, given)
        answer = connection.getresponse()
        answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]
        connection.close()
        return answer

    return ask


@on_sqlite
def test_the_site_behind_it(settings: Settings, place: tuple[Path, int, int, int], tmp_path: Path) -> None:
    """Pages over TLS, big bodies, kept files, a page of its own when the site is away; and a log that tells nothing."""
    given = {**served(settings), "JIRGA_BASE_URL": f"https://{proxy.NAME}", "JIRGA_TRUSTED_PROXIES": "1"}
    (tmp_path / "served").mkdir()
    with sites.serving(tmp_path / "served", "serve", "--workers", "1", **given) as (base, _, printed):
        folder, _, plain, tls = place
        main, ask = proxy.configured(folder, int(base.rpartition(":")[2]), plain, tls), asking(tls)
        with proxy.running(main):
            assert within(10, lambda: (folder / "pid").exists() and _up(plain))
            page = ask("/ur/sign-in?word=mulberry", X_Forwarded_For="203.0.113.9")
            assert (page.status, page.headers["Strict-Transport-Security"][:7]) == (200, "max-age")
            style = re.findall(r'href="(/static/app\.css[^"]*)"', page.text)[0]  # type: ignore[attr-defined]
            assert [ask(style).headers["Cache-Control"] for _ in range(2)] == [
                "public, max-age=31536000, immutable"
            ] * 2
            kept = [path for path in (folder / "nginx-jirga").rglob("*") if path.is_file()]
            assert len(kept) == 1
            ours, theirs = (ask("/ur/sign-in", "POST", b"x" * size) for size in (3_000_000, 3_300_000))
            assert ['lang="ur"' in answer.text for answer in (ours, theirs)] == [True, False]  # type: ignore[attr-defined]
            assert (ours.status, theirs.status) == (413, 413)
    told = "\n".join(path.read_text() for path in folder.glob("*.log"))
    assert told.count("\n") >= 5
    for secret in ("mulberry", "127.0.0.1", "203.0.113", "/ur", "static", "sign-in"):
        assert secret not in told
    assert "203.0.113" not in printed.read_text()


def _up(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/", headers={"Host": "other.example.org"})
            return connection.getresponse().headers["Location"] == f"https://{proxy.NAME}/"
    except OSError:
        return False


def test_without_the_site(place: tuple[Path, int, int, int]) -> None:
    """503, when to come back, and that nothing was saved."""
    folder, _, plain, tls = place
    with proxy.running(proxy.configured(*place)):
        assert within(10, lambda: (folder / "pid").exists() and _up(plain))
        answer = asking(tls)("/ur/submit", "POST", b"narrative=mulberry")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "هېڅ محفوظ نه شو" in answer.text  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "mulberry" not in "".join(path.read_text() for path in folder.glob("*.log"))


def test_a_certificate_can_be_asked_for(place: tuple[Path, int, int, int]) -> None:
    """What the authority looks for is there without TLS; all else leads to TLS, and nothing tells nginx's version."""
    folder, _, plain, _ = place
    with proxy.running(proxy.configured(*place)):
        (folder / ".well-known/acme-challenge").mkdir(parents=True)
        (folder / ".well-known/acme-challenge/word").write_text("mulberry")
        assert within(10, lambda: (folder / "pid").exists() and _up(plain))
        there, elsewhere = (_plain(plain, path) for path in ("/.well-known/acme-challenge/word", "/privkey.pem"))
    assert (there[0], there[2]) == (200, "mulberry")
    assert elsewhere[:2] == (301, "nginx")


def _plain(port: int, path: str) -> tuple[int, str | None, str]:
    """Status, `Server` and body of an answer without TLS."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", path, headers={"Host": proxy.NAME})
        answer = connection.getresponse()
        return answer.status, answer.headers["Server"], answer.read().decode()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
def test_its_tls_is_new(place: tuple[Path, int, int, int]) -> None:
    """1.3 where both can, 1.2 for older phones, nothing before; and its own page is closed like the site's."""
    folder, _, plain, tls = place
    with proxy.running(proxy.configured(*place)):
        assert within(10, lambda: (folder / "pid").exists() and _up(plain))
        assert [_spoken(tls, most) for most in ("TLSv1_3", "TLSv1_2", "TLSv1_1")] == ["TLSv1.3", "TLSv1.2", None]
        answer = asking(tls)("/ur/submit")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def _spoken(port: int, most: str) -> str | None:
    """The protocol that nginx agrees to speak with somebody who knows none newer, or None."""
    context = ssl._create_unverified_context()
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion[most]
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=proxy.NAME) as agreed,
        ):
            return agreed.version()
    except ssl.SSLError:
        return None


def test_the_command_gives_them_out(bare: Terminal, tmp_path: Path) -> None:
    """To the screen, or as files; what is there already stays."""
    assert bare.right("example", "nginx") == f"# ---- jirga.conf ----\n{proxy.EXAMPLE}\n"
    assert bare.right("example", "systemd").count("# ---- ") == 8
    bare.right("example", "systemd", "--to", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*UNITS, "jirga-.service.d"])
    (tmp_path / UNITS[0]).write_text("mine")
    assert "already" in bare.refused("example", "systemd", "--to", tmp_path, code=1)
    assert (tmp_path / UNITS[0]).read_text() == "mine"
