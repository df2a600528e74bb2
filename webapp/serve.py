"""Running the site under granian."""

import ctypes
import ipaddress
import os
import signal
import socket
import sys
from functools import partial

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from webapp import db, gate, logs
from webapp.config import BadSetting, Refused, settings_from
from webapp.office import Office, half_restored
from webapp.texts.queries import require_keys

#: Of Linux: the signal that a process gets when its parent dies.
PR_SET_PDEATHSIG = 1
#: Of glibc: how many heaps the threads of a process share, and our number. As many as there are threads would each
#: keep what it freed: a worker under load held 152 MB, with two heaps 128, and answered as quickly.
M_ARENA_MAX, HEAPS = -8, 2


def require_whole(office: Office) -> None:
    """Refuse to work on half a restore, a schema that is not at head, or with other keys; raises Refused."""
    if said := half_restored(office):
        raise Refused(said)
    if said := db.unfit(office.engine):
        raise Refused(f"the database's schema is {said}")
    with office.reading() as session:
        require_keys(session, office.vault)


def opened() -> Office:
    """The instance that the settings name, whole and with its schema at head; raises Refused."""
    found = Office(settings_from())
    logs.start(found.settings.log_level)
    require_whole(found)
    return found


def loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def free(host: str, port: int) -> bool:
    """Whether nobody listens there yet."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            raise BadSetting("--host", f"this machine has no address {host}") from None
        except OSError:
            return False
        return True


def _begin_worker(master: int, system: ctypes.CDLL) -> None:
    """A worker lives no longer than its master, alone it would keep the port for ever; and it keeps little memory."""
    # Ctrl+C reaches a whole group of processes; a worker that hears it beside its master's own signal would hang.
    os.setpgrp()
    system.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if hasattr(system, "mallopt"):  # other C libraries have one heap anyway
        system.mallopt(M_ARENA_MAX, HEAPS)
    if os.getppid() != master:  # it died before we asked
        os._exit(1)


def run(host: str, port: int, workers: int) -> None:
    """Serve until stopped; the server's own access log stays off."""
    sys.stdout.flush()
    os.register_at_fork(after_in_child=partial(_begin_worker, os.getpid(), ctypes.CDLL(None)))
    Granian(
        "webapp.app:create_served",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=gate.THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.SERVER,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()
