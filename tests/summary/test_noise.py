"""The noise of published numbers: its table derived again, its promises, the method's own package as a witness."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from cell_key_perturbation.create_perturbed_table import create_perturbed_table
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from tests.summary import counts
from tests.summary.counts import Made
from webapp.summary.rules import KEYS, WEIGHTS, Counts, Figures, behind, figures, moved, protect


def derived(n: int) -> dict[int, int]:
    """The most random noise for a true count of n, in 4096ths.

    Maximum entropy with mean 0 and variance 2, at most 3 either way, publishing neither 1, 2 nor less than 0; then the
    nearest whole weights whose mean is exactly 0 and whose variance comes closest.
    """
    noise = np.array([v for v in range(-3, 4) if n + v == 0 or n + v > 2])
    exact = _most_random(noise) * KEYS
    steps = np.array(list(itertools.product(range(-3, 4), repeat=len(noise))))
    whole = np.rint(exact).astype(int) + steps
    whole = whole[(whole >= 0).all(axis=1) & (whole.sum(axis=1) == KEYS) & (whole @ noise == 0)]
    off = np.abs(whole @ noise**2 - 2 * KEYS)
    whole = whole[off == off.min()]
    distance = ((whole - exact) ** 2).sum(axis=1)
    # mirror images are equally near but for the solver's last digits; the smaller list is taken
    best = min(whole[distance < distance.min() + 0.01].tolist())
    return {int(v): weight for v, weight in zip(noise, best, strict=True) if weight}


def _most_random(noise: np.ndarray) -> np.ndarray:
    def information(p: np.ndarray) -> float:
        return float((p * np.log(np.maximum(p, 1e-12))).sum())

    wanted = [
        {"type": "eq", "fun": lambda p: p.sum() - 1},
        {"type": "eq", "fun": lambda p: p @ noise},
        {"type": "eq", "fun": lambda p: p @ noise**2 - 2},
    ]
    start = np.full(len(noise), 1 / len(noise))
    options = {"ftol": 1e-15, "maxiter": 1000}
    found = minimize(information, start, bounds=[(0, 1)] * len(noise), constraints=wanted, options=options)
    assert found.success
    return found.x


@pytest.mark.parametrize("n", range(1, 8))
def test_the_table_is_the_most_random_one(n: int) -> None:
    """Seven and more are as six."""
    assert derived(n) == WEIGHTS[min(n, 6)]


def moments(row: Mapping[int, int]) -> tuple[int, int, float]:
    """Sum, sum of noise, variance."""
    return (
        sum(row.values()),
        sum(v * weight for v, weight in row.items()),
        sum(v * v * weight for v, weight in row.items()) / KEYS,
    )


@pytest.mark.parametrize("n", WEIGHTS)
def test_noise_has_no_bias(n: int) -> None:
    """Mean exactly 0, variance 2 to three digits."""
    total, bias, variance = moments(WEIGHTS[n])
    assert (total, bias) == (KEYS, 0)
    assert variance == pytest.approx(2, abs=0.003)


def test_a_wrong_table_would_be_found() -> None:
    """The check can fail: one key moved makes a bias."""
    assert moments({**WEIGHTS[6], 1: 885, 0: 1102})[1] == 1


@pytest.mark.parametrize("n", [*range(12), 1000])
def test_what_is_published(n: int) -> None:
    """Over all keys: never 1, 2 or negative, within 3, as often as the table says, in ascending order of noise."""
    shown = [protect(n, key) for key in range(KEYS)]
    assert not {1, 2} & set(shown)
    assert min(shown) >= 0
    assert all(abs(value - n) <= 3 for value in shown)
    assert shown == sorted(shown)
    if n:
        assert {v: shown.count(n + v) for v in WEIGHTS[min(n, 6)]} == WEIGHTS[min(n, 6)]


def test_nothing_stays_nothing() -> None:
    """0 is 0 under every key, and so is a count that went below it."""
    assert {protect(n, key) for n in (0, -1) for key in (0, 1, 4095, 8191)} == {0}


def test_the_key_is_reduced_only_here() -> None:
    """Sums of keys are plain numbers; a negative delta wraps to the same key."""
    assert protect(9, 4096 * 7 + 55) == protect(9, 55) == protect(9, 55 - 4096)
    assert [protect(6, key) for key in (0, 152, 153, 610, 611, 4095)] == [3, 3, 4, 4, 5, 9]


@given(st.tuples(*[st.integers(0, 30)] * 3), st.tuples(*[st.integers(0, 10**6)] * 3))
def test_nothing_is_shown_above_grievances(numbers: tuple[int, int, int], keys: tuple[int, int, int]) -> None:
    """Neither gatherings nor confirmed, whatever their own noise is."""
    n, met, sure = numbers
    shown = figures(Counts(n, min(met, n), min(sure, n), *keys))
    assert shown.gatherings <= shown.grievances
    assert shown.confirmed <= shown.grievances
    assert not {1, 2} & set(shown)


def test_noise_alone_would_show_more_gatherings() -> None:
    """The rule above is needed: here the noise of three gatherings exceeds that of three grievances."""
    assert (protect(3, 0), protect(3, 4095)) == (0, 6)
    assert figures(Counts(3, 3, 0, 0, 4095, 0)) == Figures(0, 0, 0)


def by_the_package(people: Sequence[Made], period: str = "ever") -> dict[tuple[str, str, int], int]:
    """(area, code, period) -> what the ONS's cell-key perturbation publishes for these synthetic people and our table.

    The period is 0 for "ever", or the number of the month.
    """
    data = pd.DataFrame([one._asdict() for one in people])
    data["ever"] = 0
    sizes = range(1, int(data.groupby(["area", "code"]).size().max()) + 1)
    noise = {n: [v for v, weight in sorted(WEIGHTS[min(n, 6)].items()) for _ in range(weight)] for n in sizes}
    rows = [(n, key, value) for n, values in noise.items() for key, value in enumerate(values)]
    table = pd.DataFrame(rows, columns=["pcv", "ckey", "pvalue"])
    theirs = create_perturbed_table(data, table, ["area"], ["code", period], "key", threshold=0)
    return {(row.area, row.code, int(getattr(row, period))): int(row.count) for row in theirs.itertuples(index=False)}


def test_the_methods_own_package_agrees() -> None:
    """Of each cell of the same microdata."""
    people = counts.made(4000, ["a", "b", "c", "d", "e", "f"], seed=7, months=3)
    sizes = set()
    for (area, code, _), shown in by_the_package(people).items():
        mine = counts.counts_of(one for one in people if (one.area, one.code) == (area, code))
        assert protect(mine.grievances, mine.grievance_keys) == shown
        sizes.add(mine.grievances)
    assert len(sizes) > 12
    assert min(sizes) < 12


def test_what_a_published_number_can_stand_for() -> None:
    """Every true count that may show as it, whatever its keys, lies within the bounds, which are such counts."""
    shown: dict[int, set[int]] = {}
    for n in range(40):
        for key in range(KEYS):
            shown.setdefault(protect(n, key), set()).add(n)
    for number in range(30):
        if number in (1, 2):
            assert number not in shown
        else:
            assert behind(number) == (min(shown[number]), max(shown[number]))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, KEYS - 1), st.integers(0, KEYS - 1))
def test_a_change_that_is_shown_is_one(before: int, now: int, key: int, other: int) -> None:
    """The true change lies within its range; a set that did not change never shows a change, nor one that shrank a
    growth."""
    found = moved(protect(before, key), protect(now, other))
    if found is None:
        assert abs(now - before) <= 12
    else:
        assert found.low <= now - before <= found.high
        assert (now > before) == (found.low > 0)
        assert now != before


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [(20, 27, (1, 13)), (20, 26, None), (27, 20, (-13, -1)), (0, 7, (1, 10)), (0, 6, None), (0, 0, None)],
)
def test_the_least_change_that_is_shown(before: int, now: int, change: tuple[int, int] | None) -> None:
    """7 in large numbers."""
    assert moved(before, now) == change
