"""What is due: said to whoever handles grievances at sign-in, and as a bare number to an office's own system."""

import logging
import os
import shlex
import subprocess
from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import current_app, g, request, url_for
from werkzeug.wrappers import Response

from webapp import db, guard
from webapp.config import day_of, now
from webapp.handling.queries import proposed, waiting
from webapp.people.rules import Permission

LOG = logging.getLogger("jirga.reminders")
#: The cookie that lets the next page say what is due, and for how many seconds it waits for one.
WORD, LASTS = "due", 300
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


def announce(answer: Response) -> None:
    """Let the first page after a sign-in say what is due, if anything is; no address and no table holds it."""
    if _due():
        answer.set_cookie(WORD, "yes", max_age=LASTS, secure=guard.https(), httponly=True, samesite="Lax")


def to_say() -> Due | None:
    """What this page says: the first one after a sign-in, and the first of a day for whoever stayed signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    signed = guard.current_person() if getattr(view, "permission", None) else None
    if signed and (WORD in request.cookies or day_of(signed.last_seen_at) < day_of(now())):
        g.said_due = True
        return _due()
    return None


def once(answer: FlaskResponse) -> FlaskResponse:
    """The page after the one that said it says it no more."""
    if WORD in request.cookies and g.get("said_due"):
        answer.delete_cookie(WORD, secure=guard.https(), httponly=True, samesite="Lax")
    return answer


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
