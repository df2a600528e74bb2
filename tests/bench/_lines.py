"""One benchmark line, and what Linux says of a running worker."""

import json
import os
from pathlib import Path
from typing import NamedTuple


class Line(NamedTuple):
    """A measured value beside its floor (the least that this machine needs for it) and its target."""

    name: str
    value: float
    unit: str
    floor: float | None
    n: int
    target: float | None

    def print(self) -> None:
        """As one JSON object on one line."""
        ratio = round(self.value / self.floor, 2) if self.floor else None
        floor = None if self.floor is None else round(self.floor, 2)
        told = {**self._asdict(), "value": round(self.value, 2), "floor": floor, "ratio": ratio}
        print(json.dumps(told), flush=True)


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds by itself (proportional share of what it shares)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("\nRss:")[1].split()[0]) / 1024
