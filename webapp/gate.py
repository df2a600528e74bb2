"""How many requests a worker takes at once: whoever comes beyond is told so at once, so that no row grows long."""

import threading
from collections.abc import Callable

from flask import Flask, Response, g, request

#: So many work at the same time, as many as the database has connections for them; so many more wait for their turn.
WORKING, WAITING = 16, 32
#: Threads that have nothing to do but to say that there is no place.
REFUSING = 16
THREADS = WORKING + WAITING + REFUSING
#: Seconds that one may wait for its turn.
PATIENCE = 5
#: What is always answered: whether the process lives.
FREE = frozenset({"healthz"})


class Gate:
    """Counts requests in and out again, however they end."""

    def __init__(
        self, refuse: Callable[[], Response], working: int = WORKING, waiting: int = WAITING, patience: float = PATIENCE
    ) -> None:
        self._refuse = refuse
        self._places = threading.BoundedSemaphore(working + waiting)
        self._turns, self._patience = threading.BoundedSemaphore(working), patience

    def enter(self) -> Response | None:
        """Take a place, then wait for a turn; 503 without one. Nobody is looked up for the page that says so."""
        if request.endpoint in FREE:
            return None
        if self._places.acquire(blocking=False):
            g.held = [self._places]
            if self._turns.acquire(timeout=self._patience):
                g.held.append(self._turns)
                return None
        g.person = None
        request.get_data(cache=False)  # left unread, it would cost its sender the connection and this answer
        return self._refuse()

    def leave(self, error: BaseException | None = None) -> None:
        """Give back what this request holds."""
        for place in g.pop("held", ()):
            place.release()


def init_app(app: Flask, refuse: Callable[[], Response]) -> None:
    """Every request goes through it, before anybody asks who sends it; `refuse` gives the answer to those beyond."""
    gate = app.extensions["gate"] = Gate(refuse)
    app.before_request(gate.enter)
    app.teardown_request(gate.leave)
