"""The hexagon map: its geometry, its classes, and colours that can be told apart without any hue."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.house import sources
from webapp.export import tiles
from webapp.places.queries import atlas

#: How many times as light a class is as the next one, at least, and how clear its number is on it (WCAG 2.2, 1.4.3).
STEP, READABLE = 1.25, 4.5
CSS = (sources.STATIC / "charts.css").read_text("utf-8")


@given(st.lists(st.integers(min_value=0, max_value=200_000)))
def test_five_classes_hold_every_number(numbers: list[int]) -> None:
    """Round limits in order; the last one is reached by whatever is large enough."""
    bounds = tiles.limits(numbers)
    assert len(bounds) == tiles.CLASSES - 1
    assert list(bounds) == sorted(set(bounds))
    assert all(str(bound).strip("0") in ("1", "2", "5") for bound in bounds)
    for number in numbers:
        place = tiles.class_of(number, bounds)
        assert 1 <= place <= tiles.CLASSES
        assert (0, *bounds)[place - 1] <= number
        assert place == tiles.CLASSES or number < bounds[place - 1]
    if max(numbers, default=0) >= 50:
        assert tiles.class_of(max(numbers), bounds) == tiles.CLASSES


def test_limits_follow_what_is_shown() -> None:
    assert tiles.limits([]) == tiles.limits([34]) == (5, 10, 20, 50)
    assert tiles.limits([99, 7]) == (5, 10, 20, 50)
    assert tiles.limits([700, 3]) == (50, 100, 200, 500)


def test_tiles_fit_together() -> None:
    """Neighbours share an edge, whether their row is odd or not, and others share none."""
    frame = tiles.frame([(0, 0), (3, 3)])
    for place, neighbours in {
        (1, 1): [(0, 1), (2, 1), (1, 0), (2, 0), (1, 2), (2, 2)],
        (1, 2): [(0, 2), (2, 2), (0, 1), (1, 1), (0, 3), (1, 3)],
    }.items():
        for other in neighbours:
            assert tiles.border({place: "one", other: "two"}, frame).count("M") == 1
            assert tiles.border({place: "one", other: "one"}, frame) == ""
    assert tiles.border({(0, 0): "one", (2, 0): "two"}, frame) == ""


def test_every_district_has_a_place_of_its_own_within_the_frame(session: Session) -> None:
    """And a label that stays inside, however far out it stands."""
    found = atlas(session)
    places = [one.tile for one in found.districts.values() if one.tile]
    assert len(places) == len(set(places)) == len(found.districts)
    frame = tiles.frame(places)
    for place in places:
        x, y = tiles.centre(place, frame)
        assert tiles.HALF <= x <= frame.width - tiles.HALF
        assert tiles.MARGIN + 2 * tiles.QUARTER <= y <= frame.height - 2 * tiles.QUARTER
        label = "Lower South Waziristan: 1,234"
        half = len(label) * tiles.LETTER / 2
        assert half - 1 <= x + tiles.shift((x, y), label, frame) <= frame.width - half + 1


def light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def colours() -> list[str]:
    """Of the classes, the first one first."""
    return [re.findall(rf"\.k{place} {{ fill: (#[0-9a-f]{{6}});", CSS)[0] for place in range(1, tiles.CLASSES + 1)]


def test_classes_differ_in_lightness_alone() -> None:
    """Whoever sees no hue, or prints in grey, sees the same order."""
    assert all(contrast(one, other) >= STEP and light(one) > light(other) for one, other in pairwise(colours()))
    assert contrast("#82aeb9", "#80adb9") < STEP


@pytest.mark.parametrize("place", range(1, tiles.CLASSES + 1))
def test_a_number_can_be_read_on_its_tile(place: int) -> None:
    text = "#ffffff" if place == tiles.CLASSES else "#000000"
    assert ".numbers .n5 { fill: #fff; }" in CSS
    assert ".numbers text { display: none; fill: #000;" in CSS
    assert contrast(colours()[place - 1], text) >= READABLE
