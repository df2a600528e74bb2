"""Read by every process of a scan before all else: it talks to this machine alone, and whoever tries more is noted.

Lies in a folder of its own, since Python takes a module of this name from PYTHONPATH."""

import errno
import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

#: audit event -> which of its arguments is an address
ADDRESSED = {
    "socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1,
    "socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0,
}  # fmt: skip


def stays(address: Any) -> bool:
    """Whether this address is one of this machine's loopback, or no network address at all."""
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not host or host == "localhost" or host.startswith(("/", "\0")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what would leave this machine, and write down who tried."""
    if event not in ADDRESSED or stays(arguments[ADDRESSED[event]]):
        return
    with Path(os.environ["SCAN_STRAYS"]).open("a", encoding="utf-8") as file:
        print(Path(sys.argv[0]).name, event, arguments[ADDRESSED[event]], file=file)
    raise OSError(errno.ENETUNREACH, "a scan talks to this machine alone")


if "SCAN_STRAYS" in os.environ:
    sys.addaudithook(watch)
