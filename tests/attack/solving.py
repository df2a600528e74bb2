"""Somebody who downloads every table and computes what the true counts can be: an integer program, synthetic counts.

The attacker knows more than anybody: all is counted by district, and which districts, subjects and months can hold any.
"""

import itertools
import random
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from sqlalchemy.orm import Session

from tests.summary import counts
from webapp.concerns.rules import Taxonomy
from webapp.grievances.rules import Facts, Heard, Status, contribution
from webapp.places.rules import Atlas
from webapp.questions.rules import Area, Dimension, Period, Question, Unit
from webapp.summary.queries import Table, table
from webapp.summary.rules import WEIGHTS, Cell, Counts, members, plus, rows_of

#: Two of one division, three of one province, one alone.
DISTRICTS = ("bannu", "lakki-marwat", "khyber", "quetta-east")
#: Of three categories, which share five themes.
SUBJECTS = (
    "operation_consultation", "checkpost_treatment", "displacement_order", "safe_return", "house_damage",
    "damage_survey",
)  # fmt: skip
#: The last of one quarter and the first two of the next.
MONTHS = (2025 * 12 + 2, 2025 * 12 + 3, 2025 * 12 + 4)
UNKNOWNS = tuple(itertools.product(DISTRICTS, SUBJECTS, MONTHS))
#: The dimensions whose rows follow from the subject.
BY = (Dimension.NONE, Dimension.CATEGORY, Dimension.SUBCATEGORY, Dimension.THEME)
#: Bits, one for each unknown: the set of grievances that a published number counts.
Set = int


class Told(NamedTuple):
    """What is known of a sum of unknowns: its bounds, and the published number if there is one."""

    least: int
    most: int
    shown: int | None = None


def filed(taxonomy: Taxonomy, atlas: Atlas, seed: int) -> list[Facts]:
    """20 to 60 synthetic grievances in 72 cells; some districts and subjects have more of them than others."""
    dice = random.Random(f"sparse {seed}")
    common = [[dice.random() ** 2 for _ in part] for part in (DISTRICTS, SUBJECTS, MONTHS)]
    return [
        facts(taxonomy, atlas, dice.randrange(4096), *(dice.choices(part, often)[0] for part, often in zip(
            (DISTRICTS, SUBJECTS, MONTHS), common, strict=True)))
        for _ in range(dice.randint(20, 60))
    ]  # fmt: skip


def facts(taxonomy: Taxonomy, atlas: Atlas, key: int, district: str, subject: str, month: int) -> Facts:
    """One synthetic grievance."""
    topic = taxonomy.subcategories[subject]
    return Facts(
        record_key=key, month=month, district=district, province=atlas.province_of(district), category=topic.category,
        subcategory=subject, sensitivity=topic.sensitivity, themes=topic.themes, urgency="normal",
        status=Status.SUBMITTED, outcome=None, confidentiality="district_officials", threatened=False, consented=True,
        remedies=(), start_year=None, households=None,
    )  # fmt: skip


def posted(grievances: Iterable[Facts]) -> dict[Cell, Counts]:
    """What they add to the ledger, each from a gathering of its own."""
    found: dict[Cell, Counts] = {}
    for one in grievances:
        for cell, counted in contribution(Heard(one.record_key, None, None, None, None), [one]).items():
            found[cell] = plus(found.get(cell, Counts()), counted)
    return found


def truth(grievances: Iterable[Facts]) -> "np.ndarray":
    """The unknowns, by counting."""
    found = np.zeros(len(UNKNOWNS), dtype=int)
    for one in grievances:
        found[UNKNOWNS.index((one.district, one.subcategory, one.month))] += 1
    return found


def downloaded(session: Session, atlas: Atlas, taxonomy: Taxonomy) -> dict[Set, Told]:
    """What every table of the last release tells; a set met by many routes must show one number."""
    found: dict[Set, Told] = {}
    for area, by, every in itertools.product(Area, BY, (None, *Unit)):
        asked = Question(area, by, every=every)
        own = members(asked, atlas, rows_of(asked, atlas, counts.OPENED.date()))
        read = table(session, asked, own, 1)
        for whole, shown in _numbers(asked, read, own, taxonomy):
            known = found.setdefault(whole, possible(shown))
            assert known.shown == shown, "two numbers for one set"
    return found


def _numbers(
    asked: Question, read: Table, own: Mapping[str, str], taxonomy: Taxonomy
) -> Iterator[tuple[Set, int]]:  # fmt: skip
    """Every number of a table with the set that it counts; what is not shown is 0."""
    units = {month // _length(asked.every) for month in MONTHS}
    codes = {code for subject in SUBJECTS for code in _codes(asked.by, subject, taxonomy)}
    for row, unit, code in itertools.product({own[district] for district in DISTRICTS}, units, codes):
        whole = chosen(
            own[district] == row and month // _length(asked.every) == unit
            and code in _codes(asked.by, subject, taxonomy)
            for district, subject, month in UNKNOWNS
        )  # fmt: skip
        cell = read.cells.get((row, unit if asked.every else 0, code))
        yield whole, cell.grievances if cell else 0


def _length(every: Unit | None) -> int:
    return len(Period(every, 0).months or ()) or 10**6


def _codes(by: Dimension, subject: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    topic = taxonomy.subcategories[subject]
    return {
        Dimension.NONE: ("total",), Dimension.CATEGORY: (topic.category,), Dimension.SUBCATEGORY: (subject,),
        Dimension.THEME: topic.themes,
    }[by]  # fmt: skip


def chosen(inside: Iterable[bool]) -> Set:
    """The unknowns for which it is true."""
    return sum(1 << place for place, here in enumerate(inside) if here)


def possible(shown: int) -> Told:
    """The true counts that the public table of noise allows for a published number; they have no gaps."""
    true = [n for n in range(max(0, shown - 3), shown + 4) if shown - n in (WEIGHTS[min(n, 6)] if n else (0,))]
    assert true == list(range(true[0], true[-1] + 1))
    return Told(true[0], true[-1], shown)


def exactly(found: Mapping[Set, Told], true: "np.ndarray", fewest: int = 0) -> dict[Set, Told]:
    """The same tables without noise; numbers below `fewest` but 0 are hidden."""
    told = {}
    for whole in found:
        n = int(true[_places(whole)].sum())
        told[whole] = Told(1, fewest - 1) if 0 < n < fewest else Told(n, n, n)
    return told


def _places(whole: Set) -> list[int]:
    return [place for place in range(len(UNKNOWNS)) if whole >> place & 1]


class Attack:
    """The integer program of what is told: each sum within its bounds.

    With `compare` the attacker also uses that equal sets show equal numbers: where a wider set shows another one, what
    lies between is not empty.
    """

    def __init__(self, told: Mapping[Set, Told], *, compare: bool = False) -> None:
        bounds = dict(told)
        for whole in _not_empty(told) if compare else ():
            least, most, shown = bounds.get(whole, Told(0, 10**6))
            bounds[whole] = Told(max(1, least), most, shown)
        matrix = np.array([[whole >> place & 1 for place in range(len(UNKNOWNS))] for whole in bounds])
        least, most, _ = zip(*bounds.values(), strict=True)
        self._sums = LinearConstraint(csr_array(matrix), least, most)
        self._most = Bounds(0, [told[1 << place].most for place in range(len(UNKNOWNS))])

    def best(self, weights: "np.ndarray") -> "np.ndarray":
        """Possible counts for which the weighted sum is least."""
        found = milp(weights, integrality=1, bounds=self._most, constraints=self._sums)
        assert found.success, found.message
        return np.rint(found.x).astype(int)

    def pinned(self, true: "np.ndarray", suspected: Collection[int]) -> list[int]:
        """Those of the suspected unknowns that can have no other value than the true one.

        Whatever possible counts differ from the truth somewhere clear all these places at once.
        """
        left, dice = list(suspected), np.random.default_rng(1)
        weights = [np.ones(len(UNKNOWNS)), -np.ones(len(UNKNOWNS)), *dice.normal(size=(6, len(UNKNOWNS)))]
        for one in weights:
            found = self.best(one)
            left = [place for place in left if found[place] == true[place]]
        return [place for place in left if len(set(self.range(place))) == 1]

    def range(self, place: int) -> tuple[int, int]:
        """The least and the most that an unknown can be."""
        weights = np.zeros(len(UNKNOWNS))
        weights[place] = 1
        return int(self.best(weights)[place]), int(self.best(-weights)[place])


def _not_empty(told: Mapping[Set, Told]) -> list[Set]:
    """What lies between two sets with different numbers; of several that lie in each other the smallest."""
    known = [(whole, one.shown) for whole, one in told.items() if one.shown is not None]
    between = {
        wide & ~narrow
        for (narrow, few), (wide, many) in itertools.permutations(known, 2)
        if few != many and narrow & ~wide == 0
    }
    smallest: list[Set] = []
    for one in sorted(between, key=int.bit_count):
        if not any(other & ~one == 0 for other in smallest):
            smallest.append(one)
    return smallest
