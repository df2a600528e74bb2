"""The log: one JSON line an event, of a closed list of fields, so that no word, name or address of anybody has a place.

The event is what stands in the source, never filled in; an exception is told by its kind and place. stdlib only.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Field -> what may stand in it, given as `extra` of a call; anything else becomes "?".
FIELDS: Mapping[str, re.Pattern[str]] = {
    "method": re.compile("|".join((*METHODS, "other"))),
    "route": re.compile(r"-|/[\w<>:,()./ -]{0,400}", re.ASCII),
    "status": re.compile(r"[1-5][0-9]{2}"),
    "ms": re.compile(r"[0-9]{1,9}(\.[0-9])?"),
    "error": re.compile(r"[A-Za-z_]\w{0,80}", re.ASCII),
    "at": re.compile(r"([\w.]{1,80}:[0-9]{1,6} ?){0,6}", re.ASCII),
    "step": re.compile(r"[a-z_]{1,40}"),
    "file": re.compile(r"[a-z_]{1,40}\.csv"),
    "line": re.compile(r"[0-9]{1,7}"),
    "column": re.compile(r"[a-z_]{1,40}"),
}
#: What the server says of its own processes; all else that is not ours may hold what people sent.
KNOWN = re.compile(
    r"Unexpected exit from worker-\d+|Killing (old )?worker-\d+ after it refused to gracefully stop"
    r"|Worker crash loop detected, exiting|Application callable raised an exception"
    r"|Configuration allows spawning up to \d+ Python threads|Configured number of workers appears to be higher"
)
_LOGGER = re.compile(r"[A-Za-z_][\w.]{0,60}", re.ASCII)
#: Frames that tell where an exception was, the innermost last.
FRAMES = 6
LOG = logging.getLogger("jirga")


def of(error: BaseException) -> dict[str, str]:
    """The fields of an exception: its kind and where it was, nothing of its message."""
    frames, trace = [], error.__traceback__
    while trace:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {"error": type(error).__name__, "at": " ".join(frames[-FRAMES:])}


class Lines(logging.Formatter):
    """A record as one line of JSON: time in UTC, level, event, worker (its process), and the fields it was given."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        ours = record.name.partition(".")[0] == "jirga"
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": str(record.msg) if ours else _said_elsewhere(record),
            "worker": record.process,
        }
        if not ours:
            line["logger"] = _allowed(_LOGGER, record.name)
        given = of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
        for name, allowed in FIELDS.items():
            value = record.__dict__.get(name, given.get(name))
            if value is not None:
                line[name] = _allowed(allowed, value)
        return json.dumps(line)


def _allowed(pattern: re.Pattern[str], value: object) -> object:
    return value if pattern.fullmatch(str(value)) else "?"


def _said_elsewhere(record: logging.LogRecord) -> str:
    """As much of what a library says as is known to hold nothing that was sent."""
    found = KNOWN.match(str(record.msg))
    return found[0] if found else "a library said something"


#: For the server, which sets up its own loggers in each of its processes.
SERVER = {
    "formatters": {"lines": {"()": "webapp.logs.Lines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}


def start(level: str) -> None:
    """From now on this process logs like that to stderr, also what nobody caught; of libraries, what is wrong."""
    if logging.getLogger().handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("jirga").setLevel(level)
    sys.excepthook = uncaught
    threading.excepthook = lambda given: uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Python's own way to tell would show the message, and with it values."""
    LOG.critical("nobody caught an error", extra=of(error) if error else {"error": kind.__name__})


def known(method: str) -> str:
    """The method of a request, which may be any word that somebody sent."""
    return method if method in METHODS else "other"


def request(method: str, route: str, status: int, ms: float) -> None:
    """The line of a request that was answered; `route` is the pattern, never the address."""
    LOG.info("request", extra={"method": method, "route": route, "status": status, "ms": round(ms, 1)})
