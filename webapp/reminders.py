"""What is due: said to whoever handles grievances at sign-in, and as a bare number to an office's own system."""

import logging
import os
import shlex
import subprocess
from dataclasses import dataclass

from flask import current_app, request, url_for

from webapp import db, guard
from webapp.config import day_of, now
from webapp.handling.queries import proposed, waiting
from webapp.people.rules import Permission

LOG = logging.getLogger("jirga.reminders")
#: The word in an address that lets its page say what is due.
WORD = "due"
#: Nobody counts further at sign-in.
MOST = 1000
#: Seconds that an office's own system has.
PATIENCE = 10


@dataclass(frozen=True)
class Due:
    """How many wait for somebody, up to MOST of each."""

    overdue: int
    today: int
    #: protections whose lifting another officer proposed
    proposed: int

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.proposed)

    @property
    def most(self) -> int:
        """What is told as "so many or more"."""
        return MOST

    @property
    def queue(self) -> str | None:
        """Where they are listed."""
        return url_for("desk.queue") if "desk.queue" in current_app.view_functions else None


def announced(where: str) -> str:
    """The address of the first page after a sign-in, which says what is due if anything is."""
    return f"{where}{'&' if '?' in where else '?'}{WORD}=yes" if _due() else where


def to_say() -> Due | None:
    """What this page says: the first one after a sign-in, and the first of a day for whoever stayed signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    signed = guard.current_person() if getattr(view, "permission", None) else None
    if signed and (request.args.get(WORD) == "yes" or day_of(signed.last_seen_at) < day_of(now())):
        return _due()
    return None


def _due() -> Due | None:
    if not guard.can(Permission.HANDLE_GRIEVANCE):
        return None
    session, signed = db.session(), guard.person()
    overdue, today = waiting(session, day_of(now()), signed, MOST)
    return Due(overdue, today, proposed(session, signed)) or None


def tell(hook: str, number: int) -> bool:
    """Give an office's own system the number and nothing else; False, and a line in the log, when it did not take it.

    `hook` is a command line; no shell reads it, and of our environment it gets PATH and LANG.
    """
    given = {"PATH": os.environ.get("PATH", os.defpath), "LANG": os.environ.get("LANG", "C.UTF-8")}
    silent = subprocess.DEVNULL
    try:
        subprocess.run(  # noqa: S603 the operator's own command
            [*shlex.split(hook), str(number)], env=given, timeout=PATIENCE, check=True,
            stdin=silent, stdout=silent, stderr=silent,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        LOG.error("the reminder hook failed: %s", type(error).__name__)
        return False
    return True
