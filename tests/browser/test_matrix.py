"""What the everyday part of the journeys meets, and that the whole product is the product."""

from itertools import product

import pytest

from tests.browser import matrix
from webapp.config import LANGUAGES

WITH_SCRIPTS_ALONE = ("a lost network", "a lapsed sign-in", "the back button", "keys alone")


def test_every_day_each_language_meets_each_way() -> None:
    met = {pair for ways in matrix.EVERY_DAY.values() for pair in ways.items()}
    assert met == set(product(LANGUAGES, matrix.WAYS))


def test_every_day_a_phone_files_with_scripts_and_without_in_each_language() -> None:
    journeys = (
        "two grievances of one gathering", "a sensitive subject", "mistakes", "a lost network", "a lapsed sign-in",
    )  # fmt: skip
    met = {pair for journey in journeys for pair in matrix.EVERY_DAY[journey].items()}
    assert met >= set(product(LANGUAGES, ("360-plain", "360-scripts")))


@pytest.mark.parametrize("journey", matrix.EVERY_DAY)
def test_by_night_all(journey: str) -> None:
    """Each case once; those of every day are the only ones that are not nightly."""
    alone = journey in WITH_SCRIPTS_ALONE
    cases = matrix.made(journey, needs_scripts=alone).args[1]
    ways = [way for name, way in matrix.WAYS.items() if way[1] or not alone]
    assert [case.values[0] for case in cases] == [(language, *way) for language in LANGUAGES for way in ways]
    daily = {case.id for case in cases if not case.marks}
    assert daily == {f"{language}-{way}" for language, way in matrix.EVERY_DAY[journey].items()}
