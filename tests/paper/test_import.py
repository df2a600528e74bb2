"""`jirga import` of a whole file: what goes in, once; what is said; exit 0 done, 1 nothing, 3 in part."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import FULL, REAL, csv_of, filed, real, row, sheet
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.grievances.rules import Status
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.summary.models import Ledger, Release
from webapp.texts.models import Text

ONCE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative of both intake provinces."""
    return factories.person(session, username="elder")


def stored(session: Session) -> tuple[int, ...]:
    """How many grievances, gatherings, events, texts, ledger rows and releases stand."""
    session.rollback()
    models = (Grievance, Gathering, Event, Text, Ledger, Release)
    found = tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in models)
    session.rollback()
    return found


def test_the_real_file_goes_in_once(jirga: Terminal, elder: Person, session: Session) -> None:
    first = jirga.run("import", REAL, "--as", "elder")
    assert (first.code, first.out) == (0, "257 added, 0 there before, 0 refused\n")
    notices = first.err.splitlines()
    assert notices[0] == "notice: columns not stored: source_title, source_url, narrative_ur, narrative_ps"
    danger = [line for line, one in enumerate(real(), 2) if one["urgency"] == "life_danger"]
    assert [notice.split(": If people")[0] for notice in notices[1:]] == [
        f"notice: line {line}, urgency" for line in danger
    ]
    rows = stored(session)
    assert (rows[:4], rows[5]) == ((257, 55, 257, 257), 1)
    content = REAL.read_bytes()
    again = content.removeprefix(BOM) if content.startswith(BOM) else BOM + content
    for path in (REAL, filed(jirga, again)):
        assert jirga.right("import", path, "--as", "elder") == "0 added, 257 there before, 0 refused\n"
    jirga.later(1)
    assert jirga.right("import", REAL, "--as", "elder") == "0 added, 257 there before, 0 refused\n"
    assert stored(session) == rows
    assert jirga.whole()


def test_every_column_is_kept(jirga: Terminal, elder: Person, session: Session) -> None:
    """Arabic and Urdu digits, spaces and semicolons, day first: as people write."""
    given = {**FULL, "people_number": "۱٬۲۰۰", "start_year": "٢٠١٦", "gathering_date": "26/3/2025", "language": "ps"}
    assert jirga.run("import", filed(jirga, [given]), "--as", "elder")[:2] == (
        0,
        "1 added, 0 there before, 0 refused\n",
    )
    one, met = session.scalars(select(Grievance)).one(), session.scalars(select(Gathering)).one()
    assert (one.district, one.tehsil, one.subcategory, one.timing) == ("bannu", None, "house_damage", "ended")
    assert (one.start_year, one.people_number, one.households) == (2016, 1200, "h11_50")
    assert (one.groups_affected, one.remedies) == (("women", "children"), ("compensation", "survey_register"))
    assert (one.raised_before, one.raised_to, one.prior_result) == ("yes", ("police", "pdma"), "promise_only")
    assert (one.confidentiality, one.consent_statistics) == ("district_officials", True)
    assert (one.contact_preference, one.consent_language, str(one.received_date)) == ("in_app", "ps", "2025-04-02")
    assert (str(met.gathering_date), met.gathering_tehsil, met.place_type) == ("2025-03-26", "bannu.domel", "hujra")
    assert (met.participants, met.women_heard, met.youth_heard) == ("p51_100", "separately", "in_jirga")
    assert (met.minorities_heard, met.displaced_heard, met.consensus) == ("no", "not_sure", "full")
    kinds = session.execute(select(Text.kind, Text.language).order_by(Text.kind)).all()
    assert kinds == [("area_name", "ps"), ("narrative", "ps"), ("remedy_text", "ps")]


def test_clocks_start_at_entry(jirga: Terminal, elder: Person, session: Session) -> None:
    jirga.right("import", filed(jirga, [row(received_date="2025-04-02")]), "--as", "elder")
    one = session.scalars(select(Grievance)).one()
    assert one.received_at.year >= 2026
    assert str(one.received_date) == "2025-04-02"


def test_a_good_row_beside_a_bad_one(jirga: Terminal, elder: Person, session: Session) -> None:
    rows = [*sheet(2), row(gathering_ref="g9", district="atlantis"), *sheet(4)[2:]]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert (done.code, done.out) == (3, "4 added, 0 there before, 1 refused\n")
    assert done.err == "error: line 4, district: Choose one of the answers in the list.\n"
    assert stored(session)[:2] == (4, 4)
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert (done.code, done.out) == (3, "0 added, 4 there before, 1 refused\n")


def test_only_bad_rows(jirga: Terminal, elder: Person, session: Session) -> None:
    done = jirga.run("import", filed(jirga, sheet(3, urgency="soon")), "--as", "elder")
    assert (done.code, done.out) == (1, "0 added, 0 there before, 3 refused\n")
    assert [line[:21] for line in done.err.splitlines()] == [f"error: line {n}, urgency"[:21] for n in (2, 3, 4)]
    assert stored(session) == (0, 0, 0, 0, 0, 0)


def test_a_dry_run_stores_nothing(jirga: Terminal, elder: Person, session: Session) -> None:
    path = filed(jirga, [*sheet(3), row(gathering_ref="g9", urgency="soon")])
    done = jirga.run("import", path, "--as", "elder", "--dry-run")
    assert (done.code, done.out) == (3, "3 would be added, 0 there before, 1 refused\n")
    assert "line 5, urgency" in done.err
    assert stored(session) == (0, 0, 0, 0, 0, 0)
    jirga.run("import", path, "--as", "elder")
    assert (
        jirga.run("import", path, "--as", "elder", "--dry-run").out == "0 would be added, 3 there before, 1 refused\n"
    )


def test_the_same_row_twice_in_a_file_is_one(jirga: Terminal, elder: Person, session: Session) -> None:
    rows = [
        row(),
        row(source_title="Synthetic press", received_date="2025-05-01"),
        row(narrative="Synthetic: another."),
    ]
    assert jirga.right("import", filed(jirga, rows), "--as", "elder") == "2 added, 1 there before, 0 refused\n"
    assert stored(session)[:2] == (2, 1)


def test_two_representatives_have_two_gatherings(jirga: Terminal, elder: Person, session: Session) -> None:
    factories.person(session, username="other")
    path = filed(jirga, [row()])
    for name in ("elder", "other"):
        assert jirga.right("import", path, "--as", name).startswith("1 added")
    assert stored(session)[:2] == (2, 2)


def test_the_first_import_ends_with_a_release(jirga: Terminal, elder: Person, session: Session) -> None:
    path = filed(jirga, sheet(1))
    jirga.run("import", path, "--as", "elder", "--dry-run")
    jirga.run("import", filed(jirga, sheet(2, urgency="soon")), "--as", "elder")
    assert stored(session)[5] == 0
    jirga.right("import", filed(jirga, sheet(2)), "--as", "elder")
    jirga.right("import", filed(jirga, sheet(5)), "--as", "elder")
    assert session.execute(select(Release.number, Release.changed)).all() == [(1, 2)]


def test_who_may_hand_in(jirga: Terminal, elder: Person, session: Session) -> None:
    path = filed(jirga, sheet(1))
    for role in set(Role) - {Role.REPRESENTATIVE}:
        factories.person(session, role, username=f"no-{role.value[:4]}")
        assert "--as" in jirga.refused("import", path, "--as", f"no-{role.value[:4]}", code=1)
    elder.disabled_at = elder.created_at
    session.commit()
    for name in ("elder", "nobody", ""):
        jirga.refused("import", path, "--as", name, code=1)
    jirga.refused("import", path, code=2)
    jirga.refused("import", "--as", "elder", code=2)
    assert "missing.csv" in jirga.refused("import", jirga.folder / "missing.csv", "--as", "elder", code=2)
    jirga.refused("import", jirga.folder, "--as", "elder", code=2)
    assert stored(session)[0] == 0


def test_a_row_outside_the_scope_is_refused(jirga: Terminal, session: Session) -> None:
    """The problem must lie in it; the jirga may have met elsewhere."""
    factories.person(session, username="elder", scope=("PK-BA", "khyber"))
    rows = [row(gathering_ref=place, district=place) for place in ("khyber", "chaman", "bannu", "swat")]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert (done.code, done.out) == (3, "2 added, 0 there before, 2 refused\n")
    said = "district: You cannot file for this district. Choose a district of your own area."
    assert done.err.splitlines() == [f"error: line {line}, {said}" for line in (4, 5)]
    assert set(session.scalars(select(Grievance.district))) == {"khyber", "chaman"}
    assert set(session.scalars(select(Gathering.gathering_district))) == {"bannu"}


def test_what_is_said_never_repeats_a_persons_words(jirga: Terminal, elder: Person) -> None:
    rows = sheet(1, narrative="Synthetic: ask at 0312 3456789 for Gulab.", area_name="House 12, Gulab street")
    rows += sheet(2, remedy_text="Synthetic: burn the house of Gulab Khan, son of Gulab.")[1:]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert done.code == 3
    assert "narrative" in done.err
    assert "area_name" in done.err
    assert "notice: line 3, remedy_text" in done.err
    assert "Gulab" not in done.err + done.out
    assert "0312" not in done.err + done.out


def test_the_language_of_the_texts(jirga: Terminal, elder: Person, session: Session) -> None:
    jirga.set(JIRGA_DEFAULT_LANGUAGE="ps")
    rows = [row(gathering_ref=spoken or "none", language=spoken) for spoken in ("", "en", "ur", "ps", "fr", "EN")]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert [line.split(":")[1] for line in done.err.splitlines()] == [" line 6, language", " line 7, language"]
    assert sorted(session.scalars(select(Grievance.consent_language))) == ["en", "ps", "ps", "ur"]
    assert sorted(session.scalars(select(Text.language))) == ["en", "ps", "ps", "ur"]


def test_extra_columns_are_said_once(jirga: Terminal, elder: Person) -> None:
    done = jirga.run("import", filed(jirga, sheet(3, cnic_of_elder="x", remarks="y")), "--as", "elder")
    assert (done.code, done.err) == (0, "notice: columns not stored: cnic_of_elder, remarks\n")
    done = jirga.run("import", filed(jirga, sheet(3)), "--as", "elder")
    assert (done.code, done.out, done.err) == (0, "0 added, 3 there before, 0 refused\n", "")


@ONCE
def test_a_file_that_cannot_be_looked_at_is_not_missing(jirga: Terminal) -> None:
    """Usually it lies in a folder of root's, and the account of the site runs the command."""
    closed, knot, twice = jirga.folder / "closed", jirga.folder / "knot", jirga.folder / "knot.csv"
    closed.mkdir(mode=0)
    knot.symlink_to(twice)
    twice.symlink_to(knot)
    assert "Too many levels" in jirga.refused("import", twice, "--as", "elder", code=2)
    with anybody():
        denied = jirga.refused("import", closed / "in.csv", "--as", "elder", code=2)
    assert "in.csv" in denied
    assert "Permission denied" in denied
    assert "the account that runs this" in denied
    assert "does not exist" not in denied
    assert "does not exist" in jirga.refused("import", jirga.folder / "away.csv", "--as", "elder", code=2)
    assert "is a directory" in jirga.refused("import", jirga.folder, "--as", "elder", code=2)


@contextmanager
def anybody() -> Iterator[None]:
    """Where root runs the tests, to whom everything is open, somebody else does meanwhile."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_the_order_of_columns_does_not_matter(jirga: Terminal, elder: Person) -> None:
    rows = real()[:5]
    jirga.right("import", filed(jirga, rows), "--as", "elder")
    turned = csv_of(rows, reversed(rows[0].keys()))
    assert jirga.right("import", filed(jirga, turned), "--as", "elder") == "0 added, 5 there before, 0 refused\n"
    crlf = csv_of(rows).replace(b"\n", b"\r\n").replace(b"\r\r\n", b"\r\n")
    assert jirga.right("import", filed(jirga, BOM + crlf), "--as", "elder") == "0 added, 5 there before, 0 refused\n"


def test_texts_that_may_not_be_kept_are_said(jirga: Terminal, elder: Person, session: Session) -> None:
    rows = sheet(1, subcategory="armed_threats") + sheet(2, confidentiality="numbers_only")[1:] + sheet(3)[2:]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert (done.code, done.out) == (0, "3 added, 0 there before, 0 refused\n")
    assert done.err == "notice: of 2 rows the texts were not kept, as their subject or wish asks\n"
    assert stored(session)[3] == 1
    rows[0]["narrative"] = "Synthetic: told in other words."
    assert jirga.right("import", filed(jirga, rows), "--as", "elder").startswith("1 added, 2 there before")


def test_what_was_withdrawn_is_said_and_stays_so(jirga: Terminal, elder: Person, session: Session) -> None:
    """No sheet undoes a withdrawal: who hands it in once more may not know of it."""
    rows = [row(), row(narrative="Synthetic: another.")]
    path = filed(jirga, rows)
    jirga.run("import", path, "--as", "elder")
    gone = session.scalars(select(Grievance).limit(1)).one()
    gone.status = Status.WITHDRAWN
    session.commit()
    for options in (["--dry-run"], []):
        again = jirga.run("import", path, "--as", "elder", *options)
        assert "0 added, 2 there before, 0 refused" in again.out or options
        assert again.err.count("was withdrawn and is not entered again") == 1
    assert stored(session)[0] == 2
