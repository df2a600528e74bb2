"""Geometry of the hexagon map and the classes of its numbers. Pure; lengths are units of the drawing."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

#: Half the width of a tile, and a quarter of its height: a hexagon that stands on a corner, all of it whole numbers.
HALF, QUARTER = 14, 8
#: Room above the map for the label of its first row.
MARGIN = 24
#: What a letter of a label is wide, at most.
LETTER = 7.5
CLASSES = 5
#: Nothing below 3 is ever shown, so that classes begin with 5.
ROUND = tuple(first * 10**power for power in range(7) for first in (5, 10, 20))
#: From the middle, clockwise, the top first.
CORNERS = (
    (0, -2 * QUARTER), (HALF, -QUARTER), (HALF, QUARTER), (0, 2 * QUARTER), (-HALF, QUARTER), (-HALF, -QUARTER),
)  # fmt: skip

Point = tuple[int, int]
#: column and row, odd-r offset: odd rows stand half a tile further
Place = tuple[int, int]


class Frame(NamedTuple):
    """The part of the plane that a map needs: its first column and row, its width and height."""

    column: int
    row: int
    width: int
    height: int


def frame(places: Collection[Place]) -> Frame:
    """The frame around tiles, of which there is one at least."""
    columns, rows = [column for column, _ in places], [row for _, row in places]
    width = (max(columns) - min(columns) + 1) * 2 * HALF + HALF
    height = (max(rows) - min(rows)) * 3 * QUARTER + 4 * QUARTER
    return Frame(min(columns), min(rows), width + 4, height + MARGIN + 4)


def centre(place: Place, within: Frame) -> Point:
    """The middle of a tile. North is up and east is right in every language: this is no text."""
    column, row = place
    across = (column - within.column) * 2 * HALF + (row % 2) * HALF + HALF
    return across + 2, (row - within.row) * 3 * QUARTER + 2 * QUARTER + MARGIN + 2


def outline(middle: Point = (0, 0)) -> str:
    """A tile as the data of a path."""
    x, y = middle
    return f"M{x} {y - 2 * QUARTER}l{HALF} {QUARTER}v{2 * QUARTER}l-{HALF} {QUARTER}-{HALF}-{QUARTER}v-{2 * QUARTER}z"


def border(areas: Mapping[Place, str], within: Frame) -> str:
    """The edges between tiles of different areas as the data of a path; "" where there are none."""
    edges: dict[frozenset[Point], set[str]] = {}
    for place, area in areas.items():
        x, y = centre(place, within)
        corners = [(x + across, y + down) for across, down in CORNERS]
        for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
            edges.setdefault(frozenset((start, end)), set()).add(area)
    between = sorted(sorted(edge) for edge, sides in edges.items() if len(sides) > 1)
    return "".join(f"M{x} {y}L{to_x} {to_y}" for (x, y), (to_x, to_y) in between)


def shift(middle: Point, label: str, within: Frame) -> int:
    """How far the middle of a label stands from its tile's, so that it does not reach out of the map."""
    room = min(len(label) * LETTER, within.width) / 2
    return round(min(max(middle[0], room), within.width - room)) - middle[0]


def limits(numbers: Collection[int]) -> tuple[int, ...]:
    """The lowest number of each class but the first, which begins with 0: four in a row of 5, 10, 20, 50, 100 …

    The highest is the last one that any number reaches, and 50 at least; so the classes follow what is shown.
    """
    most = max(numbers, default=0)
    found = [limit for limit in ROUND if limit <= most]
    return tuple(found[1 - CLASSES :]) if len(found) >= CLASSES else ROUND[: CLASSES - 1]


def class_of(number: int, bounds: Sequence[int]) -> int:
    """1 to 5."""
    return 1 + sum(number >= bound for bound in bounds)
