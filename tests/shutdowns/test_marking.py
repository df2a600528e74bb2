"""Marking a shutdown: by whom, for where, from when to when, why; ending it; what the log keeps."""

import re
from typing import Any

import pytest

from tests import factories
from tests.admin.reading import noted, plain
from tests.shutdowns.conftest import WHY, Offices
from webapp.people.rules import Role

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_a_supervisor_marks_one(offices: Offices) -> None:
    answer = offices.mark(first=-2, last=4)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/shutdowns")
    (found,) = offices.marked()
    assert (found.district, found.first, found.until, found.why) == ("bannu", offices.day(-2), offices.day(5), WHY)
    assert (found.language, found.made_by) == ("en", offices.place.people["supervisor"].id)
    days = {"district": "bannu", "first": offices.day(-2).isoformat(), "last": offices.day(4).isoformat()}
    assert noted(offices.place.session, "shutdown_marked") == [days]


@ONE
@pytest.mark.parametrize("name", ["reviewer", "protector", "auditor", "administrator", "analyst", "owner"])
def test_nobody_else_does(offices: Offices, name: str) -> None:
    assert offices.mark(name).status_code == 403
    offices.mark()
    assert offices.end(name).status_code == 403
    assert 'name="why"' not in offices.browser(name).get("/en/shutdowns").text
    assert len(offices.marked()) == 1


def test_only_of_the_own_places(offices: Offices) -> None:
    assert offices.mark(district="pishin").status_code == 422
    offices.mark()
    other = factories.person(offices.place.session, Role.SUPERVISOR, ("PK-BA",))
    away = offices.app.test_client()
    factories.sign_in(away, other)
    assert WHY not in away.get("/en/shutdowns").text
    gone = away.post(f"/en/shutdowns/{offices.marked()[0].id}/end", headers=factories.SAME_SITE)
    assert gone.status_code == 404
    assert offices.marked()[0].ended_at is None


@ONE
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first": 1}, "Mark it on its first day, not before."),
        ({"first": -8}, "Choose a day of the last 7 days."),
        ({"last": 31}, "Choose a day of the next 30 days. You can mark more days later."),
        ({"first": -2, "last": -3}, "The last day cannot come before the first."),
        ({"district": ""}, "Please answer this question"),
        ({"district": "nowhere"}, "Choose a district that you look after."),
        ({"why": "Syn"}, "Please write a little more"),
        ({"why": "Synthetic. " * 30}, "This is too long by 29 letters."),
        ({"why": "Synthetic: call " + "0300" + "-1234567"}, "phone"),
        ({"why": "e\u0301" * 160 + " synthetic"}, "This is too long by"),
    ],
    ids=["ahead", "far back", "far ahead", "backwards", "no place", "no such place", "short", "long", "phone", "marks"],
)  # fmt: skip
def test_what_must_be_mended(offices: Offices, given: dict[str, Any], said: str) -> None:
    """All that was typed comes back, and nothing is stored."""
    answer = offices.mark(**{"why": WHY, **given})
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert given.get("why", WHY).strip() in answer.text
    assert offices.marked() == []
    names = {name: field for name, field in given.items() if name in ("first", "last")}
    told = offices.browser("supervisor").post(
        "/en/shutdowns", headers=factories.JSON,
        data={"district": "bannu", "why": WHY, "first": offices.day(), "last": offices.day(2)} | given
        | {name: offices.day(after) for name, after in names.items()},
    )  # fmt: skip
    assert told.status_code == 422
    assert set(told.json["errors"]) & {*given}  # type: ignore[index]


@ONE
def test_what_may_name_somebody_is_looked_at_once_more(offices: Offices) -> None:
    doubtful = "Synthetic: ordered by Major Synthetic Name."
    answer = offices.mark(why=doubtful)
    assert (answer.status_code, offices.marked()) == (422, [])
    assert 'name="checked"' in answer.text
    assert offices.mark(why=doubtful, checked="yes").status_code == 303
    assert offices.marked()[0].why == doubtful


def test_pressing_twice_marks_once(offices: Offices) -> None:
    assert [offices.mark().status_code for _ in range(2)] == [303, 303]
    assert len(offices.marked()) == len(noted(offices.place.session, "shutdown_marked")) == 1
    offices.mark(last=9)
    assert len(offices.marked()) == 2, "extended by one more"


def test_it_ends_today(offices: Offices) -> None:
    """Today is its last day, however often that is said; one that was over before stays as it is."""
    offices.mark(first=-1, last=10)
    offices.forward(days=3)
    assert "End it today" in offices.browser("supervisor").get("/en/shutdowns").text
    assert [offices.end().status_code for _ in range(2)] == [303, 303]
    (found,) = offices.marked()
    assert (found.until, found.ended_by) == (offices.day(1), offices.place.people["supervisor"].id)
    assert [one["last"] for one in noted(offices.place.session, "shutdown_ended")] == [offices.day().isoformat()]
    assert "End it today" not in offices.browser("supervisor").get("/en/shutdowns").text
    offices.forward(days=5)
    assert offices.end().status_code == 303
    assert offices.marked()[0].until == offices.day(-4)


@ONE
def test_there_is_none_of_that_number(offices: Offices) -> None:
    assert offices.end(number="00000000-0000-4000-8000-000000000000").status_code == 404
    assert offices.browser("supervisor").post("/en/shutdowns/7/end", headers=factories.SAME_SITE).status_code == 404


@ONE
@pytest.mark.parametrize("name", ["supervisor", "reviewer", "protector", "auditor"])
def test_officials_see_who_when_and_why(offices: Offices, name: str) -> None:
    """By the user name; in the language in which it was written."""
    offices.mark(first=-1, last=4)
    page = offices.browser(name).get("/ur/shutdowns").text
    assert re.search(rf'<span class="detail" lang="en" dir="auto">{WHY}</span>', page)
    assert offices.place.username("supervisor") in page
    assert "بنوں" in page
    offices.forward(days=70)
    assert WHY not in offices.browser(name).get("/en/shutdowns").text


@ONE
def test_somebody_who_has_left(offices: Offices) -> None:
    offices.mark()
    factories.leave(offices.place.session, factories.again(offices.place.session, offices.place.people["supervisor"]))  # type: ignore[arg-type]
    page = plain(offices.browser("reviewer").get("/en/shutdowns").text)
    assert "Somebody who has left · Supervisor" in page
