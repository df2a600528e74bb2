"""`jirga import`: a whole file of paper forms, however long, some hundred rows at a time."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from webapp.config import Refused, now
from webapp.drafts.rules import GatheringDraft
from webapp.files import Row, csv_line
from webapp.grievances.actions import Desk
from webapp.office import Office
from webapp.paper.actions import Report, enter_batch
from webapp.paper.labels import reason
from webapp.paper.queries import standing
from webapp.paper.rules import REFUSED, Batch, GatheringKey, RowProblem, batches, windows
from webapp.paper.tables import COMMAND, count, read
from webapp.people.models import Person


@dataclass
class Taken:
    """What became of a file so far, and what the last rows gave rise to."""

    added: int = 0
    already: int = 0
    refused: int = 0
    discarded: int = 0
    #: of the last rows alone, in the order of the file
    errors: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)
    rows: Sequence[Row] = ()


class Intake:
    """One file on its way into an instance, in the name of one representative."""

    def __init__(self, office: Office, person: Person, stream: BinaryIO, *, dry_run: bool) -> None:
        """Reads the whole file once, so that one which cannot be read to its end changes nothing; raises Unreadable."""
        self.office, self.stream, self.dry_run = office, stream, dry_run
        self.desk = Desk(person.id, office.vault, office.world(person), now())
        self.version = self._version()
        self.headers, self.count = count(stream, COMMAND)

    def _version(self) -> tuple[int, int]:
        state = os.fstat(self.stream.fileno())
        return state.st_size, state.st_mtime_ns

    def run(self, tell: Callable[[Taken], None]) -> Taken:
        """Enter everything that may go in; `tell` hears of each part when it is safely stored."""
        taken = Taken()
        first: dict[GatheringKey, GatheringDraft] = {}
        language = self.office.settings.default_language
        for rows in windows(read(self.stream, COMMAND).rows):
            if self._version() != self.version:
                raise Refused("the file was changed while it was read; run the import again, nothing is entered twice")
            found = batches(rows, self.desk.world, language, first)
            (self._look if self.dry_run else self._enter)(found, taken)
            taken.rows = rows
            taken.refused += len({error.line for error in taken.errors})
            tell(taken)
        return taken

    def _enter(self, found: Iterable[Batch], taken: Taken) -> None:
        """One transaction for each gathering."""
        report = Report()
        for batch in found:
            with self.office.writing() as session:
                enter_batch(session, self.desk, batch, report)
        self._note(taken, report)

    def _look(self, found: Sequence[Batch], taken: Taken) -> None:
        """What entering would do, without a single write."""
        with self.office.reading() as session:
            there = standing(session, self.desk, [batch for batch in found if batch.rows])
        good = sum(len(batch.rows) for batch in found)
        odd = len({error.line for error in there.errors})
        report = Report(added=len(there.new), already=good - odd - len(there.new))
        report.errors = [error for batch in found for error in batch.errors] + there.errors
        report.notices = [notice for batch in found for notice in batch.notices]
        report.discarded = sum(row.draft.discarded for batch in found for row in batch.rows)
        self._note(taken, report)

    def _note(self, taken: Taken, report: Report) -> None:
        taken.added += report.added
        taken.already += report.already
        taken.discarded += report.discarded
        taken.errors = sorted(report.errors, key=lambda one: one.line)
        taken.notices = sorted(report.notices, key=lambda one: one.line)


class Refusals:
    """The refused rows as a file of their own, to be mended and imported again; whole, or not there at all."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        if path.exists() and not path.is_file():
            raise Refused(f"--errors: {path} is not a file that could be replaced; name another")
        self.path, self.headers = path, [name for name in headers if name not in REFUSED]
        self.draft = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
        self.file.write(csv_line([*REFUSED, *self.headers]))

    def add(self, taken: Taken) -> None:
        """The rows among the last ones that were refused, each with all that is wrong with it."""
        wrong: dict[int, list[str]] = {}
        for line, problem in taken.errors:
            wrong.setdefault(line, []).append(f"{problem.field}: {reason(problem)}")
        for row in taken.rows:
            if row.line in wrong:
                cells = (row.cells.get(name, "") for name in self.headers)
                self.file.write(csv_line([row.line, " ".join(wrong[row.line]), *cells, *row.extra]))

    def close(self, *, whole: bool) -> None:
        """Put the file in its place, or leave nothing behind."""
        self.file.close()
        if whole:
            self.draft.replace(self.path)
        else:
            self.draft.unlink()
