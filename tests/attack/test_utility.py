"""What protection costs: how far the published totals of districts and years lie from the true ones."""

import random
from collections.abc import Callable
from statistics import fmean

import pytest
from sqlalchemy.orm import Session

from tests.bench import _synthetic as synthetic
from webapp.concerns.queries import taxonomy
from webapp.places.queries import atlas
from webapp.questions.rules import Dimension
from webapp.summary.rules import Counts, bare, figures, plus

#: Other draws of all record keys, so that one lucky or unlucky draw tells little.
DRAWS = 40
FURTHEST, BIAS = 1.5, 0.05


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "count", [pytest.param(10_000, id="by-day"), pytest.param(100_000, id="all", marks=pytest.mark.nightly)]
)
def test_totals_of_districts_and_years_are_close(
    session: Session, count: int, record_property: Callable[[str, object], None]
) -> None:
    """Protected against bare, of synthetic grievances counted by the product."""
    totals: dict[tuple[str, int], Counts] = {}
    for release in range(synthetic.RELEASES):
        posted = synthetic.contributions((atlas(session), taxonomy(session)), release, count // synthetic.RELEASES)
        for cell, found in posted.items():
            if cell.dimension == Dimension.NONE and not cell.area.startswith("PK-"):
                whole = cell.area, cell.month // 12
                totals[whole] = plus(totals.get(whole, Counts()), found)
    off = [error(found) for found in totals.values()]
    dice = random.Random(count)
    again = [
        error(found._replace(grievance_keys=dice.randrange(4096))) for found in totals.values() for _ in range(DRAWS)
    ]
    figures_of = [f"{fmean(map(abs, errors)):.2f}, bias {fmean(errors):+.3f}" for errors in (off, again)]
    said = (
        f"{count:,} grievances, {len(totals)} totals of a district and year: mean absolute error {figures_of[0]}; "
        f"over {DRAWS} other draws of the keys {figures_of[1]}"
    )
    print(said)
    record_property("utility", said)
    assert fmean(map(abs, off)) < FURTHEST
    assert fmean(map(abs, again)) < FURTHEST
    assert abs(fmean(again)) < BIAS


def error(found: Counts) -> int:
    """By how much the published number is higher."""
    return figures(found).grievances - bare(found).grievances
