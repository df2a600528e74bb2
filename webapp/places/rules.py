"""Places as the rest of the house sees them: codes, names in three languages, what lies in what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class Place:
    """One province, division, district or tehsil; `parent` is the code of what it lies in ("" for a province)."""

    code: str
    parent: str
    names: Mapping[str, str]
    pcode: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    #: of a district: column and row on the hexagon map, odd-r offset
    tile: tuple[int, int] | None = None
    #: people in the census of 2023; None where it did not count them apart
    people: int | None = None

    def valid(self, day: date) -> bool:
        """Whether a form offers it on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Atlas:
    """The intake provinces and what lies in them, by code, in the order of the reference tables."""

    provinces: Mapping[str, Place]
    divisions: Mapping[str, Place]
    #: parent is the division
    districts: Mapping[str, Place]
    #: parent is the district
    tehsils: Mapping[str, Place]

    def province_of(self, district: str) -> str:
        """The code of the province a district lies in."""
        return self.divisions[self.districts[district].parent].parent

    @cached_property
    def tehsils_of(self) -> Mapping[str, tuple[Place, ...]]:
        """District code to its tehsils; a district without a tehsil table is not in it."""
        found: dict[str, tuple[Place, ...]] = {}
        for tehsil in self.tehsils.values():
            found[tehsil.parent] = (*found.get(tehsil.parent, ()), tehsil)
        return found

    def in_scope(self, scope: tuple[str, ...]) -> frozenset[str]:
        """The districts that a scope of province and district codes covers."""
        return frozenset(code for code in self.districts if code in scope or self.province_of(code) in scope)
