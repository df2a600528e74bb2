"""`--errors OUT.csv`: the refused rows as a file that is mended and handed in again."""

import csv
import signal
import stat
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import csv_of, filed, row, sheet
from tests.paper.workbook import xlsx
from webapp import intake
from webapp.grievances.models import Grievance
from webapp.people.models import Person

#: column -> a mistake, what it is mended with; a row of ten kinds, people's words among them
MISTAKES = {
    "district": ("atlantis", "bannu"),
    "subcategory": ("=volcano", "house_damage"),
    "gathering_date": ("yesterday", "26/3/2025"),
    "tehsil": ("swat.babuzai", ""),
    "start_year": ("1978", "1979"),
    "people_number": ("many", "1,200"),
    "remedies": ("compensation;inquiry;apology;meeting", "compensation; inquiry"),
    "narrative": ("- Synthetic: card 35202-1234567-1 of Gulab.", "- Synthetic: the card was lost."),
    "consent_statistics": ("+maybe", "yes"),
    "confidentiality": ("@everybody", "district_officials"),
}
SAID = "refused_because"
REMARKS = ("=1+1", "+92 Gulab", "-5", "@Gulab", "'tis so", "plain", '"a", b; c', "", "'=x", "two\nlines")


def mistaken() -> list[dict[str, str]]:
    """Ten rows that each have one mistake, among rows that are right; every row with a remark of nobody's business."""
    right = sheet(2 * len(MISTAKES), remarks="right", start_year="", people_number="", tehsil="", remedies="")
    rows = []
    for (name, (wrong, _)), remark, one, bad in zip(MISTAKES.items(), REMARKS, right[::2], right[1::2], strict=True):
        rows += [one, {**bad, name: wrong, "remarks": remark}]
    return rows


def mended(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows with each mistake set right in its cell."""
    right = dict(MISTAKES.values())
    return [{name: right.get(cell, cell) for name, cell in one.items()} for one in rows]


def listed(path: Path) -> list[dict[str, str]]:
    """The rows of a list of refused rows, as they stand in the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative of both intake provinces."""
    return factories.person(session, username="elder")


@pytest.fixture
def out(jirga: Terminal) -> Path:
    """Where refused rows go."""
    return jirga.folder / "out.csv"


def stored(session: Session) -> int:
    """How many grievances stand."""
    found = session.scalar(select(func.count()).select_from(Grievance)) or 0
    session.rollback()
    return found


@pytest.mark.parametrize("make", [csv_of, xlsx])
def test_mended_and_handed_in_again(jirga: Terminal, elder: Person, session: Session, out: Path, make: Any) -> None:
    rows = mistaken()
    done = jirga.run("import", filed(jirga, make(rows)), "--as", "elder", "--errors", out)
    assert (done.code, done.out) == (3, "10 added, 0 there before, 10 refused\n")
    found = listed(out)
    assert list(found[0]) == ["refused_line", SAID, *rows[0]]
    assert [one["refused_line"] for one in found] == [str(line) for line in range(3, 23, 2)]
    assert [one[SAID].partition(":")[0] for one in found] == list(MISTAKES)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Gulab" not in done.err + done.out
    again = jirga.folder / "again.csv"
    repeated = jirga.run("import", out, "--as", "elder", "--errors", again)
    assert (repeated.code, repeated.out) == (1, "0 added, 0 there before, 10 refused\n")
    assert repeated.err.splitlines()[0] == "notice: columns not stored: remarks"
    assert [{**one, "refused_line": ""} for one in listed(again)] == [{**one, "refused_line": ""} for one in found]
    cells = [{name: cell.removeprefix("'") for name, cell in one.items()} for one in found]
    done = jirga.run("import", filed(jirga, make(mended(cells))), "--as", "elder", "--errors", out)
    assert (done.code, done.out) == (0, "10 added, 0 there before, 0 refused\n"), done
    assert "refused_" not in done.err
    assert listed(out) == []
    assert out.read_bytes().decode("utf-8-sig") == ",".join(["refused_line", SAID, *rows[0]]) + "\r\n"
    assert stored(session) == 20


def test_every_cell_comes_back_as_it_was(jirga: Terminal, elder: Person, out: Path) -> None:
    """Also one that a spreadsheet would run, and through any number of hands."""
    jirga.run("import", filed(jirga, mistaken()), "--as", "elder", "--errors", out)
    cells = [one["remarks"] for one in listed(out)]
    assert cells == ["'=1+1", "'+92 Gulab", "'-5", "'@Gulab", "'tis so", "plain", '"a", b; c', "", "'=x", "two\nlines"]
    assert [one["narrative"] for one in listed(out)][7] == "'- Synthetic: card 35202-1234567-1 of Gulab."


def test_a_row_is_listed_once_with_all_its_mistakes(jirga: Terminal, elder: Person, out: Path) -> None:
    bad = row(urgency="soon", district="atlantis")
    done = jirga.run("import", filed(jirga, [bad, *sheet(1)]), "--as", "elder", "--errors", out)
    (one,) = listed(out)
    assert done.err.count("error: line 2, ") == 2
    assert one[SAID] == " ".join(line.removeprefix("error: line 2, ") for line in done.err.splitlines())
    assert {"urgency:", "district:"} <= set(one[SAID].split())


def test_rows_at_odds_with_what_stands_are_listed(jirga: Terminal, elder: Person, out: Path) -> None:
    jirga.right("import", filed(jirga, [row(women_heard="no")]), "--as", "elder")
    odd = [row(women_heard="separately", narrative=f"Synthetic: new {n}.") for n in range(2)]
    for options in ((), ("--dry-run",)):
        assert jirga.run("import", filed(jirga, odd), "--as", "elder", "--errors", out, *options).code == 1
        assert [one["narrative"] for one in listed(out)] == ["Synthetic: new 0.", "Synthetic: new 1."]


def test_surplus_cells_are_kept(jirga: Terminal, elder: Person, out: Path) -> None:
    content = csv_of([row()]).rstrip() + b",beyond,=more\r\n"
    assert jirga.run("import", filed(jirga, content), "--as", "elder", "--errors", out).code == 1
    (line,) = out.read_text("utf-8-sig").splitlines()[1:]
    assert line.endswith(",yes,beyond,'=more")
    repeated = jirga.run("import", out, "--as", "elder")
    assert (repeated.code, repeated.err.split(":")[1]) == (1, " line 2, -")


def test_the_file_itself_is_not_overwritten(jirga: Terminal, elder: Person, session: Session) -> None:
    path = filed(jirga, mistaken())
    before, other = path.read_bytes(), path.with_name("same.csv")
    other.hardlink_to(path)
    for name in (path, other, path.parent / "." / path.name):
        assert "--errors" in jirga.refused("import", path, "--as", "elder", "--errors", name, code=2)
    assert "--errors" in jirga.refused("import", path, "--as", "elder", "--errors", "/dev/null", code=1)
    jirga.refused("import", path, "--as", "elder", "--errors", path.parent, code=2)
    jirga.refused("import", path, "--as", "elder", "--errors", path.parent / "none" / "out.csv", code=1)
    assert (path.read_bytes(), stored(session)) == (before, 0)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("older", [None, b"what stood there"])
def test_stopped_in_the_middle(
    jirga: Terminal, elder: Person, out: Path, older: bytes | None, stop: signal.Signals
) -> None:
    """Neither half a list nor a draft of one is left, and an older list stays."""
    path, calls, whole = filed(jirga, mistaken()), count(1), intake.enter_batch
    if older:
        out.write_bytes(older)
    before = sorted(jirga.folder.iterdir())

    def stopped(*given: Any) -> Any:
        if next(calls) == 6:
            signal.raise_signal(stop)
        return whole(*given)

    with jirga.patch.context() as patch:
        patch.setattr(intake, "enter_batch", stopped)
        assert jirga.run("import", path, "--as", "elder", "--errors", out).code == 1
    assert sorted(jirga.folder.iterdir()) == before
    assert (out.read_bytes() if older else None) == older
    assert jirga.run("import", path, "--as", "elder", "--errors", out).code == 3
    assert len(listed(out)) == 10


def test_a_file_that_cannot_be_read_leaves_no_list(jirga: Terminal, elder: Person, out: Path) -> None:
    out.write_bytes(b"what stood there")
    jirga.refused("import", filed(jirga, csv_of(sheet(1)) + b'"'), "--as", "elder", "--errors", out, code=1)
    assert out.read_bytes() == b"what stood there"
    assert sorted(path.name for path in jirga.folder.iterdir()) == ["forms.csv", "out.csv"]


def test_a_dry_run_lists_and_stores_nothing(jirga: Terminal, elder: Person, session: Session, out: Path) -> None:
    path = filed(jirga, mistaken())
    done = jirga.run("import", path, "--as", "elder", "--errors", out, "--dry-run")
    assert (done.code, done.out) == (3, "10 would be added, 0 there before, 10 refused\n")
    dry = out.read_bytes()
    assert stored(session) == 0
    jirga.run("import", path, "--as", "elder", "--errors", out)
    assert out.read_bytes() == dry


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_changed_while_it_is_read(jirga: Terminal, elder: Person, session: Session, out: Path) -> None:
    """Between two windows of rows somebody saves it again."""
    path, calls, whole = filed(jirga, sheet(1000)), count(1), intake.batches

    def changed(*given: Any) -> Any:
        if next(calls) == 1:
            path.write_bytes(csv_of([*sheet(1001), *sheet(1, urgency="soon")]))
        return whole(*given)

    with jirga.patch.context() as patch:
        patch.setattr(intake, "batches", changed)
        said = jirga.refused("import", path, "--as", "elder", "--errors", out, code=1)
    assert "changed while it was read" in said
    assert (stored(session), out.exists()) == (400, False)
    done = jirga.run("import", path, "--as", "elder", "--errors", out)
    assert (done.code, done.out) == (3, "601 added, 400 there before, 1 refused\n")
    assert jirga.whole()
