"""Nobody hides a second request inside a first: the served site agrees with itself where a request ends."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.audit.test_sealer import served
from tests.browser import site as sites
from webapp.config import Settings

HIDDEN = "GET /en/hidden HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HEAD = "POST /en/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
CHUNKED, END = "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"
LENGTH = f"Content-Length: {len(END + HIDDEN)}\r\n"
#: Requests whose end could be understood in two ways; what follows must be its body, or nothing is answered after it.
DOUBTFUL = {
    "two lengths": f"{HEAD}Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "no number": f"{HEAD}Content-Length: +0\r\n\r\n{HIDDEN}",
    "unknown coding": f"{HEAD}Transfer-Encoding: mulberry\r\n\r\n{HIDDEN}",
    "a space before the colon": f"{HEAD}Content-Length : 0\r\n\r\n{HIDDEN}",
    "a chunk of no number": f"{HEAD}{CHUNKED}\r\n-1\r\n{HIDDEN}",
}


def answers(address: str, text: str) -> list[int]:
    """The status of each answer to what is sent over one connection, until the site is silent or closes it."""
    where, found = urlsplit(address), b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=2) as connection:
        connection.sendall(text.encode("ascii"))
        try:
            while part := connection.recv(65_536):
                found += part
                connection.settimeout(0.5)
        except TimeoutError:
            pass
    return [int(one[:3]) for one in found.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_one_request_is_one(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    with sites.serving(tmp_path / "served", "serve", "--workers", "1", **served(settings)) as (base, _, _):
        told = {name: answers(base, text) for name, text in DOUBTFUL.items()}
        both = answers(base, f"{HEAD}{LENGTH}{CHUNKED}\r\n{END}{HIDDEN}")
        one_after_the_other = answers(base, f"{HEAD}Content-Length: 0\r\n\r\n{HIDDEN}")
    assert {name: found for name, found in told.items() if len(found) > 1 or found[:1] > [499]} == {}
    assert both[:1] in ([400], [411]), "the chunks count, as the standard has it, and forms never come in chunks"
    assert one_after_the_other == [422, 404], "what is plainly two is answered twice"
