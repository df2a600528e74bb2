"""A throw-away PostgreSQL server for one test session: own files, a socket only its owner can enter, gone at exit."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

#: no fsync, because nothing has to survive; synchronous_commit stays on, so that commits wait as in production
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "Asia/Karachi",
    "log_min_messages": "fatal",
}


class Server:
    """A running server; databases are made from each other by copying."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://jirga@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of `template`; its address."""
        # files are copied as files: page by page through its own log it takes five times as long
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Away with it, whoever still holds a connection."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="jirga", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def _owner() -> dict[str, Any]:
    """Who may run the server: PostgreSQL refuses root, so root lends it to postgres or nobody."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _call(*command: str | Path, owner: dict[str, Any], cwd: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    with (cwd / "out").open("w+") as out:
        done = subprocess.run(command, **owner, cwd=cwd, env=environment, stdout=out, stderr=out, check=False)
        out.seek(0)
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {out.read()}")


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A server in a new folder, from initdb to removal; `programs` is the folder of initdb and pg_ctl."""
    owner = _owner()
    # a socket's path has at most 107 characters, so a long TMPDIR will not do
    folder = Path(tempfile.mkdtemp(prefix="jirga-pg-", dir=None if len(tempfile.gettempdir()) < 60 else "/tmp"))
    data = folder / "data"
    options = " ".join(
        f"-c {name}='{value}'" for name, value in (OPTIONS | {"unix_socket_directories": folder}).items()
    )
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    try:
        _call(programs / "initdb", "-D", data, "-U", "jirga", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
              owner=owner, cwd=folder)  # fmt: skip
        _call(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start",
              owner=owner, cwd=folder)  # fmt: skip
        yield Server(folder)
    finally:
        if (data / "postmaster.pid").exists():
            _call(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop", owner=owner, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)
