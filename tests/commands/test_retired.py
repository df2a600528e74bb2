"""A newer version that retires, adds or renames: what forms take, and that the files of old releases never change."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import filed, sheet
from tests.places.tables_of import Rows, changed, put
from webapp.concerns import actions as concerns
from webapp.places import actions as places


@pytest.fixture
def today(jirga: Terminal) -> date:
    """The day of the test, which does not end."""
    return jirga.stop_clock()


@pytest.fixture
def tomorrow(today: date) -> date:
    """The day after."""
    return today + timedelta(days=1)


@pytest.fixture
def instance(jirga: Terminal, session: Session, today: date) -> Terminal:
    """An office with a release."""
    factories.person(session, username="elder")
    jirga.right("import", filed(jirga, sheet(12)), "--as", "elder")
    return jirga


def refused_fields(jirga: Terminal, rows: Rows) -> list[str]:
    """The fields at fault when these are handed in."""
    said = jirga.run("import", filed(jirga, rows), "--as", "elder").err
    return [line.split(": ")[1].split(", ")[1] for line in said.splitlines() if line.startswith("error")]


def test_what_is_retired_is_no_longer_taken(
    instance: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, today: date
) -> None:
    files = [instance.right("summary", "--by", by) for by in ("category", "subcategory", "none")]
    changed(monkeypatch, tmp_path / "p", places, "districts.csv", put("code", "bannu", valid_to=str(today)))
    house = put("subcategory_code", "house_damage", valid_to=str(today))
    changed(monkeypatch, tmp_path / "c", concerns, "taxonomy.csv", house)
    assert "0 reference rows added" in instance.right("init")
    old = sheet(1, gathering_ref="new")
    assert refused_fields(instance, old) == ["gathering_district", "district", "subcategory"]
    other = {"gathering_district": "swat", "district": "swat", "subcategory": "electricity"}
    assert refused_fields(instance, sheet(1, **other)) == []
    assert [instance.right("summary", "--by", by) for by in ("category", "subcategory", "none")] == files
    assert instance.whole()


def test_a_retired_tehsil_is_no_longer_taken(
    instance: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, today: date
) -> None:
    changed(monkeypatch, tmp_path / "p", places, "tehsils_kp.csv", put("code", "bannu.domel", valid_to=str(today)))
    instance.right("init")
    assert refused_fields(instance, sheet(1, gathering_ref="a", gathering_tehsil="bannu.bannu")) == []
    assert refused_fields(instance, sheet(1, gathering_ref="b", gathering_tehsil="bannu.domel")) == ["gathering_tehsil"]
    assert refused_fields(instance, sheet(1, gathering_ref="c", tehsil="bannu.domel")) == ["tehsil"]


def test_what_is_retired_tomorrow_is_taken_today(
    instance: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tomorrow: date
) -> None:
    changed(monkeypatch, tmp_path / "p", places, "districts.csv", put("code", "bannu", valid_to=str(tomorrow)))
    instance.right("init")
    new = sheet(1, gathering_ref="new")
    assert refused_fields(instance, new) == []
    instance.later(1)
    assert refused_fields(instance, sheet(1, gathering_ref="newer")) == ["gathering_district", "district"]


def test_a_new_place_is_in_no_old_release(
    instance: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tomorrow: date
) -> None:
    def split(rows: Rows) -> Rows:
        new = {**rows[0], "code": "upper-bannu", "name_en": "Upper Bannu", "valid_from": str(tomorrow)}
        return [rows[0], new, *rows[1:]]

    before = instance.right("summary", "--by", "category")
    changed(monkeypatch, tmp_path / "p", places, "districts.csv", split)
    assert "1 reference rows added" in instance.right("init")
    assert refused_fields(instance, sheet(1, district="upper-bannu")) == ["district"]
    instance.later(2)
    assert instance.right("summary", "--by", "category") == before
    rows = sheet(1, district="upper-bannu", gathering_ref="new")
    assert refused_fields(instance, rows) == []
    instance.right("release", "--now", "--why", "test")
    assert "Upper Bannu" in instance.right("summary", "--by", "category")
    assert instance.right("summary", "--by", "category", "--release", "1") == before


@pytest.mark.parametrize(
    "change",
    [put("code", "bannu", name_en="Bano"), lambda rows: rows[1:], lambda rows: [rows[1], rows[0], *rows[2:]]],
    ids=["renamed", "gone", "order"],
)
def test_a_renaming_version_changes_nothing(
    instance: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: object
) -> None:
    before = instance.right("summary")
    changed(monkeypatch, tmp_path / "p", places, "districts.csv", change)  # type: ignore[arg-type]
    assert "retire it with valid_to" in instance.refused("init", code=1)
    assert instance.right("summary") == before
