"""What time does: texts are erased, jirgas reminded, long silence closes, and what served its purpose is swept away."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp import db, logs, orm
from webapp.attempts import actions as attempts
from webapp.audit.actions import Acting
from webapp.concerns.queries import taxonomy
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.factors import actions as factors
from webapp.factors.queries import SEALED as FACTORS
from webapp.handling.actions import erase_left, lapse
from webapp.handling.queries import due
from webapp.history.tables import TIMELY, Step
from webapp.invitations import actions as invitations
from webapp.people import actions as people
from webapp.places.queries import atlas
from webapp.texts.queries import SEALED as TEXTS
from webapp.unsent import actions as unsent
from webapp.unsent.queries import SEALED as UNSENT
from webapp.uploads import actions as uploads
from webapp.uploads.queries import SEALED as UPLOADS
from webapp.vault import Vault

LOG = logging.getLogger("jirga.retention")
#: All that is sealed in the database: keys rotate under it, and what is erased of it leaves the files too.
SEALED = (*TEXTS, UPLOADS, UNSENT, FACTORS)
#: What lies beyond its purpose, without a step of its own: what it is called -> what takes it away, telling how many.
SWEEPS: Mapping[str, Callable[[Session, datetime], int]] = {
    "words that an older version left": erase_left,
    "replies that were not sent": unsent.forget,
    "sheets that were not entered": lambda session, at: uploads.forget(session, None, at),
    "sign-ins that are over": people.forget,
    "one-time codes that open nothing": invitations.forget,
    "second factors never set up, recovery codes used": factors.forget,
    "guesses that no longer count": attempts.forget,
}


class Lapsed(Counter[Step]):
    """How many of each step were taken."""

    #: how many could not be, although their time had come
    failed = 0


def lapse_all(
    engine: Engine, vault: Vault, steps: Collection[Step] = TIMELY, *, dry_run: bool = False, most: int | None = None
) -> Lapsed:  # fmt: skip
    """Take every step whose time has come, or `most` of them; how many of each. Of several at once, one does each.

    One that cannot be done is a line in the log, and keeps no other from being done.
    """
    done = Lapsed()
    at = now()
    with db.open_session(engine, writes=False) as session:
        waiting = list(islice(((step, key) for step, key in due(session, at) if step in steps), most))
        places, topics = (atlas(session), taxonomy(session)) if waiting else (None, None)
    for step, key in waiting:
        if dry_run or not (places and topics):
            done[step] += 1
            continue
        world = World(places, topics, (), day_of(at))
        try:
            with db.open_session(engine, writes=True) as session, session.begin():
                done[step] += lapse(Acting(session, vault, None, at), world, step, key)
        except OperationalError:  # the database's fault, so the rest would fail alike
            raise
        except Exception as error:  # noqa: BLE001 whatever is wrong with one of them, the texts of the others go
            done.failed += 1
            LOG.error("what is due could not be done", extra={"step": step.value, **logs.of(error)})
    return done


def sweep(engine: Engine, *, dry_run: bool = False) -> dict[str, int]:
    """Take away whatever lies beyond its purpose: how many of each kind."""
    found, at = {}, now()
    for kind, forget in SWEEPS.items():
        with db.open_session(engine, writes=True) as session, session.begin() as transaction:
            found[kind] = forget(session, at)
            if dry_run:
                transaction.rollback()
    return found


def scrub(engine: Engine) -> bool:
    """Let what was erased leave the database's files; see orm.scrub."""
    return orm.scrub(engine, [column.table.name for column in SEALED])
