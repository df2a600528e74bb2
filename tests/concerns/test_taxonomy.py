"""The taxonomy: fourteen categories, and what a newer version may change of it: retire and add, never redefine."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.places.tables_of import Rows, changed, put
from webapp.concerns import actions
from webapp.concerns.queries import taxonomy
from webapp.concerns.rules import THEMES, Sensitivity
from webapp.reference import Renamed

Newer = Callable[[Callable[[Rows], Rows]], None]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Newer:
    """Change the taxonomy of the next version."""
    return lambda change: changed(monkeypatch, tmp_path / "newer", actions, "taxonomy.csv", change)


def test_what_stands_in_it(session: Session) -> None:
    found = taxonomy(session)
    assert (len(found.categories), len(found.subcategories)) == (14, 103)
    sizes = Counter(topic.category for topic in found.subcategories.values())
    assert sizes.keys() == found.categories.keys()
    assert all(len(found.of(code)) == number for code, number in sizes.items())
    assert min(sizes.values()) >= 6
    for topic in (*found.categories.values(), *found.subcategories.values()):
        assert all(topic.labels[language].strip() for language in ("en", "ur", "ps")), topic.code
    for topic in found.subcategories.values():
        assert topic.themes
        assert set(topic.themes) <= THEMES.keys()


def test_the_four_subjects_of_a_person(session: Session) -> None:
    found = {topic.code for topic in taxonomy(session).subcategories.values() if topic.person_asked}
    assert found == {"sexual_violence", "domestic_forced_marriage", "child_protection", "aid_abuse"}


def test_what_a_jirga_demands_aloud_is_counted_by_district(session: Session) -> None:
    topics = taxonomy(session).subcategories
    for demand, single in (("armed_crime_demand", "armed_extortion"), ("missing_held_demand", "missing_person")):
        assert topics[demand].sensitivity is not Sensitivity.REFERRAL_ONLY
        assert topics[single].sensitivity is Sensitivity.REFERRAL_ONLY


def test_the_same_again_adds_nothing(session: Session) -> None:
    assert actions.load(session) == 0


def test_a_topic_is_retired_and_stays(session: Session, newer: Newer) -> None:
    newer(put("subcategory_code", "house_damage", valid_to="2026-07-01"))
    assert actions.load(session) == 0
    session.flush()
    session.expire_all()
    topic = taxonomy(session).subcategories["house_damage"]
    assert (topic.valid(date(2026, 6, 30)), topic.valid(date(2026, 7, 1))) == (True, False)


def test_a_new_topic_comes_with_its_day(session: Session, newer: Newer) -> None:
    def more(rows: Rows) -> Rows:
        place = next(place for place, row in enumerate(rows) if row["subcategory_code"] == "house_damage")
        return [
            *rows[:place],
            {**rows[place], "subcategory_code": "roof_damage", "valid_from": "2026-07-01"},
            *rows[place:],
        ]

    before = list(taxonomy(session).subcategories)
    newer(more)
    assert actions.load(session) == 1
    session.flush()
    session.expire_all()
    found = taxonomy(session).subcategories
    assert [code for code in found if code != "roof_damage"] == before
    assert not found["roof_damage"].valid(date(2026, 6, 30))


CHANGES: list[tuple[Callable[[Rows], Rows], str]] = [
    (put("subcategory_code", "house_damage", category_code="border"), "category"),
    (put("subcategory_code", "house_damage", sensitive="confidential"), "sensitivity"),
    (put("subcategory_code", "missing_person", sensitive="no"), "sensitivity"),
    (put("subcategory_code", "house_damage", themes="justice_and_law"), "themes"),
    (put("subcategory_code", "house_damage", label_en="House burnt"), "label_en"),
    (put("subcategory_code", "house_damage", label_ps="بل"), "label_ps"),
    (put("subcategory_code", "armed_threats", default_urgency="long_term"), "default_urgency"),
    (put("subcategory_code", "house_damage", subcategory_code="house_harm"), "house_damage"),
    (lambda rows: [row for row in rows if row["subcategory_code"] != "house_damage"], "house_damage"),
    (lambda rows: rows[1:] if rows[0]["level"] == "category" else [], "subcategories|categories"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_is_redefined(session: Session, newer: Newer, change: Callable[[Rows], Rows], said: str) -> None:
    newer(change)
    with pytest.raises(Renamed, match=said):
        actions.load(session)
