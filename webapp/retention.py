"""What time does: texts are erased, jirgas reminded, long silence closes, old drafts of replies are forgotten."""

import logging
from collections import Counter
from collections.abc import Collection

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from webapp import db, logs
from webapp.audit.actions import Acting
from webapp.concerns.queries import taxonomy
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.handling.actions import lapse
from webapp.handling.queries import due
from webapp.history.tables import TIMELY, Step
from webapp.places.queries import atlas
from webapp.unsent.actions import forget
from webapp.vault import Vault

LOG = logging.getLogger("jirga.retention")


class Lapsed(Counter[Step]):
    """How many of each step were taken."""

    #: how many could not be, although their time had come
    failed = 0


def lapse_all(engine: Engine, vault: Vault, steps: Collection[Step] = TIMELY, *, dry_run: bool = False) -> Lapsed:
    """Take every step whose time has come; how many of each. Of several who do this at once, one does each.

    One that cannot be done is a line in the log, and keeps no other from being done. Replies that nobody has sent for
    a month are erased too.
    """
    done = Lapsed()
    at = now()
    if not dry_run:
        with db.open_session(engine, writes=True) as session, session.begin():
            forget(session, at)
    with db.open_session(engine, writes=False) as session:
        waiting = [(step, key) for step, key in due(session, at) if step in steps]
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
