"""Places: what lies in what, and what a newer version may change of the tables: retire and add, never rename."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.places.tables_of import Rows, changed, put
from webapp.places import actions
from webapp.places.queries import atlas
from webapp.places.rules import Place
from webapp.reference import Renamed


def test_intake_provinces_only(session: Session) -> None:
    found = atlas(session)
    assert list(found.provinces) == ["PK-KP", "PK-BA"]
    assert (len(found.divisions), len(found.tehsils)) == (15, 148)
    assert {"bannu", "khyber", "gwadar", "chaman"} < found.districts.keys()
    assert {"lahore", "islamabad", "karachi-south"}.isdisjoint(found.districts)
    assert {found.province_of(code) for code in found.districts} == {"PK-KP", "PK-BA"}
    provinces = [found.province_of(code) for code in found.districts]
    assert provinces == sorted(provinces, key=list(found.provinces).index), "in the order of the provinces"


def test_every_place_has_three_names(session: Session) -> None:
    found = atlas(session)
    for places in (found.provinces, found.divisions, found.districts, found.tehsils):
        for place in places.values():
            assert all(place.names[language].strip() for language in ("en", "ur", "ps")), place.code


def test_a_tehsil_lies_in_its_district(session: Session) -> None:
    found = atlas(session)
    assert {place.code for place in found.tehsils_of["bannu"]} >= {"bannu.domel", "bannu.bannu"}
    assert all(place.code.startswith(f"{place.parent}.") for place in found.tehsils.values())
    assert {found.province_of(district) for district in found.tehsils_of} == {"PK-KP"}


def test_what_a_scope_covers(session: Session) -> None:
    found = atlas(session)
    of_balochistan = {code for code in found.districts if found.province_of(code) == "PK-BA"}
    assert found.in_scope(("PK-BA",)) == of_balochistan
    assert found.in_scope(("PK-BA", "bannu", "chaman")) == of_balochistan | {"bannu"}
    assert found.in_scope(()) == found.in_scope(("PK-PB", "lahore", "")) == frozenset()
    assert len(found.in_scope(("PK-KP", "PK-BA"))) == len(found.districts)


def test_a_place_is_offered_between_its_days() -> None:
    place = Place("bannu", "bannu", {}, "", valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [place.valid(day) for day in days] == [False, True, True, False]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, Callable[[Rows], Rows]], None]:
    """Change a table of the next version."""
    return lambda name, change: changed(monkeypatch, tmp_path / "newer", actions, name, change)


Newer = Callable[[str, Callable[[Rows], Rows]], None]


def test_the_same_tables_again_add_nothing(session: Session, newer: Newer) -> None:
    assert actions.load(session) == 0
    newer("districts.csv", lambda rows: rows)
    assert actions.load(session) == 0


def test_a_place_is_retired_and_stays(session: Session, newer: Newer) -> None:
    newer("districts.csv", put("code", "bannu", valid_to="2026-07-01"))
    assert actions.load(session) == 0
    session.flush()
    session.expire_all()
    bannu = atlas(session).districts["bannu"]
    assert (bannu.valid(date(2026, 6, 30)), bannu.valid(date(2026, 7, 1))) == (True, False)
    assert atlas(session).districts["khyber"].valid_to is None


def test_a_new_place_comes_with_its_day(session: Session, newer: Newer) -> None:
    def split(rows: Rows) -> Rows:
        new = {**rows[0], "code": "upper-bannu", "name_en": "Upper Bannu", "valid_from": "2026-07-01"}
        return [rows[0], new, *rows[1:]]

    before = list(atlas(session).districts)
    newer("districts.csv", split)
    assert actions.load(session) == 1
    session.flush()
    session.expire_all()
    found = atlas(session)
    assert [code for code in found.districts if code != "upper-bannu"] == before
    assert list(found.districts).index("upper-bannu") == 1
    assert not found.districts["upper-bannu"].valid(date(2026, 6, 30))
    assert found.districts["upper-bannu"].valid(date(2026, 7, 1))


CHANGES: list[tuple[str, Callable[[Rows], Rows], str]] = [
    ("districts.csv", put("code", "bannu", name_en="Bano"), "bannu: name_en"),
    ("districts.csv", put("code", "bannu", name_ur="بنو"), "bannu: name_ur"),
    ("districts.csv", put("code", "bannu", division="kohat"), "bannu: division"),
    ("districts.csv", put("code", "bannu", province="PK-BA"), "bannu: province"),
    ("districts.csv", put("code", "bannu", pcode="PK999"), "bannu: pcode"),
    ("districts.csv", put("code", "bannu", code="bano"), "bannu"),
    ("districts.csv", lambda rows: rows[1:], "bannu"),
    ("districts.csv", put("code", "khyber", valid_from="2026-07-01"), "khyber: valid_from"),
    ("divisions.csv", put("code", "bannu", name_ps="بنوں"), "bannu: name_ps"),
    ("provinces.csv", put("code", "PK-KP", name_en="Pakhtunkhwa"), "PK-KP: name_en"),
    ("provinces.csv", put("code", "PK-PB", intake="yes"), "PK-PB: intake"),
    ("tehsils_kp.csv", put("code", "bannu.domel", district="khyber"), "bannu.domel: district"),
    ("tehsils_kp.csv", put("code", "bannu.domel", name_en="Domail"), "bannu.domel: name_en"),
]


@pytest.mark.parametrize(("name", "change", "said"), CHANGES)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_is_renamed(
    session: Session, newer: Newer, name: str, change: Callable[[Rows], Rows], said: str
) -> None:
    newer(name, change)
    with pytest.raises(Renamed, match=said) as refused:
        actions.load(session)
    assert "retire it with valid_to" in str(refused.value)


def test_a_newer_census_is_taken_over(session: Session, newer: Newer) -> None:
    newer("districts.csv", put("code", "bannu", population_2023="1400000"))
    assert actions.load(session) == 0


def test_places_do_not_change_their_order(session: Session, newer: Newer) -> None:
    """The rows of an old release stand in this order, and its bytes never change."""
    newer("districts.csv", lambda rows: [rows[1], rows[0], *rows[2:]])
    with pytest.raises(Renamed):
        actions.load(session)
