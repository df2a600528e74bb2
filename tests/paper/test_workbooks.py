"""Workbooks as Excel users hand them in: the same rows as a CSV, and what only a spreadsheet can do."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import FULL, REAL, csv_of, filed, real, row, sheet
from tests.paper.test_rows import errors
from tests.paper.workbook import EXCEL_1904, MAIN, book_of, fill, line_of, raw, saved, typed, xlsx
from webapp.config import Settings
from webapp.db import key_ring
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.people.models import Person
from webapp.texts.models import Text
from webapp.texts.queries import place

#: What is drawn by lot or told by a clock.
OWN = {
    "id", "person_id", "gathering_id", "client_id", "content_hash", "fields_hash", "import_ref", "reference",
    "record_key", "created_at", "received_at",
}  # fmt: skip
#: The real file as offices save it.
FORMATS: dict[str, Callable[[], bytes]] = {
    "csv": REAL.read_bytes,
    "semicolons": lambda: csv_of(real(), separator=";"),
    "tabs": lambda: csv_of(real(), separator="\t"),
    "xlsx": lambda: xlsx([typed(one) for one in real()]),
}
ONE_DATABASE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative of both intake provinces."""
    return factories.person(session, username="elder")


def taken(jirga: Terminal, content: bytes, *, added: int, there: int = 0) -> str:
    """Import what must go in whole; what was said beside it."""
    done = jirga.run("import", filed(jirga, content), "--as", "elder")
    assert (done.code, done.out) == (0, f"{added} added, {there} there before, 0 refused\n"), done
    return done.err


def refused(jirga: Terminal, content: bytes, *, added: int = 0) -> list[tuple[int, str]]:
    """Import what must not go in whole; line and column of each error."""
    done = jirga.run("import", filed(jirga, content), "--as", "elder")
    assert (done.code, done.out.split()[0]) == (3 if added else 1, str(added)), done
    return errors(done.err)


def kept(session: Session, settings: Settings) -> list[str]:
    """All that an instance keeps of its forms, texts opened, without what differs by lot or clock."""
    session.rollback()
    vault, texts = key_ring(settings), {}
    for text, of in session.execute(select(Text, Event.grievance_id).join(Event, Event.id == Text.event_id)):
        opened = vault.open(text.sealed or b"", place(text.id, text.event_id, text.kind))
        texts.setdefault(of, []).append((text.kind, text.language, opened))
    rows = session.execute(select(Gathering, Grievance).join(Grievance, Grievance.gathering_id == Gathering.id)).all()
    found = [repr((_coded(met), _coded(one), sorted(texts.get(one.id, [])))) for met, one in rows]
    session.rollback()
    return sorted(found)


def _coded(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in _names(thing) if name not in OWN}


def _names(thing: Any) -> list[str]:
    return [column.key for column in thing.__table__.columns]


@pytest.fixture(scope="module")
def by_format() -> dict[str, list[str]]:
    """What the instances of this module keep, by the format in which they were given the real file."""
    return {}


@pytest.mark.parametrize("name", FORMATS)
def test_the_real_file_in_every_format(
    jirga: Terminal, elder: Person, session: Session, settings: Settings, by_format: dict[str, list[str]], name: str
) -> None:
    jirga.stop_clock()
    taken(jirga, FORMATS[name](), added=257)
    found = kept(session, settings)
    assert len(found) == 257
    assert by_format.setdefault("first", found) == found
    names = list(FORMATS)
    taken(jirga, FORMATS[names[names.index(name) - 1]](), added=0, there=257)  # as any other: they keep the same


def test_only_the_first_sheet(jirga: Terminal, elder: Person) -> None:
    """Also where it is hidden and another one is shown."""
    for number, state in enumerate(("visible", "hidden")):
        book = book_of([row(gathering_ref=f"g{number}")])
        fill(book.create_sheet("Other"), [["district", "district"], ["=1+1", "atlantis"]])
        book.worksheets[0].sheet_state, book.active = state, 1
        assert taken(jirga, saved(book), added=1) == ""


@ONE_DATABASE
@pytest.mark.parametrize("epoch", [None, EXCEL_1904])
def test_days_as_excel_keeps_them(jirga: Terminal, elder: Person, session: Session, epoch: datetime | None) -> None:
    days = [date(2025, 3, 26), datetime(2025, 3, 26, 23, 59, 59), datetime(2025, 3, 26)]  # noqa: DTZ001
    rows = [{**row(narrative=f"Synthetic: {n}."), "gathering_date": day} for n, day in enumerate(days)]
    book = book_of(rows)
    if epoch:
        book.epoch = epoch
    assert taken(jirga, saved(book), added=3) == ""
    assert [str(day) for day in session.scalars(select(Gathering.gathering_date))] == ["2025-03-26"]
    assert taken(jirga, csv_of([row(narrative="Synthetic: 1.")]), added=0, there=1) == ""


@ONE_DATABASE
def test_a_number_for_a_day(jirga: Terminal, elder: Person, session: Session) -> None:
    said = "notice: line 2, gathering_date: This number was read as the day 2025-03-26."
    assert said in taken(jirga, xlsx([{**row(), "gathering_date": 45742}]), added=1)
    assert said in taken(jirga, csv_of([row(gathering_date="45742")]), added=0, there=1)
    assert taken(jirga, csv_of([row()]), added=0, there=1) == ""
    assert refused(jirga, xlsx([{**row(), "gathering_date": 4574}])) == [(2, "gathering_date")]


@ONE_DATABASE
@pytest.mark.parametrize("make", [csv_of, xlsx])
def test_the_day_first(jirga: Terminal, elder: Person, session: Session, make: Callable[..., bytes]) -> None:
    read = {
        "31/12/2025": "2025-12-31",
        "۱۲/۱۱/۲۰۲۵": "2025-11-12",
        "12.11.2025": "2025-11-12",
        "11/11/2025": "2025-11-11",
    }
    rows = [row(gathering_date=day, narrative=f"Synthetic: {n}.") for n, day in enumerate(read)]
    said = taken(jirga, make(rows), added=4).splitlines()
    assert [line.partition(": the")[0] for line in said] == [
        f"notice: line {line}, gathering_date: This was read as the day 2025-11-12" for line in (3, 4)
    ]
    assert sorted(map(str, session.scalars(select(Gathering.gathering_date)))) == sorted(set(read.values()))
    assert refused(jirga, make([row(gathering_date="12/31/2025")])) == [(2, "gathering_date")]


def test_numbers_are_the_same_row_tomorrow(jirga: Terminal, elder: Person) -> None:
    taken(jirga, xlsx([{**FULL, "start_year": 2016, "people_number": 1200}]), added=1)
    taken(jirga, xlsx([{**FULL, "start_year": 2016.0, "people_number": 1200.0}]), added=0, there=1)
    for year, people in (("2016", "1,200"), ("۲۰۱۶", "۱٬۲۰۰"), ("2016", "1200")):
        given = {**FULL, "start_year": year, "people_number": people}
        taken(jirga, xlsx([given]), added=0, there=1)
        taken(jirga, csv_of([given]), added=0, there=1)
    taken(jirga, xlsx([{**FULL, "start_year": 2016, "people_number": 1201}]), added=1)
    assert refused(jirga, xlsx([{**FULL, "people_number": 1200.5}])) == [(2, "people_number")]


def test_formulas(jirga: Terminal, elder: Person) -> None:
    """A column of ours must hold what was typed; in others nobody looks."""
    rows = [{**one, "remarks": ""} for one in sheet(3)]
    book = book_of(rows)
    place = {cell.value: cell.column for cell in book.worksheets[0][1]}
    book.worksheets[0].cell(2, place["remarks"]).value = "=1+1"
    book.worksheets[0].cell(4, place["urgency"]).value = '="normal"'
    assert refused(jirga, saved(book), added=2) == [(4, "urgency")]


@ONE_DATABASE
def test_shared_and_array_formulas(jirga: Terminal, elder: Person) -> None:
    """The cell that a formula was pulled down to holds no formula's text."""
    names, cells = list(row()), list(row().values())
    parts = ('<f t="shared" si="0"/><v>1</v>', '<f t="array" ref="A3">A1</f><v>1</v>')
    lines = [line_of(1, names)]
    for number, part in enumerate(parts, start=2):
        lines.append(line_of(number, cells[:-1]).replace("</row>", f"<c>{part}</c></row>"))
    assert refused(jirga, raw("".join(lines))) == [(2, names[-1]), (3, names[-1])]


@ONE_DATABASE
def test_headers_and_lists_in_the_clerks_words(jirga: Terminal, elder: Person, session: Session) -> None:
    given = {f"{n}. ضلع\n[{name}]": cell for n, (name, cell) in enumerate(FULL.items(), start=1)}
    words = {
        "district": "بنوں [bannu]", "urgency": "Normal [normal]",
        "remedies": "Pay [compensation]; List [survey_register]",
        "groups_affected": "خواتین [women]؛ بچے [children]", "households": "11-50 households [h11_50]",
        "raised_to": "Police (thana) [police]; pdma", "subcategory": "Houses: damaged, or gone [house_damage]",
    }  # fmt: skip
    spoken = {header: words.get(name, cell) for (header, cell), name in zip(given.items(), FULL, strict=True)}
    taken(jirga, csv_of([FULL]), added=1)
    taken(jirga, xlsx([spoken]), added=0, there=1)
    taken(jirga, csv_of([spoken], separator=";"), added=0, there=1)
    one = session.scalars(select(Grievance)).one()
    assert (one.remedies, one.groups_affected) == (("compensation", "survey_register"), ("women", "children"))
    bad = {**spoken, next(header for header in given if "[urgency]" in header): "Normal [normal] [soon]"}
    assert refused(jirga, xlsx([bad])) == [(2, "urgency")]


@ONE_DATABASE
def test_empty_rows_between(jirga: Terminal, elder: Person) -> None:
    rows: list[Any] = [row(), {}, dict.fromkeys(row(), " "), row(urgency="soon"), {}, row(narrative="Synthetic: last.")]
    assert refused(jirga, xlsx(rows), added=2) == [(5, "urgency")]


@ONE_DATABASE
def test_booleans_and_errors(jirga: Terminal, elder: Person) -> None:
    names = ("consent_statistics", "urgency", "gathering_date", "district")
    rows = [{**one, name: True} for name, one in zip(names, sheet(4), strict=True)]
    assert refused(jirga, xlsx(rows)) == [(line, name) for line, name in enumerate(names, start=2)]
    book = book_of(sheet(1))
    for cell in book.worksheets[0][2][3:4]:
        cell.value, cell.data_type = "#N/A", "e"
    assert refused(jirga, saved(book)) == [(2, "district")]


@ONE_DATABASE
def test_merged_cells(jirga: Terminal, elder: Person) -> None:
    """Only the first of them holds anything; the others must be filled in."""
    book = book_of(sheet(3))
    book.worksheets[0].merge_cells("D2:D4")
    assert refused(jirga, saved(book), added=1) == [(3, "district"), (4, "district")]


@ONE_DATABASE
def test_ends_of_lines_in_a_cell(jirga: Terminal, elder: Person) -> None:
    told = "Synthetic: one\nand two."
    taken(jirga, csv_of([row(narrative=told)]), added=1)
    for end in ("_x000D_\n", "_x000D_", "\n"):
        taken(jirga, xlsx([row(narrative=told.replace("\n", end))]), added=0, there=1)


@ONE_DATABASE
def test_texts_in_several_looks(jirga: Terminal, elder: Person) -> None:
    """As a word in red makes them, and with the reading that stands above letters."""
    taken(jirga, csv_of([row(narrative="Synthetic: the road.")]), added=1)
    look = '<si><r><t>Synthetic: </t></r><r><rPr><b/></rPr><t>the road.</t></r><rPh sb="0" eb="2"><t>RO</t></rPh></si>'
    line = line_of(2, row().values()).replace(
        f'<c t="inlineStr"><is><t>{row()["narrative"]}</t></is></c>', '<c t="s"><v>0</v></c>'
    )
    parts = raw(line_of(1, row()) + line, sharedStrings=f"<sst {MAIN}>{look}</sst>")
    taken(jirga, parts, added=0, there=1)


@ONE_DATABASE
def test_what_no_database_takes(jirga: Terminal, elder: Person) -> None:
    """Half a letter and a NUL, which a workbook can spell out."""
    rows = [
        row(narrative="Synthetic_xD800_: the_x0000_ road.", remarks="_xDFFF_"),
        row(urgency="soon", remarks="_xD800_"),
    ]
    out = jirga.folder / "out.csv"
    done = jirga.run("import", filed(jirga, xlsx(rows)), "--as", "elder", "--errors", out)
    assert (done.code, errors(done.err)) == (3, [(3, "urgency")])
    assert "\ufffd" in out.read_text(encoding="utf-8")
