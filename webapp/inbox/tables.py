"""What was promised to a jirga, in words."""

from dataclasses import dataclass
from datetime import date

from webapp import i18n
from webapp.clocks.rules import promised
from webapp.handling.labels import LATE, PROMISES
from webapp.history.rules import State, course


@dataclass(frozen=True)
class Promise:
    """What comes next, in words, and whether it is late."""

    text: str
    late: bool


def promise(state: State, today: date, language: str) -> Promise | None:
    """The next day that was promised."""
    due = promised(course(state), today)
    if due is None:
        return None
    late = due.day < today
    said = i18n.speaker(language)((LATE if late else PROMISES)[due.kind])
    return Promise(said % {"date": i18n.isolated(i18n.day(due.day, language))}, late)
