"""What time does to grievances, one transaction each: texts are erased, jirgas reminded, long silence closes."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Engine

from webapp import db
from webapp.audit.actions import Acting
from webapp.concerns.queries import taxonomy
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.handling.actions import lapse
from webapp.handling.queries import due
from webapp.handling.tables import TIMELY, Step
from webapp.places.queries import atlas
from webapp.vault import Vault


def lapse_all(
    engine: Engine, vault: Vault, steps: Collection[Step] = TIMELY, *, dry_run: bool = False
) -> Counter[Step]:  # fmt: skip
    """Take every step whose time has come; how many of each. Of several who do this at once, one does each."""
    done: Counter[Step] = Counter()
    at = now()
    with db.open_session(engine, writes=False) as session:
        waiting = [(step, key) for step, key in due(session, at) if step in steps]
        places, topics = (atlas(session), taxonomy(session)) if waiting else (None, None)
    for step, key in waiting:
        if dry_run or not (places and topics):
            done[step] += 1
            continue
        with db.open_session(engine, writes=True) as session, session.begin():
            world = World(places, topics, (), day_of(at))
            done[step] += lapse(Acting(session, vault, None, at), world, step, key)
    return done
