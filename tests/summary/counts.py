"""Made-up grievances for the ledger: synthetic, each with a random record key, counted here once more by hand."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from tests.factories import VAULT
from webapp.questions.rules import Dimension
from webapp.summary import actions
from webapp.summary.models import OpenRelease
from webapp.summary.rules import Cell, Counts, plus

OPENED = datetime(2026, 1, 5, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
MARCH = 2025 * 12 + 2
DISTRICTS = ("bannu", "khyber", "quetta-east", "lakki-marwat")


class Made(NamedTuple):
    """One synthetic grievance, in one dimension beside `none`."""

    area: str
    month: int
    code: str
    key: int
    confirmed: bool = False
    gathering_key: int | None = None


def made(
    count: int, codes: Sequence[str], seed: int = 1, areas: Sequence[str] = DISTRICTS, months: int = 24
) -> list[Made]:
    """Synthetic grievances, spread unevenly so that some cells hold one or two and many hold none."""
    dice = random.Random(seed)
    return [
        Made(
            dice.choices(areas, weights=range(len(areas), 0, -1))[0],
            MARCH + int(months * dice.random() ** 2),
            dice.choices(codes, weights=[2.0**-place for place in range(len(codes))])[0],
            dice.randrange(4096),
            dice.random() < 0.3,
            dice.randrange(4096) if dice.random() < 0.4 else None,
        )
        for _ in range(count)
    ]


def cells(grievances: Iterable[Made], dimension: Dimension = Dimension.CATEGORY) -> dict[Cell, Counts]:
    """What they post: each in its dimension and, but for protected ones, in `none`."""
    found: dict[Cell, Counts] = {}
    for one in grievances:
        kinds = {dimension: one.code}
        if dimension is not Dimension.PROTECTION:
            kinds[Dimension.NONE] = "total"
        for kind, code in kinds.items():
            cell = Cell(one.area, one.month, kind, code)
            found[cell] = plus(found.get(cell, Counts()), counts_of([one]))
    return found


def counts_of(grievances: Iterable[Made]) -> Counts:
    """How many, by counting them."""
    found = list(grievances)
    sure = [one for one in found if one.confirmed]
    met = [one.gathering_key for one in found if one.gathering_key is not None]
    keys = (sum(one.key for one in found), sum(met), sum(one.key for one in sure))
    return Counts(len(found), len(met), len(sure), *keys)


def negative(posted: dict[Cell, Counts]) -> dict[Cell, Counts]:
    """What takes them out again."""
    return {cell: Counts(*(-number for number in counts)) for cell, counts in posted.items()}


def opened(session: Session, at: datetime = OPENED) -> None:
    """The first release open since `at`."""
    actions.start(session, at)
    session.get_one(OpenRelease, 1).opened_at = at
    session.flush()


def publish(session: Session, posted: dict[Cell, Counts], at: datetime = OPENED, changed: int = 10) -> int:
    """Post and release at once; the number of the release."""
    actions.post(session, posted)
    return actions.release(session, VAULT, by=None, why="test", changed=lambda number: changed, at=at, force=True)


def spread(grievances: Iterable[Made]) -> Counter[int]:
    """How many cells hold one, two, three … of them."""
    return Counter(Counter((one.area, one.month, one.code) for one in grievances).values())
