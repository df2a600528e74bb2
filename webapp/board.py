"""Counts of all workers of a server, in memory that they share: each writes in a place of its own. stdlib only.

No file on a disk: a full one would end the worker that writes there (SIGBUS). What dead workers counted stays.
"""

import fcntl
import mmap
import os
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from threading import Lock

#: Upper bounds of the buckets, in seconds; what is slower goes to one more.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Of a row: bytes of its name, then numbers of 8 bytes: the buckets, and the sum in microseconds.
NAME = 120
NUMBERS = len(BOUNDS) + 2
ROW = NAME + 8 * NUMBERS
#: In a worker's place; the site has under 400 combinations of route, method and class of status.
ROWS = 512
#: Places beyond the number of workers, for those that are started while others still end.
SPARE = 4
FILED, FAILED = "filed", "failed"
#: What an address' part may be, which a name needs not tell: <uuid:person_id> is <person_id>.
_CONVERTER = re.compile(r"<[^<>:]*:")


class Board:
    """Made before the workers are forked; each joins it, and whoever holds it may ask."""

    def __init__(self, workers: int) -> None:
        self._places = workers + SPARE
        self._file = os.memfd_create("jirga-counts")
        os.posix_fallocate(self._file, 0, self._places * ROWS * ROW)
        memory = mmap.mmap(self._file, self._places * ROWS * ROW)
        self._bytes, self._numbers = memoryview(memory), memoryview(memory).cast("Q")
        self._lock, self._known = Lock(), dict[str, int]()
        self._next = self._end = 0

    def join(self) -> None:
        """Take the first place that no living process has, and go on from what stands there."""
        for place in range(self._places):
            if not self._taken(place, keep=True):
                self._next, self._end = place * ROWS * ROW, (place + 1) * ROWS * ROW
                while self._next < self._end and (name := self._name(self._next)):
                    self._known[name] = self._next
                    self._next += ROW
                return

    def answered(self, method: str, rule: str, status: int, seconds: float, filed: int) -> None:
        """One answer, of a pattern of addresses, and the grievances whose receipt it is."""
        self.count(f"{method} {status // 100}xx {_CONVERTER.sub('<', rule)}", seconds)
        if status >= 500:
            self.count(f"{FAILED} {status}")
        for _ in range(filed):
            self.count(FILED)

    def count(self, name: str, seconds: float = 0.0) -> None:
        """One more of that name, which took so long; what finds no place is not counted."""
        with self._lock:
            row = self._known[name] if name in self._known else self._row(name)
            if row is None:
                return
            first = (row + NAME) // 8
            self._numbers[first + bisect_left(BOUNDS, seconds)] += 1
            self._numbers[first + NUMBERS - 1] += max(round(seconds * 1_000_000), 0)

    def totals(self) -> dict[str, Sequence[int]]:
        """Name -> what all workers together have in each bucket, and the sum in microseconds."""
        found: dict[str, list[int]] = defaultdict(lambda: [0] * NUMBERS)
        for place in range(self._places):
            for row in range(place * ROWS * ROW, (place + 1) * ROWS * ROW, ROW):
                if not (name := self._name(row)):
                    break
                numbers = self._numbers[(row + NAME) // 8 : (row + ROW) // 8]
                found[name] = [one + more for one, more in zip(found[name], numbers, strict=True)]
        return dict(found)

    def workers(self) -> int:
        """How many processes that joined are alive; never to be asked by one of them."""
        return sum(self._taken(place, keep=False) for place in range(self._places))

    def _taken(self, place: int, *, keep: bool) -> bool:
        """Whether a living process has it: the system takes a lock away from a process that ends, however it does."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return True
        if not keep:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
        return False

    def _name(self, row: int) -> str:
        return bytes(self._bytes[row : row + NAME]).rstrip(b"\0").decode() if self._bytes[row] else ""

    def _row(self, name: str) -> int | None:
        written = name.encode()
        if self._next >= self._end or len(written) > NAME:
            return None
        row, self._next = self._next, self._next + ROW
        self._bytes[row + 1 : row + len(written)] = written[1:]
        self._bytes[row] = written[0]  # last, so that nobody reads half of a name
        self._known[name] = row
        return row


class Shared:
    """Where the workers of this process find the board; None while nobody measures."""

    board: Board | None = None
