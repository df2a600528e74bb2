"""`jirga serve`: where it refuses to listen."""

import socket

import pytest

from tests.commands.terminal import Terminal
from webapp import serve

BEYOND = ("0.0.0.0", "::", "192.0.2.1", "forms.example.org")
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def served(jirga: Terminal) -> list[tuple[str, int, int]]:
    """Where the server would have listened; nothing is started."""
    found: list[tuple[str, int, int]] = []
    jirga.patch.setattr(serve, "run", lambda *where: found.append(where))
    jirga.patch.setattr(serve, "free", lambda host, port: True)
    return found


@pytest.mark.parametrize("host", BEYOND)
def test_not_beyond_this_machine_in_plain_http(jirga: Terminal, served: list[object], host: str) -> None:
    for address in (None, "http://forms.example.org"):
        jirga.set(JIRGA_BASE_URL=address)
        assert "JIRGA_BASE_URL" in jirga.refused("serve", "--host", host, code=1)
    assert served == []


@pytest.mark.parametrize("variable", [{"JIRGA_BASE_URL": "https://forms.example.org"}, {"JIRGA_TRUSTED_PROXIES": "1"}])
def test_beyond_this_machine_behind_https(
    jirga: Terminal, served: list[tuple[str, int, int]], variable: dict[str, str]
) -> None:
    jirga.set(**variable)
    jirga.right("serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "3")
    assert served == [("0.0.0.0", 8000, 3)]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_needs_nothing(jirga: Terminal, served: list[tuple[str, int, int]], host: str) -> None:
    jirga.right("serve", "--host", host)
    assert served == [(host, 5000, 2)]


def test_a_taken_port_is_said(jirga: Terminal) -> None:
    jirga.patch.setattr(serve, "run", lambda *where: pytest.fail("it would have been served"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} is taken" in jirga.refused("serve", "--port", port, code=1)


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "65536"], ["--port", "http"], ["--workers", "0"]])
def test_wrong_numbers(jirga: Terminal, served: list[object], words: list[str]) -> None:
    jirga.refused("serve", *words, code=2)
    assert served == []
