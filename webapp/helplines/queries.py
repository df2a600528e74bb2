"""Reading help numbers: the operator's file in the data directory, or the one that came with the product."""

import logging
from collections.abc import Collection
from datetime import date
from pathlib import Path

from webapp import logs
from webapp.helplines.rules import BadNumbers, Line, read

LOG = logging.getLogger("jirga")
NAME = "help_numbers.csv"
SHIPPED = Path(__file__).parent / "data" / NAME
LARGEST = 200_000


def lines(data_dir: Path, places: Collection[str], today: date) -> tuple[Line, ...]:
    """The operator's numbers where there is such a file, else the shipped ones; raises BadNumbers."""
    own = data_dir / NAME
    path = own if own.exists() else SHIPPED
    if path.stat().st_size > LARGEST:
        raise BadNumbers(1, "place", f"the file is larger than {LARGEST:,} bytes")
    try:
        return read(path.read_text("utf-8-sig"), places, today)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadNumbers(line, "place", "save the file as CSV UTF-8") from None


class Book:
    """The help numbers of a running site, which a broken file must not stop."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.told = ""

    def lines(self, places: Collection[str], today: date) -> tuple[Line, ...]:
        """As they stand now; the shipped ones, and a line in the log, while the operator's file cannot be used."""
        try:
            found, wrong, where = lines(self.data_dir, places, today), "", {}
        except (BadNumbers, OSError) as error:
            found = lines(SHIPPED.parent, places, today)
            wrong, where = str(error), {"file": NAME, **logs.of(error)}
            if isinstance(error, BadNumbers):
                where |= {"line": str(error.line), "column": error.column}
        if wrong and wrong != self.told:
            LOG.error("the numbers that came with the product are shown; jirga check says why", extra=where)
        self.told = wrong
        return found
