"""What was closed for long: all its words are erased, the codes stay, and whoever looks is told. Synthetic."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests import factories
from tests.handling.acting import Place
from tests.handling.states import WAYS, Was, reader, state
from webapp.clocks.rules import months_later, over_since
from webapp.config import KARACHI, Settings, day_of
from webapp.grievances.models import Grievance
from webapp.grievances.rules import Status
from webapp.handling import queries
from webapp.handling.rules import refusal
from webapp.history.rules import is_erased
from webapp.history.tables import Step
from webapp.people.rules import Role
from webapp.texts.models import Text

COLUMNS = [column.name for column in Grievance.__table__.c]
DAYS = [
    ("2025-03-15", 12, "2026-03-15"),
    ("2025-03-15", 6, "2025-09-15"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2023-02-28", 12, "2024-02-28"),
    ("2023-03-01", 12, "2024-03-01"),
    ("2023-08-29", 6, "2024-02-29"),
    ("2023-08-31", 6, "2024-02-29"),
    ("2025-08-31", 6, "2026-02-28"),
    ("2025-07-01", 6, "2026-01-01"),
    ("2025-12-31", 6, "2026-06-30"),
]


@pytest.mark.parametrize(("closed", "months", "due"), DAYS)
def test_months_are_those_of_the_calendar(closed: str, months: int, due: str) -> None:
    assert months_later(date.fromisoformat(closed), months) == date.fromisoformat(due)
    day = date.fromisoformat(due)
    start = datetime.combine(date.fromisoformat(closed), time(23, 59), KARACHI)
    assert start < over_since(day, months)
    assert start >= over_since(day - timedelta(days=1), months)


@pytest.mark.parametrize("months", [6, 12])
def test_the_database_asks_what_the_rule_says(months: int) -> None:
    """For every day of three years, a leap day among them."""
    for number in range(3 * 366):
        today = date(2023, 6, 1) + timedelta(days=number)
        since = day_of(over_since(today, months))
        assert months_later(since - timedelta(days=1), months) <= today < months_later(since, months), today


def karachi(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KARACHI).astimezone(UTC)


@pytest.mark.parametrize(("protected", "due"), [(False, "2027-03-02"), (True, "2026-09-02")])
def test_the_rule_counts_days_in_karachi(protected: bool, due: str) -> None:
    one = state(*WAYS[Status.CLOSED], protected=protected)
    assert refusal(Step.ERASE_CLOSED, one, None, karachi(due) - timedelta(seconds=1)) == "not_yet"
    assert refusal(Step.ERASE_CLOSED, one, None, karachi(due)) is None
    assert refusal(Step.ERASE_CLOSED, one, reader(Role.SUPERVISOR), karachi(due)) in ("not_yours", "not_found")


def test_opened_again_it_starts_anew() -> None:
    """And what stands open is never erased; an erased one takes no more words."""
    again = (*WAYS[Status.CLOSED], Was(80, Step.REOPEN, Status.REOPENED))
    late = karachi("2028-01-01")
    assert refusal(Step.ERASE_CLOSED, state(*again), None, late) == "not_now"
    anew = state(*again, Was(100, Step.CLOSE, Status.CLOSED))
    assert refusal(Step.ERASE_CLOSED, anew, None, karachi("2027-06-09")) == "not_yet"
    assert refusal(Step.ERASE_CLOSED, anew, None, karachi("2027-06-10")) is None
    noted = state(*again, Was(100, Step.CLOSE, Status.CLOSED), Was(300, Step.NOTE, Status.CLOSED))
    assert refusal(Step.ERASE_CLOSED, noted, None, karachi("2027-06-10")) is None, "a note is no closing"
    erased = state(*WAYS[Status.CLOSED], Was(366, Step.ERASE_CLOSED, Status.CLOSED, {"erased": "time"}))
    assert is_erased(erased)
    assert not is_erased(anew)
    for step, who in ((Step.ERASE_CLOSED, None), (Step.NOTE, Role.SUPERVISOR), (Step.BLANK, Role.SUPERVISOR)):
        assert refusal(step, erased, reader(who) if who else None, late) == "erased"
    blanked = state(*WAYS[Status.CLOSED], Was(5, Step.BLANK, Status.CLOSED, {"erased": "danger"}))
    assert not is_erased(blanked), "one text only"


def words(here: Place, reference: str) -> list[bool]:
    """Of each text of a grievance, whether it stands."""
    events = [one.id for one in here.state(reference).history]
    found = here.session.scalars(select(Text.sealed).where(Text.event_id.in_(events)))
    stands = [sealed is not None for sealed in found]
    here.session.rollback()
    return stands


def closed(here: Place, officer: str = "reviewer", **changes: Any) -> str:
    """One that its jirga says is solved."""
    reference = here.file(**changes)
    here.take(officer, reference, Step.ACKNOWLEDGE)
    here.take(officer, reference, Step.REPORT_ACTION)
    here.take("owner", reference, Step.CONFIRM)
    return reference


def midnight(here: Place, months: int) -> None:
    """Go to one second before the day on which it is due."""
    due = months_later(day_of(here.at), months)
    here.at = datetime.combine(due, time(), KARACHI).astimezone(UTC) - timedelta(seconds=1)


@pytest.mark.parametrize(("wish", "officer", "months"), [
    ("district_officials", "reviewer", 12), ("province_only", "supervisor", 12), ("protected", "protector", 6),
])  # fmt: skip
def test_its_words_are_erased_on_the_day(here: Place, settings: Settings, wish: str, officer: str, months: int) -> None:
    reference, open_one = closed(here, officer, confidentiality=wish), here.file("stranger", confidentiality=wish)
    before = {name: getattr(here.row(reference), name) for name in COLUMNS}
    ledger = here.counted()[1]
    midnight(here, months)
    assert queries.due(here.session, here.at) == []
    assert not here.lapse(reference, Step.ERASE_CLOSED)
    here.forward(seconds=1)
    assert queries.due(here.session, here.at) == [(Step.ERASE_CLOSED, here.state(reference).id)]
    assert here.lapse(reference, Step.ERASE_CLOSED)
    assert not here.lapse(reference, Step.ERASE_CLOSED)
    assert queries.due(here.session, here.at) == []
    assert not any(words(here, reference))
    assert len(words(here, reference)) >= 2
    assert all(words(here, open_one))
    after = {name: getattr(here.row(reference), name) for name in COLUMNS}
    assert after == before, "codes stay"
    assert here.counted()[1] == ledger
    last = here.state(reference, "owner").history[-1]
    assert (last.step, last.codes["erased"], last.to_status) == (Step.ERASE_CLOSED, "time", Status.CLOSED)
    assert here.refused("supervisor" if months == 12 else "protector", reference, Step.NOTE) == "erased"
    assert factories.wrong(settings) == []


def test_a_row_that_was_emptied_stays(here: Place, settings: Settings) -> None:
    """Erasing takes the words; whoever takes the row away was not the site."""
    reference = closed(here)
    here.forward(days=800)
    assert here.lapse(reference, Step.ERASE_CLOSED)
    assert factories.wrong(settings) == []
    here.session.execute(delete(Text).where(Text.event_id == here.last(reference)))
    here.session.execute(delete(Text).where(Text.event_id == here.events(reference)[0].id, Text.kind == "narrative"))
    here.session.commit()
    assert factories.wrong(settings) == [("kept", "1 events have more or fewer texts than came with them")]


def test_one_opened_again_is_kept_from_its_last_closing(here: Place) -> None:
    reference = closed(here)
    here.forward(days=60)
    here.take("owner", reference, Step.REOPEN)
    midnight(here, 12)
    here.forward(days=5)
    assert queries.due(here.session, here.at) == []
    here.take("supervisor", reference, Step.ANSWER_REOPENED)
    here.take("supervisor", reference, Step.REPORT_ACTION)
    here.take("owner", reference, Step.CONFIRM)
    midnight(here, 12)
    assert queries.due(here.session, here.at) == []
    here.forward(seconds=1)
    assert queries.due(here.session, here.at) == [(Step.ERASE_CLOSED, here.state(reference).id)]


def test_where_no_word_stands_nothing_is_said_to_be_erased(here: Place) -> None:
    """A subject that keeps no story, closed with no reason."""
    reference = here.file(subcategory="armed_threats", confidentiality="protected", narrative=None)
    here.take("protector", reference, Step.ACKNOWLEDGE)
    here.take("keeper", reference, Step.CLOSE)
    assert words(here, reference) == []
    here.forward(days=800)
    assert queries.due(here.session, here.at) == []
