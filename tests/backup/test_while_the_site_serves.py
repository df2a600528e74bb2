"""A backup is one moment of a site that goes on; it takes little memory; what stops it leaves no half file."""

import errno
import os
import subprocess
import sys
import threading
import time
import tracemalloc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests import factories
from tests.backup.conftest import ONCE, SAME, rows
from tests.commands.terminal import Terminal, environment_of
from webapp import backup
from webapp.config import Settings, now
from webapp.envelope import Sealing
from webapp.office import Office
from webapp.people.models import Person
from webapp.uploads.models import Upload

WRITERS = 3
FULL = OSError(errno.ENOSPC, "No space left on device")


class Filing:
    """Representatives who file as fast as they can, each in a thread, until it ends."""

    def __init__(self, app: Flask, people: list[Person]) -> None:
        self.acknowledged: list[str] = []
        self.failed: list[int] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._file, args=(app, person)) for person in people]

    def _file(self, app: Flask, person: Person) -> None:
        client = app.test_client()
        factories.sign_in(client, person)
        while not self._stop.is_set():
            form = factories.full(narrative=f"Synthetic: {factories.word()} was damaged.", checked="yes")
            answer = client.post("/en/submit", data=form, headers=factories.JSON)
            if answer.status_code == 201:
                self.acknowledged.append(answer.json["reference"])
            else:
                self.failed.append(answer.status_code)

    def wait_for(self, count: int) -> None:
        """Until so many more were acknowledged."""
        count += len(self.acknowledged)
        while len(self.acknowledged) < count and not self.failed:
            time.sleep(0.005)

    def __enter__(self) -> "Filing":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@SAME
def test_every_acknowledged_filing(
    jirga: Terminal, app: Flask, session: Session, settings: Settings, target: Settings
) -> None:
    """What was acknowledged before is in it, whole; filing goes on meanwhile; what comes later is not half in it."""
    file = jirga.folder / "site.jirga"
    with Filing(app, [factories.person(session) for _ in range(WRITERS)]) as filing:
        filing.wait_for(10)
        before = set(filing.acknowledged)
        jirga.right("backup", file)
        filing.wait_for(3)
    assert filing.failed == []
    all_of_them = set(filing.acknowledged)
    jirga.uses(target)
    jirga.right("restore", file)
    there = {row[1] for row in rows(target)["grievances"]}
    assert before <= there <= all_of_them
    assert there < all_of_them
    assert jirga.whole()


@contextmanager
def peak() -> Iterator[list[int]]:
    """The most memory, in bytes, that was held at once beside what there was before."""
    found: list[int] = []
    tracemalloc.start()
    try:
        yield found
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


@SAME
def test_memory_is_flat(jirga: Terminal, session: Session, settings: Settings, target: Settings) -> None:
    """24 MB of sheets handed in go out and in again, a few at a time."""
    size, count = 100_000, 240
    person = factories.person(session)
    for _ in range(count):
        sheet = {"id": uuid.uuid4(), "person_id": person.id, "created_at": now(), "sealed": os.urandom(size)}
        session.execute(insert(Upload), sheet)
    session.commit()
    file, source, other = jirga.folder / "site.jirga", Office(settings), Office(target)
    target.data_dir.mkdir()
    with peak() as held, file.open("wb") as stream:
        backup.write(source, stream)
    assert file.stat().st_size > size * count
    assert held[0] < size * count / 2
    with peak() as held, file.open("rb") as stream:
        backup.read(other, stream)
    assert held[0] < size * count / 2
    for office in (source, other):
        office.engine.dispose()


@pytest.mark.parametrize("where", ["write", "finish"])
@ONCE
def test_a_full_disk(jirga: Terminal, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise FULL

    monkeypatch.setattr(Sealing, where, full)
    said = jirga.refused("backup", jirga.folder / "site.jirga", code=1)
    assert "No space left on device; no backup was made" in said
    assert list(jirga.folder.iterdir()) == []
    monkeypatch.undo()


def test_a_limit_of_the_system(settings: Settings, tmp_path: Path) -> None:
    """The system itself refuses to write more than some blocks: no stand-in here."""
    folder = tmp_path / "backups"
    folder.mkdir()
    command = ["sh", "-c", 'ulimit -f 16; exec "$@"', "sh", sys.executable, "-m", "webapp", "backup", folder / "one"]
    done = subprocess.run(
        command, env={**os.environ, **environment_of(settings)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    assert done.stderr.startswith("jirga: ")
    assert list(folder.iterdir()) == []


@ONCE
def test_places_where_no_backup_goes(jirga: Terminal) -> None:
    """A file that is there is never overwritten; nor is that of a backup that is being made."""
    there, running = jirga.folder / "there", jirga.folder / "running.part"
    for path in (there, running):
        path.write_text("another")
    (jirga.folder / "nowhere").symlink_to(jirga.folder / "missing" / "x")
    assert "not overwritten" in jirga.refused("backup", there, code=1)
    assert "not overwritten" in jirga.refused("backup", jirga.folder / "nowhere", code=1)
    assert "another backup" in jirga.refused("backup", jirga.folder / "running", code=1)
    assert "no backup was made" in jirga.refused("backup", jirga.folder / "missing" / "x", code=1)
    assert "no backup was made" in jirga.refused("backup", there / "x", code=1)
    assert there.read_text() == running.read_text() == "another"
    jirga.refused("backup", code=2)
    jirga.refused("restore", jirga.folder / "missing", code=1)
