"""`python -m tests.backup.killed POINT restore FILE`: the command, killed with -9 when it comes to that point."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from webapp import backup, cli, copying, db

#: Point -> where a call kills, and which one: before it, or with half of the call done.
BEFORE_COMMIT: Mapping[str, tuple[Any, str, int]] = {
    "looked through": (db, "is_known", 1),
    "half a file": (Path, "write_bytes", 1),
    "no table": (db, "upgrade", 1),
    "half of the rows": (copying.Part, "row", 600),
    "sign-ins ended": (backup, "_set_aside", 1),
}
AFTER_COMMIT: Mapping[str, tuple[Any, str, int]] = {"all but the end": (backup, "prepare", 1)}
POINTS = {**BEFORE_COMMIT, **AFTER_COMMIT}


def kill(*_: Any) -> None:
    """This process, at once; nothing is torn down."""
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(call: Callable[..., Any], nth: int, last: Callable[..., Any]) -> Callable[..., Any]:
    """The call, but for its nth time."""
    calls = 0

    @wraps(call)
    def counting(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        return last(*given) if calls == nth else call(*given, **named)

    return counting


def half(path: Path, content: bytes) -> None:
    """Half of a file is on the disk."""
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    kill()


if __name__ == "__main__":
    place, name, nth = POINTS[sys.argv.pop(1)]
    setattr(place, name, deadly(getattr(place, name), nth, half if name == "write_bytes" else kill))
    cli.main()
