"""What is due first stands first; twenty a page, none twice and none left out, whatever happens meanwhile."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.grievances import kinds
from tests.queue.conftest import NEXT, Desk, counts, numbers, page, rows, turn
from webapp.clocks.rules import CALM
from webapp.concerns.rules import Sensitivity
from webapp.config import day_of
from webapp.grievances.models import Grievance
from webapp.grievances.rules import Status
from webapp.history.tables import Step

ORDINARY = kinds.Kind(Sensitivity.NO, "district_officials", threatened=False)


def many(desk: Desk, count: int, *, due: int = 1, urgency: str = "normal") -> None:
    """So many rows in Bannu that are due in so many days, as the list reads them; nothing happened to them."""
    session, owner = desk.place.session, desk.place.people["owner"].id
    session.rollback()  # what was read is old by now
    met, key = kinds.gathering(session, owner), day_of(desk.clock.at).toordinal() + due
    key += 0 if urgency == "life_danger" else CALM
    made = [
        {**kinds.row(ORDINARY, Status.SUBMITTED, owner, met, "bannu"), "queue_key": key, "urgency": urgency}
        for _ in range(count)
    ]
    session.execute(insert(Grievance), made)
    session.commit()


def test_lives_first_then_what_is_due_first(desk: Desk) -> None:
    """A danger to life that is due next week stands before what is overdue for long."""
    old = desk.file()
    desk.clock.forward(days=20)
    mild, danger = desk.file(urgency="long_term"), desk.file(urgency="life_danger", checked="yes")
    soon = desk.file(urgency="high")
    answered = desk.file()
    desk.take("reviewer", answered, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    assert numbers(page(desk.browser("reviewer"))) == [danger, old, soon, mild]


def test_what_is_due_is_said_in_words(desk: Desk) -> None:
    """Computed from what happened, also where the stored place is wrong."""
    one = desk.file()
    desk.place.session.execute(update(Grievance).values(queue_key=CALM + 700_000))
    desk.place.session.commit()
    by = desk.clock.at + timedelta(days=3)
    (row,) = rows(page(desk.browser("reviewer")))
    assert "Confirm that it was read" in row
    assert re.search(rf"By {day_of(by).day}\xa0|By {day_of(by).day} ", row)
    desk.clock.forward(days=3)
    assert "Due today" in rows(page(desk.browser("reviewer")))[0]
    desk.clock.forward(days=1)
    assert "Overdue: it was due on" in rows(page(desk.browser("reviewer")))[0]
    assert "It has reached" not in rows(page(desk.browser("reviewer")))[0]
    desk.clock.forward(days=18)
    assert "It has reached the supervisor" in rows(page(desk.browser("reviewer")))[0]
    desk.clock.forward(days=40)
    assert "It has reached the auditor" in rows(page(desk.browser("reviewer")))[0]
    assert one in numbers(page(desk.browser("reviewer")))


def test_clocks_that_stand_still(desk: Desk) -> None:
    """They are no reason to forget what was late before."""
    asked, late = desk.file(), desk.file()
    desk.take("reviewer", asked, Step.ACKNOWLEDGE, Step.ASK)
    desk.clock.forward(days=5)
    desk.take("reviewer", late, Step.ACKNOWLEDGE)
    desk.clock.forward(days=36)
    desk.take("reviewer", late, Step.ASK)
    found = dict(zip(numbers(text := page(desk.browser("reviewer"))), rows(text), strict=True))
    assert "The clocks stand still, because a question to the jirga is open." in found[late]
    assert "Overdue" in found[late]
    assert "stand still" not in found[asked], "a question stops them for 15 days at most"
    fresh = desk.file()
    desk.take("reviewer", fresh, Step.ACKNOWLEDGE, Step.ASK)
    found = dict(zip(numbers(text := page(desk.browser("reviewer"))), rows(text), strict=True))
    assert "The clocks stand still" in found[fresh]
    assert " By " not in found[fresh]


def test_in_whose_hand(desk: Desk) -> None:
    """A user name for another's; what was sent on is in nobody's hand."""
    free, mine, other, sent_on = (desk.file() for _ in range(4))
    desk.take("reviewer", mine, Step.CLAIM)
    desk.take("colleague", other, Step.ACKNOWLEDGE)
    desk.take("reviewer", sent_on, Step.ACKNOWLEDGE, Step.REFER)
    name = desk.place.username("colleague")
    desk.place.session.rollback()
    browser = desk.browser("reviewer")
    found = dict(zip(numbers(text := page(browser)), rows(text), strict=True))
    assert "You" in found[mine]
    assert name in found[other]
    assert "Nobody" in found[free]
    assert "Nobody" in found[sent_on]
    assert numbers(page(browser, "/en/queue?whose=mine")) == [mine]
    assert set(numbers(page(browser, "/en/queue?whose=nobody"))) == {free, sent_on}


def test_every_row_once_while_others_come_and_go(desk: Desk) -> None:
    """What stays as it is is met once, though rows before and behind the place move away and come."""
    many(desk, 30, due=1)
    many(desk, 31, due=2)
    browser, session = desk.browser("reviewer"), desk.place.session
    first = page(browser)
    stay = set(turn(browser))
    assert len(stay) == 61
    seen, following = numbers(first), NEXT.search(first)
    assert len(seen) == 20
    session.rollback()
    session.execute(update(Grievance).where(Grievance.reference.in_(seen[:7])).values(status=Status.WITHDRAWN))
    session.execute(update(Grievance).where(Grievance.reference == seen[-1]).values(queue_key=CALM + 999_999))
    session.commit()
    moved = {*seen[:7], seen[-1]}
    many(desk, 5, due=0)
    many(desk, 5, due=9)
    assert following
    rest = turn(browser, following[1])
    assert [one for one in rest if one in stay - moved] == list(
        dict.fromkeys(one for one in rest if one in stay - moved)
    )
    assert {*seen, *rest} >= stay - moved
    assert not {*seen} & {*rest} - moved


@pytest.mark.parametrize("count", [20, 21])
def test_a_page_holds_twenty(desk: Desk, count: int) -> None:
    many(desk, count)
    text = page(desk.browser("reviewer"))
    assert len(numbers(text)) == 20
    assert bool(NEXT.search(text)) is (count > 20)


@pytest.mark.parametrize("forged", ["x", "", "AAAA", "A" * 900, "%00", "٣", "738000 1"])
def test_a_forged_place_gives_the_first_page(desk: Desk, forged: str) -> None:
    many(desk, 22)
    browser = desk.browser("reviewer")
    assert numbers(page(browser, f"/en/queue?after={forged}")) == numbers(page(browser))


def test_a_place_is_for_its_own_person_and_tells_nothing(desk: Desk) -> None:
    many(desk, 22)
    first = page(desk.browser("reviewer"))
    following = NEXT.search(first)
    assert following
    number = desk.place.session.scalar(Grievance.__table__.select().with_only_columns(Grievance.id).limit(1))
    desk.place.session.rollback()
    assert number.hex[:8] not in following[1]
    assert not any(reference in following[1] for reference in numbers(first))
    assert numbers(page(desk.browser("colleague"), following[1])) == numbers(page(desk.browser("colleague")))


def test_counts_beyond_a_page_and_beyond_the_bound(desk: Desk) -> None:
    """Exact up to a thousand, and each leads to its own list."""
    many(desk, 24, due=-1)
    many(desk, 3, due=-2, urgency="life_danger")
    many(desk, 2, due=0, urgency="life_danger")
    many(desk, 970, due=0)
    browser = desk.browser("reviewer")
    text = page(browser)
    kept = ("Lives in danger", "Overdue", "Due today", "All that wait for an official")
    assert counts(text) == dict(zip(kept, ("5", "27", "972", "999"), strict=True))
    assert len(turn(browser, "/en/queue?due=overdue")) == 27
    assert len(turn(browser, "/en/queue?urgency=life_danger")) == 5
    many(desk, 1, due=5)
    assert counts(page(browser))[kept[3]] == "1,000"
    many(desk, 40, due=0)
    assert counts(page(browser))[kept[3]] == "more than 1,000"
    assert counts(page(browser))[kept[2]] == "more than 1,000"
    assert counts(page(browser))[kept[1]] == "27"


def test_what_is_overdue_over_the_pages(desk: Desk) -> None:
    """Lives first, then all others: what is in danger and not yet due stands between them, and is not listed."""
    many(desk, 21, due=-1, urgency="life_danger")
    many(desk, 3, due=2, urgency="life_danger")
    many(desk, 2, due=-3)
    many(desk, 3, due=2)
    browser, session = desk.browser("reviewer"), desk.place.session
    listed = turn(browser, "/en/queue?due=overdue")
    kept = {row.reference: row.urgency for row in session.scalars(select(Grievance))}
    session.rollback()
    assert [kept[one] for one in listed] == ["life_danger"] * 21 + ["normal"] * 2
    assert len(set(listed)) == 23
    assert turn(browser, "/en/queue?due=today") == []
