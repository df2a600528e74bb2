"""The audit log's sealer: a thread in each worker of the server that seals what was done within some seconds."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from webapp import db, logs
from webapp.audit import actions, queries
from webapp.audit.rules import MOST_MEMBERS, Horizon
from webapp.config import now
from webapp.grievances.queries import CHAINED
from webapp.retention import lapse_all, scrub, sweep
from webapp.standstill import settle_lately
from webapp.vault import Vault

LOG = logging.getLogger("jirga.sealer")
#: Seconds from look to look.
PAUSE = 2.5
MINUTE, HOUR = 60, 3600
#: Of what is due so much in one go: whoever has years of it to do seals meanwhile.
MOST_DUE = 500
#: Shutdowns marked so long ago are looked at once more, every minute and every hour: what came in meanwhile is late.
JUST_NOW, LATELY = timedelta(minutes=3), timedelta(days=1)


def seal_all(engine: Engine, vault: Vault, after: Mapping[str, int] | None = None) -> int:
    """Seal all that is not sealed, one transaction a seal, so that nobody waits long; how many were sealed."""
    done, moved = 0, dict(after or {})
    while True:
        with db.open_session(engine, writes=True) as session, session.begin():
            count = actions.seal(session, vault, CHAINED, now(), moved)
        done += count
        if count < MOST_MEMBERS:
            return done


class Sealer(threading.Thread):
    """Looks every PAUSE seconds until it is stopped, or the process ends: what it has not committed is undone then."""

    def __init__(self, engine: Engine, vault: Vault, pause: float = PAUSE) -> None:
        super().__init__(name="sealer", daemon=True)
        self._engine, self._vault, self._pause = engine, vault, pause
        self._horizon, self._failing = Horizon(), False
        self._tidied, self._moved = 0.0, 0.0
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Wait for the look that it may be at."""
        self._stopped.set()
        self.join()

    def run(self) -> None:
        """A database that is away, or a row that cannot be read, is one line in the log; then it tries again."""
        while not self._stopped.wait(self._pause):
            try:
                self.look()
            except (SQLAlchemyError, *queries.UNREADABLE) as error:
                if not self._failing:
                    LOG.error("the audit log is not being sealed", extra=logs.of(error))
                self._failing = True
            else:
                self._failing = False
            self._tidy(time.monotonic())

    def _tidy(self, moment: float) -> None:
        """Once an hour, sweep away what has had its purpose, and do to grievances what is due by now.

        Once a minute, settle what waits in districts whose clocks were just stopped, or run again.
        """
        hourly, minutely = not self._tidied or moment - self._tidied > HOUR, moment - self._moved > MINUTE
        if not (hourly or minutely):
            return
        self._moved, self._tidied = moment, moment if hourly else self._tidied
        self._attempt(lambda: settle_lately(self._engine, now() - (LATELY if hourly else JUST_NOW)))
        if hourly:
            self._attempt(lambda: sweep(self._engine))
            self._attempt(lambda: lapse_all(self._engine, self._vault, most=MOST_DUE))
            self._attempt(lambda: scrub(self._engine))

    def _attempt(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 whatever is wrong here, the log goes on being sealed
            LOG.error("what is due was not done", extra=logs.of(error))

    def look(self) -> int:
        """Seal what there is; without anything to seal it takes no lock. How many were sealed."""
        moment = time.monotonic()
        after = self._horizon.at(moment)
        with db.open_session(self._engine, writes=False) as session:
            highest = queries.highest(session, CHAINED)
            found = queries.is_unsealed(session, CHAINED, after)
        sealed = seal_all(self._engine, self._vault, after) if found else 0
        self._horizon.looked(moment, highest)
        return sealed
