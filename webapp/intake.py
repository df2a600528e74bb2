"""`jirga import`: a whole file of paper forms, however long, some hundred rows at a time."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Self

from webapp.config import Refused, now
from webapp.drafts.rules import GatheringDraft
from webapp.files import Row, csv_bytes
from webapp.grievances.actions import Desk
from webapp.office import Office
from webapp.paper.actions import Report, enter_batch
from webapp.paper.labels import reason
from webapp.paper.queries import standing, withdrawn
from webapp.paper.rules import REFUSED, Batch, GatheringKey, RowProblem, batches, windows
from webapp.paper.tables import COMMAND, count, read
from webapp.people.models import Person


class Intake:
    """One file on its way into an instance, in the name of one representative."""

    def __init__(self, office: Office, person: Person, stream: BinaryIO, *, dry_run: bool) -> None:
        """Reads the whole file once, so that one which cannot be read to its end changes nothing; raises Unreadable."""
        self.office, self.stream, self.dry_run = office, stream, dry_run
        self.desk = Desk(person.id, office.vault, office.world(person), now(), person.reset_at)
        self.version = self._version()
        self.headers, self.count = count(stream, COMMAND)

    def _version(self) -> tuple[int, int]:
        state = os.fstat(self.stream.fileno())
        return state.st_size, state.st_mtime_ns

    def parts(self) -> Iterator[tuple[list[Row], Report]]:
        """Some hundred rows at a time, and what became of them: all that may go in is safely stored by then."""
        first: dict[GatheringKey, GatheringDraft] = {}
        language = self.office.settings.default_language
        for rows in windows(read(self.stream, COMMAND).rows):
            if self._version() != self.version:
                raise Refused("the file was changed while it was read; run the import again, nothing is entered twice")
            found = batches(rows, self.desk.world, language, first)
            report = (self._look if self.dry_run else self._enter)(found)
            report.errors.sort(key=lambda one: one.line)
            report.notices.sort(key=lambda one: one.line)
            yield rows, report

    def _enter(self, found: Sequence[Batch]) -> Report:
        """One transaction for each gathering."""
        report = Report()
        for batch in found:
            with self.office.writing() as session:
                enter_batch(session, self.desk, batch, report)
        return report

    def _look(self, found: Sequence[Batch]) -> Report:
        """What entering would do, without a single write."""
        with self.office.reading() as session:
            there = standing(session, self.desk, found)
        good = sum(len(batch.rows) for batch in found) - len({error.line for error in there.errors})
        report = Report(added=len(there.new), already=good - len(there.new))
        report.errors = [error for batch in found for error in batch.errors] + there.errors
        report.notices = [notice for batch in found for notice in batch.notices] + withdrawn(there.stored)
        report.discarded = sum(row.draft.discarded for batch in found for row in batch.rows)
        return report


class Refusals:
    """The refused rows as a file of their own, to be mended and imported again; whole, or not there at all."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        if path.exists() and not path.is_file():
            raise Refused(f"--errors: {path} is not a file that could be replaced; name another")
        self.path, self.headers = path, [name for name in headers if name not in REFUSED]
        self.draft = path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> Self:
        """Begin a draft that only its owner can read; whoever ends the command kindly takes it away too."""
        self.file = os.fdopen(os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self.file.write(csv_bytes([[*REFUSED, *self.headers]], bom=True))
        self.ended = signal.signal(signal.SIGTERM, signal.default_int_handler)
        return self

    def add(self, rows: Sequence[Row], errors: Sequence[RowProblem]) -> None:
        """The rows among these that were refused, each with all that is wrong with it."""
        wrong: dict[int, list[str]] = {}
        for line, problem in errors:
            wrong.setdefault(line, []).append(f"{problem.field}: {reason(problem)}")
        refused = (row for row in rows if row.line in wrong)
        self.file.write(csv_bytes([row.line, " ".join(wrong[row.line]), *self._cells(row)] for row in refused))

    def _cells(self, row: Row) -> list[str]:
        return [*(row.cells.get(name, "") for name in self.headers), *row.extra]

    def __exit__(self, error: object, *_: object) -> None:
        """Put the file in its place, or leave nothing behind."""
        signal.signal(signal.SIGTERM, self.ended)
        self.file.close()
        if error:
            self.draft.unlink()
        else:
            self.draft.replace(self.path)
