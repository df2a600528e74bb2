"""The example for nginx: read by it without a word, and doing what it is for."""

import re
import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from tests.audit.test_sealer import served, within
from tests.browser import site as sites
from tests.factories import SAME_SITE
from tests.house import sources
from tests.operation import proxy
from webapp.app import PAGE_HEADERS
from webapp.config import Settings

#: nginx's own pages, and what each says.
SAID = {
    place: f"Nothing was saved. Go back: your words are still in the form. {deed}"
    for place, deed in (
        ("away", "Try again in a minute."), ("too-long", "Make them shorter."), ("wrong", "Try again later."),
    )
}  # fmt: skip
CLOSED = {name: value for name, value in PAGE_HEADERS.items() if name != "Content-Security-Policy"} | {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains"
}
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


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


@pytest.mark.parametrize("place", ["away", "too-long", "wrong"])
def test_its_own_pages_say_what_the_site_says(place: str) -> None:
    """In three languages, from the catalogues."""
    page, english = proxy.EXAMPLE.split(f"location = /-/{place} {{")[1].split("    }\n")[0], SAID[place]
    assert f"<p lang=en>{english}</p>" in page
    for language in ("ur", "ps"):
        catalogue = (sources.ROOT / f"translations/{language}/LC_MESSAGES/messages.po").read_text("utf-8")
        translated = catalogue.split(f'msgid "{english}"\nmsgstr "')[1].split('"')[0]
        assert f"<p lang={language} dir=rtl>{translated}</p>" in page


def said(answer: HTTPResponse) -> str:
    """Which page of nginx's own it is, closed like a page of the site."""
    assert {name: answer.headers.get_all(name) for name in CLOSED} == {name: [value] for name, value in CLOSED.items()}
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    (policy,) = answer.headers.get_all("Content-Security-Policy") or [""]
    assert policy == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    assert (answer.headers["Retry-After"] == "60") is (answer.status == 503)
    assert answer.headers["Server"] == "nginx"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"<title>{answer.status}</title>" in answer.text  # type: ignore[attr-defined]
    return next(place for place, english in SAID.items() if english in answer.text)  # type: ignore[attr-defined]


Ask = Callable[..., HTTPResponse]


def asking(port: int, over: type[HTTPConnection] = HTTPSConnection) -> Ask:
    """Requests to nginx as a browser sends them to the name of the site."""
    trusting = {"context": ssl._create_unverified_context()} if over is HTTPSConnection else {}

    def ask(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> HTTPResponse:
        given = {"Host": proxy.NAME, "User-Agent": "mulberry", **SAME_SITE}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = over("127.0.0.1", port, timeout=20, **trusting)
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
            assert [len(page.headers.get_all(name) or ()) for name in (*PAGE_HEADERS, "Cache-Control")] == [1] * 8
            assert "X-Own" not in page.headers
            style = re.findall(r'href="(/static/app\.css[^"]*)"', page.text)[0]  # type: ignore[attr-defined]
            assert [ask(style).headers["Cache-Control"] for _ in range(2)] == [
                "public, max-age=31536000, immutable"
            ] * 2
            kept = [path for path in (folder / "nginx-jirga").rglob("*") if path.is_file()]
            assert len(kept) == 1
            ours, theirs = (ask("/ur/sign-in", "POST", b"x" * size) for size in (3_000_000, 3_300_000))
            assert ['lang="ur"' in answer.text for answer in (ours, theirs)] == [True, False]  # type: ignore[attr-defined]
            assert (ours.status, theirs.status, said(theirs)) == (413, 413, "too-long")
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
        answers = [asking(tls)(path, "POST", b"narrative=mulberry") for path in ("/ur/submit", "/static/app.css")]
    assert [(answer.status, said(answer)) for answer in answers] == [(503, "away")] * 2
    assert "هېڅ محفوظ نه شو" in answers[0].text  # type: ignore[attr-defined]
    assert "mulberry" not in "".join(path.read_text() for path in folder.glob("*.log"))


def test_what_nginx_refuses_itself(place: tuple[Path, int, int, int]) -> None:
    """What is too long, what cannot be read as a request, plain http where TLS is spoken, a method that no page has."""
    folder, _, plain, tls = place
    with proxy.running(proxy.configured(*place)):
        assert within(10, lambda: (folder / "pid").exists() and _up(plain))
        ask, unsealed = asking(tls), asking(tls, over=HTTPConnection)
        assert said(ask("/ur/submit", "POST", b"x" * 3_300_000)) == "too-long"
        for status, answer in (
            (400, ask("/ur/submit", Cookie="word=" + "x" * 9000)), (400, ask("/ur/submit", Content_Length="many")),
            (400, unsealed("/ur/submit")), (405, ask("/ur/submit", "TRACE")), (414, ask("/ur/" + "x" * 9000)),
            (400, ask("/ur/%00")), (404, ask("/-/wrong")),
        ):  # fmt: skip
            assert (answer.status, said(answer)) == (status, "wrong")


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
    """1.3 where both can, 1.2 for older phones, nothing before."""
    folder, _, plain, tls = place
    with proxy.running(proxy.configured(*place)):
        assert within(10, lambda: (folder / "pid").exists() and _up(plain))
        assert [_spoken(tls, most) for most in ("TLSv1_3", "TLSv1_2", "TLSv1_1")] == ["TLSv1.3", "TLSv1.2", None]


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
