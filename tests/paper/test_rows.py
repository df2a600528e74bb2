"""Bad rows of a paper file: line, column and reason for each, and everything else goes in."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import filed, row
from webapp.grievances.models import Gathering, Grievance
from webapp.people.models import Person

NUMBERS = {"۳۵۲۰۲-۱۲۳۴۵۶۷-۱", "٣٥٢٠٢-١٢٣٤٥٦٧-١", "35202-1234567-1"}


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative of both intake provinces."""
    return factories.person(session, username="elder")


def told(jirga: Terminal, rows: list[dict[str, str]]) -> list[tuple[int, str]]:
    """(line, column) of each error, each row in a gathering of its own unless it names one."""
    rows = [{**one, "gathering_ref": one["gathering_ref"] + f"-{n}"} for n, one in enumerate(rows)]
    return errors(jirga.run("import", filed(jirga, rows), "--as", "elder").err)


def errors(said: str) -> list[tuple[int, str]]:
    """(line, column) of each error that was printed."""
    found = [line.removeprefix("error: line ").split(":")[0] for line in said.splitlines() if line.startswith("error")]
    return [(int(place.split(", ")[0]), place.split(", ")[1]) for place in found]


def test_twelve_kinds_in_one_file(jirga: Terminal, elder: Person, session: Session) -> None:
    kinds = {
        "district": "atlantis",
        "subcategory": "volcano",
        "gathering_date": "yesterday",
        "tehsil": "swat.babuzai",
        "start_year": "1978",
        "people_number": "many",
        "remedies": "compensation inquiry apology meeting",
        "narrative": "Synthetic: card 35202-1234567-1.",
        "consent_statistics": "",
        "confidentiality": "everybody",
        "category": "border",
        "received_date": "2025-03-25",
    }
    right = row(narrative="Synthetic: and this one is right.")
    rows = [row(**{name: value}) for name, value in kinds.items()]
    assert told(jirga, [right, *rows, right]) == [(line, name) for line, name in enumerate(kinds, 3)]
    assert len(session.scalars(select(Grievance.id)).all()) == 2


def test_all_errors_of_a_row_are_said(jirga: Terminal, elder: Person) -> None:
    bad = row(district="", urgency="soon", narrative="", timing="never", gathering_date="2027-01-01")
    found = told(jirga, [bad])
    assert sorted(found) == [(2, name) for name in ("district", "gathering_date", "narrative", "timing", "urgency")]


def test_a_refused_row_is_not_worth_a_notice(jirga: Terminal, elder: Person) -> None:
    done = jirga.run("import", filed(jirga, [row(urgency="life_danger", district="atlantis")]), "--as", "elder")
    assert done.err == "error: line 2, district: Choose one of the answers in the list.\n"


def test_lines_are_those_of_the_file(jirga: Terminal, elder: Person) -> None:
    """A story over several lines and empty rows move what follows."""
    bad = row(urgency="soon")
    rows = [row(narrative="Synthetic: one\ntwo\nthree lines."), dict.fromkeys(row(), ""), bad, row(district="atlantis")]
    found = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert errors(found.err) == [(6, "urgency"), (7, "district")]


def test_more_cells_than_columns_are_refused(jirga: Terminal, elder: Person, session: Session) -> None:
    """A story with a comma and no quotes would lose its end."""
    names = [name for name in row() if name != "narrative"]
    cells = [row()[name] for name in names]
    line = ",".join([*cells, "Synthetic: the road", " the school", "and the clinic are closed."])
    content = ",".join([*names, "narrative"]) + "\n" + line + "\n"
    done = jirga.run("import", filed(jirga, content.encode()), "--as", "elder")
    assert done.code == 1, done
    assert "line 2" in done.err
    assert session.scalars(select(Grievance.id)).all() == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_received_dates(jirga: Terminal, elder: Person, session: Session) -> None:
    met, today = "2025-03-26", str(jirga.stop_clock())
    right = {
        "": today,
        "2025-03-26": met,
        "۲۶/۳/۲۰۲۵": met,
        "26.3.2025": met,
        today: today,
    }
    wrong = ("2025-03-25", "2099-01-01", "2025-02-30", "soon", "2025", "3/26/2025", "26-03-25")
    rows = [row(received_date=day) for day in (*right, *wrong)]
    assert told(jirga, rows) == [(line, "received_date") for line in range(len(right) + 2, len(rows) + 2)]
    found = session.scalars(select(Grievance.received_date).join(Gathering).order_by(Gathering.created_at)).all()
    assert sorted(map(str, found)) == sorted(right.values())


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["narrative", "remedy_text", "area_name"])
def test_numbers_of_people_in_any_digits(jirga: Terminal, elder: Person, name: str) -> None:
    rows = [row(**{name: f"Synthetic {number}"}) for number in sorted(NUMBERS)]
    assert set(told(jirga, rows)) == {(line, name) for line in (2, 3, 4)}


def test_rows_of_one_gathering_agree(jirga: Terminal, elder: Person, session: Session) -> None:
    """The first right row decides; the others of it are refused, another gathering is not."""
    one = row(women_heard="no", participants="lt20", gathering_tehsil="bannu.domel")
    rows = [
        row(women_heard="maybe"),
        one,
        {**one, "narrative": "Synthetic: agreed."},
        {**one, "women_heard": "separately", "narrative": "Synthetic: women differ."},
        {**one, "participants": "", "gathering_tehsil": "", "narrative": "Synthetic: two differ."},
        {**one, "gathering_ref": "g2", "women_heard": "separately"},
        {**one, "gathering_date": "2025-03-27", "women_heard": "separately"},
        {**one, "gathering_district": "swat", "gathering_tehsil": ""},
    ]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert (done.code, done.out) == (3, "5 added, 0 there before, 3 refused\n")
    wanted = [(2, "women_heard"), (5, "women_heard"), (6, "gathering_tehsil"), (6, "participants")]
    assert sorted(errors(done.err)) == wanted
    assert len(session.scalars(select(Gathering.id)).all()) == 4


def test_a_later_file_may_not_change_a_gathering(jirga: Terminal, elder: Person, session: Session) -> None:
    jirga.right("import", filed(jirga, [row(women_heard="no")]), "--as", "elder")
    done = jirga.run(
        "import", filed(jirga, [row(women_heard="in_jirga", narrative="Synthetic: new.")]), "--as", "elder"
    )
    assert (done.code, errors(done.err)) == (1, [(2, "women_heard")])
    more = [row(women_heard="no", narrative="Synthetic: new.")]
    assert jirga.right("import", filed(jirga, more), "--as", "elder") == "1 added, 0 there before, 0 refused\n"
    assert session.scalars(select(Gathering.women_heard)).all() == ["no"]


def test_one_gathering_written_in_two_ways(jirga: Terminal, elder: Person, session: Session) -> None:
    """Its name with a space behind it and its day in other digits are still the same jirga."""
    ways = [row(), row(gathering_ref="g1 "), row(gathering_date="۲۰۲۵-۰۳-۲۶"), row(gathering_date="26/3/2025")]
    rows = [{**one, "narrative": f"Synthetic: story {n}."} for n, one in enumerate(ways)]
    jirga.right("import", filed(jirga, rows), "--as", "elder")
    assert len(session.scalars(select(Gathering.id)).all()) == 1


def test_a_gathering_has_a_name(jirga: Terminal, elder: Person) -> None:
    done = jirga.run("import", filed(jirga, [row(gathering_ref=" "), row()]), "--as", "elder")
    assert (done.code, errors(done.err)) == (3, [(2, "gathering_ref")])


def test_formulas_and_controls_do_no_harm(jirga: Terminal, elder: Person, session: Session) -> None:
    rows = [
        row(gathering_ref="=cmd|' /C calc'!A0"),
        row(gathering_ref="g\u202e2", narrative="Synthetic\u202e: \u2066x."),
    ]
    jirga.right("import", filed(jirga, rows), "--as", "elder")
    assert len(session.scalars(select(Grievance.id)).all()) == 2
