"""Ctrl+C in a terminal reaches the server and its workers at once, and the site stops."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Whether the site is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_whole_group_stops(signum: signal.Signals, tmp_path: Path) -> None:
    """A terminal sends SIGINT to all processes of the command, systemd sends SIGTERM to all of the service."""
    port = free_port()
    command = [Path(sys.executable).with_name("jirga"), "demo", "--port", str(port)]
    environment = os.environ | {"JIRGA_DATA_DIR": str(tmp_path / "instance")}
    quiet = {"env": environment, "cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, start_new_session=True, **quiet) as server:
        end = time.monotonic() + 60
        while not answers(port) and server.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        os.killpg(server.pid, signum)
        try:
            assert server.wait(timeout=10) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
    assert not answers(port)
