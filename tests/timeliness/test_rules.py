"""What may be published of the service: no numbers of few, none above the whole, and no sharp edge. All synthetic."""

import random
from dataclasses import replace

import pytest

from tests.timeliness.recount import PROMISED, nearest
from webapp.concerns.rules import Urgency
from webapp.questions.rules import Area, Unanswerable
from webapp.summary.rules import protect
from webapp.timeliness import rules
from webapp.timeliness.rules import Asked, Counts, Tally, asked

NOTHING = Counts(*[0] * 10, None, None, None, None)


@pytest.mark.parametrize("urgency", Urgency)
def test_in_time(urgency: Urgency) -> None:
    """By the last promised day, not a day later, and never without an answer."""
    days = PROMISED[urgency.value]
    assert rules.in_time(urgency, 0)
    assert rules.in_time(urgency, days)
    assert not rules.in_time(urgency, days + 1)
    assert not rules.in_time(urgency, None)


def days(number: int, seed: int) -> tuple[Tally, list[int]]:
    """So many that were acknowledged, each after some days."""
    dice, tally = random.Random(seed), Tally()
    waited = [int(dice.expovariate(1 / 9)) for _ in range(number)]
    for day in waited:
        tally.count("received", 1, key := dice.randrange(4096))
        tally.count("acknowledged", 1, key)
        tally.acknowledged_after[day] += 1
    return tally, waited


def test_days_are_those_of_a_rank_near_the_nearest() -> None:
    """Within three ranks, the half never above the nine of ten; nothing of fewer than twenty."""
    some = set()
    for number in range(200):
        tally, waited = days(number, seed=number)
        one = rules.counts(tally)
        assert (one.acted_median, one.acted_p90) == (None, None)
        if one.acknowledged_median is None or one.acknowledged_p90 is None:
            assert number <= 25
            assert one.acknowledged_p90 is None
            continue
        assert number >= rules.FEWEST
        for found, percent in ((one.acknowledged_median, 50), (one.acknowledged_p90, 90)):
            low, high = nearest(waited, percent)
            assert low <= found <= high
        assert one.acknowledged_median <= one.acknowledged_p90
        some.add(one.acknowledged_median == sorted(waited)[(number + 1) // 2 - 1])
    assert some == {True, False}


def test_the_same_set_shows_the_same_days() -> None:
    """Whatever it is asked for: they follow from the set alone."""
    assert rules.counts(days(60, seed=3)[0]) == rules.counts(days(60, seed=3)[0])


@pytest.mark.parametrize("others", [1, 2, 3, 4])
def test_days_do_not_tell_how_many_others_there_are(others: int) -> None:
    """Who files half of a cell early and half late, one more or less each time, meets no edge at the true number."""
    dice, shown = random.Random(others), set[tuple[int, int | None]]()
    for _ in range(200):
        for more in range(-4, 9):
            early, late = 40 + more, 40
            found = rules.percentile({0: early, 10: others, 30: late}, dice.randrange(4096 * 80), 50)
            shown.add((more, found))
    for more in range(-1, 5):
        assert len({found for moved, found in shown if moved == more}) > 1


def test_the_limit_does_not_tell_how_many_others_there_are() -> None:
    """A cell of one true number may be shown or not; what is shown has twenty or more."""
    cells = [[NOTHING._replace(received=number, received_keys=key) for key in range(4096)] for number in range(40)]
    shown = [{rules.publishable(one) for one in same} for same in cells]
    assert all(shown[number] == {False} for number in range(20))
    assert all(shown[number] == {True, False} for number in range(20, 26))
    assert all(shown[number] == {True} for number in range(26, 40))


def test_nothing_is_shown_above_the_whole() -> None:
    """Each number by itself is protected as all are; parts are capped."""
    dice, capped = random.Random(5), set()
    for _ in range(3000):
        received = dice.randrange(23, 60)
        keys = [dice.randrange(4096 * 60) for _ in range(5)]
        acted = dice.choice((received, dice.randrange(received)))
        one = Counts(
            received, keys[0], dice.choice((received, 0)), keys[1], acted, keys[2], 1, keys[3], acted, keys[4],
            None, None, None, None,
        )  # fmt: skip
        found = rules.shown(one)
        assert found.received == protect(received, keys[0])
        assert max(found.in_time, found.acted, found.reopened) <= found.received
        assert found.confirmed <= found.acted
        assert found.reopened not in (1, 2)
        capped.add(found.confirmed < protect(acted, keys[4]))
    assert capped == {True, False}


def test_what_cannot_be_true() -> None:
    good = Counts(30, 9, 20, 9, 25, 9, 5, 9, 25, 9, 2, 2, None, None)
    assert not rules.inconsistent(good)
    assert not rules.inconsistent(NOTHING)
    for change in (
        {"received": 24}, {"in_time": 31}, {"reopened": -1}, {"confirmed": 26}, {"acknowledged_median": 3},
        {"acknowledged_p90": None}, {"acknowledged_median": -1}, {"acted_keys": -1},
    ):  # fmt: skip
        assert rules.inconsistent(good._replace(**change)), change


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, Asked()),
        ({"area": ["district"], "office": ["pdma"], "year": ["2025"], "release": ["3"]},
         Asked(Area.DISTRICT, "pdma", 2025, 3)),
        ({"area": [""], "office": [""], "year": ["all"], "release": [""]}, Asked()),
        ({"year": ["۲۰۲۵"]}, replace(Asked(), year=2025)),
    ],
    ids=["nothing", "everything", "empty", "urdu digits"],
)  # fmt: skip
def test_a_question(given: dict[str, list[str]], found: Asked) -> None:
    assert asked(given) == found


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"area": ["tehsil"]}, "area", "not_listed"),
        ({"office": ["army"]}, "office", "not_listed"),
        ({"year": ["2025-03"]}, "year", "bad_year"),
        ({"year": ["25"]}, "year", "bad_year"),
        ({"release": ["-1"]}, "release", "bad_release"),
        ({"area": ["district", "district"]}, "area", "given_twice"),
        ({"sort": ["received"]}, "sort", "unknown_name"),
    ],
    ids=["area", "office", "month", "short", "release", "twice", "unknown"],
)
def test_a_bad_question(given: dict[str, list[str]], field: str, code: str) -> None:
    with pytest.raises(Unanswerable) as refused:
        asked(given)
    assert (refused.value.field, refused.value.code) == (field, code)
