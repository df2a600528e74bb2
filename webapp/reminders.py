"""What is due: said to whoever handles grievances at sign-in, and as a bare number to an office's own system."""

import logging
import os
import shlex
import subprocess
from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import current_app, g, request
from werkzeug.wrappers import Response

from webapp import db, guard, logs
from webapp.config import day_of, now
from webapp.handling.queries import proposed
from webapp.people.rules import Permission
from webapp.queue import queries

LOG = logging.getLogger("jirga.reminders")
#: The cookie that lets the next page say what is due, and for how many seconds it waits for one.
WORD, LASTS = "due", 300
#: Seconds that an office's own system has.
PATIENCE = 10


@dataclass(frozen=True)
class Due:
    """How many wait for somebody, most + 1 of each for more."""

    overdue: int
    today: int
    #: protections whose lifting another officer proposed
    proposed: int

    @property
    def most(self) -> int:
        """Where counting stops."""
        return queries.MOST


def announce(answer: Response) -> None:
    """Let the first page after a sign-in say what is due; no address and no table holds it."""
    if guard.can(Permission.HANDLE_GRIEVANCE):
        answer.set_cookie(guard.locked(WORD), "yes", max_age=LASTS, secure=guard.https(), httponly=True, samesite="Lax")


def to_say() -> Due | None:
    """What this page says: the first one after a sign-in, and the first of a day for whoever stayed signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    signed = guard.current_person() if getattr(view, "permission", None) else None
    if signed is None or not guard.can(Permission.HANDLE_GRIEVANCE):
        return None
    if guard.locked(WORD) not in request.cookies and day_of(signed.last_seen_at) == day_of(now()):
        return None
    g.said_due = True
    session, scope = db.session(), queries.scope_of(db.session(), signed, db.reference()[0], day_of(now()))
    found = queries.counts(session, scope)
    due = Due(found.overdue or 0, found.today or 0, proposed(session, signed))
    return due if due.overdue or due.today or due.proposed else None


def once(answer: FlaskResponse) -> FlaskResponse:
    """The page after the one that said it says it no more."""
    if guard.locked(WORD) in request.cookies and g.get("said_due"):
        answer.delete_cookie(guard.locked(WORD), secure=guard.https(), httponly=True, samesite="Lax")
    return answer


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
        LOG.error("the reminder hook failed", extra=logs.of(error))
        return False
    return True
