"""The real server: `jirga demo` as a process of its own on a folder of its own, with the passwords that it prints."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

JIRGA = Path(sys.executable).with_name("jirga")
PASSWORD = re.compile(r"^ +(demo-[a-z]+) +(\S+)$", re.MULTILINE)
#: The server answers within this many seconds, or something is wrong.
PATIENCE = 60


@dataclass(frozen=True)
class Site:
    """A running site."""

    base: str
    folder: Path
    pid: int
    passwords: Mapping[str, str] = field(repr=False)

    def jirga(self, *words: str) -> bytes:
        """What the command prints on this site's instance."""
        return subprocess.run([JIRGA, *words], env=environment(self.folder), check=True, capture_output=True).stdout


def environment(folder: Path, **more: str) -> dict[str, str]:
    """This process's variables, with those of the product ours alone."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("JIRGA_")}
    return {**given, "JIRGA_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1", **more}


def add_account(folder: Path, username: str, role: str, password: str, **more: str) -> None:
    """`jirga people add`, for both provinces."""
    add = [JIRGA, "people", "add", username, "--role", role, "--scope", "PK-KP,PK-BA", "--password-stdin"]
    given = f"{password}\n".encode()
    subprocess.run(add, env=environment(folder, **more), check=True, capture_output=True, input=given)


def free_port() -> int:
    """A port of this machine's loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, *words: str, port: int = 0, **more: str) -> Iterator[tuple[str, int, Path]]:
    """`jirga WORDS --port N` until the end, at a free port if none is given; address, process id, what it printed."""
    port, printed = port or free_port(), folder.with_name(f"{folder.name}.log")
    with printed.open("wb") as out:
        server = subprocess.Popen(
            [JIRGA, *words, "--port", str(port)],
            env=environment(folder, **more), stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(server, base, printed)
        yield base, server.pid, printed
    finally:
        _stop(server)


def _wait(server: "subprocess.Popen[bytes]", base: str, printed: Path) -> None:
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{base}/healthz", timeout=2):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the server did not start within {PATIENCE} s: {printed.read_text()[-2000:]}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End the server with its workers, gently or not."""
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


@contextmanager
def demo(folder: Path) -> Iterator[Site]:
    """The demo with its accounts."""
    with serving(folder, "demo") as (base, pid, printed):
        yield Site(base, folder, pid, dict(PASSWORD.findall(printed.read_text())))


@contextmanager
def served_demo(folder: Path) -> Iterator[Site]:
    """The demo's instance under `jirga serve` with one worker, as an office would run it."""
    command = [JIRGA, "demo", "--no-serve"]
    printed = subprocess.run(command, env=environment(folder), check=True, capture_output=True, text=True).stdout
    with serving(folder, "serve", "--workers", "1") as (base, pid, _):
        yield Site(base, folder, pid, dict(PASSWORD.findall(printed)))


def workers(pid: int) -> list[int]:
    """The processes that answer for a server, by its process id."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]
