"""The report on protected grievances: numbers by month and province, who opened them, who lifted what; nothing more."""

from typing import Any

import pytest
from sqlalchemy import update

from tests import factories
from tests.admin.reading import noted, plain, rows
from tests.shutdowns.conftest import Offices
from webapp.audit import actions as audit
from webapp.history.tables import Step
from webapp.i18n import MONTHS
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.references import shown

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
PATH = "/{}/protection-report"


def page(offices: Offices, name: str = "protector", language: str = "en") -> str:
    answer = offices.browser(name).get(PATH.format(language))
    assert answer.status_code == 200
    return answer.text


def month(offices: Offices, back: int = 0, language: str = "en") -> str:
    """This month, or one before, in words."""
    today = offices.day()
    number = today.year * 12 + today.month - 1 - back
    return f"{MONTHS[language][number % 12]}\u00a0{number // 12}".replace("\u00a0", " ")


def line(text: str, *first: str) -> list[str]:
    """The row that begins so."""
    return next(row for row in rows(text) if row[: len(first)] == list(first))


def opened(offices: Offices, name: str, reference: str, *, protected: str = "yes") -> None:
    """What the page of a grievance leaves in the log."""
    about = {"event": offices.place.state(reference).last, "protected": protected}
    session, by = offices.place.session, offices.place.people[name].id
    audit.append(session, factories.VAULT, by=by, what="grievance_opened", about=about, at=offices.clock.at)
    session.commit()


def protected(offices: Offices, **changes: Any) -> str:
    return offices.place.file(**{"confidentiality": "protected", **changes})


def test_what_came_and_what_became_of_it(offices: Offices) -> None:
    first, second = protected(offices), protected(offices, narrative="Synthetic: the second.")
    offices.place.file(narrative="Synthetic: an ordinary one.")
    offices.place.take("protector", first, Step.ACKNOWLEDGE)
    offices.place.take("protector", first, Step.REFER)
    offices.place.take("protector", second, Step.PROPOSE_LIFT)
    assert line(page(offices), month(offices)) == [month(offices), "2", "0", "1", "0"]
    offices.place.take("keeper", second, Step.LIFT)
    for name, received in (("protector", ["2"]), ("auditor", [])):  # how many came is a small true count
        text = page(offices, name)
        assert line(text, month(offices)) == [month(offices), *received, "0", "1", "1"]
        assert [f"{offices.place.username(one)} · Protection officer" for one in ("protector", "keeper")] == next(
            row[2:] for row in rows(text) if row[:2] == [month(offices), "Khyber Pakhtunkhwa"]
        )


def test_who_opened_how_many_how_often(offices: Offices) -> None:
    """From the activity log; what is not protected is not counted, nor what happened to nothing."""
    first, second = protected(offices), protected(offices, narrative="Synthetic: the second.")
    ordinary = offices.place.file(narrative="Synthetic: an ordinary one.")
    for reference in (first, first, second):
        opened(offices, "protector", reference)
    opened(offices, "keeper", first)
    opened(offices, "reviewer", ordinary, protected="no")
    text = page(offices)
    assert line(text, month(offices)) == [month(offices), "2", "2", "0", "0"]
    found = {row[0]: row[3:] for row in rows(text) if row[1:3] == [month(offices), "Khyber Pakhtunkhwa"]}
    names = [f"{offices.place.username(one)} · Protection officer" for one in ("protector", "keeper")]
    assert found == {names[0]: ["3", "2"], names[1]: ["1", "1"]}
    factories.leave(offices.place.session, factories.again(offices.place.session, offices.place.people["keeper"]))  # type: ignore[arg-type]
    offices.place.session.rollback()
    assert ["Somebody who has left · Protection officer", month(offices)] in [row[:2] for row in rows(page(offices))]


@ONE
def test_the_last_twelve_months(offices: Offices) -> None:
    reference = protected(offices)
    opened(offices, "protector", reference)
    offices.forward(days=40)
    text = page(offices)
    months = [row[0] for row in rows(text) if len(row) == 5 and row[0][0].isalpha() and row[1].isdigit()]
    assert months == [month(offices, back) for back in range(12)]
    assert any(row[1:3] == ["1", "1"] for row in rows(text) if len(row) == 5)
    offices.forward(days=400)
    assert not any(row[1:3] == ["1", "1"] for row in rows(page(offices)) if len(row) == 5)
    assert "None was opened." in page(offices)


def test_only_of_the_own_places(offices: Offices) -> None:
    """And of those of another, nothing; whoever has all places sees all."""
    opened(offices, "protector", protected(offices))
    away = factories.person(offices.place.session, Role.PROTECTION_OFFICER, ("PK-BA",))
    client = offices.app.test_client()
    factories.sign_in(client, away)
    offices.place.session.rollback()
    text = client.get(PATH.format("en")).text
    assert "Khyber" not in text
    assert line(text, month(offices)) == [month(offices), "0", "0", "0", "0"]
    assert offices.place.username("protector") not in text
    everywhere = factories.person(offices.place.session, Role.AUDITOR, ())
    client = offices.app.test_client()
    factories.sign_in(client, everywhere)
    offices.place.session.rollback()
    text = client.get(PATH.format("en")).text
    assert "Khyber" in text
    assert "Balochistan" in text


@ONE
@pytest.mark.parametrize("name", ["reviewer", "supervisor", "analyst", "owner", "administrator"])
def test_nobody_else_reads_it(offices: Offices, name: str) -> None:
    assert offices.browser(name).get(PATH.format("en")).status_code == 403


@ONE
def test_no_grievance_and_no_small_place_is_named(offices: Offices) -> None:
    reference = protected(offices)
    opened(offices, "protector", reference)
    offices.place.take("protector", reference, Step.ACKNOWLEDGE)
    for name in ("protector", "auditor"):
        text = page(offices, name)
        for told in (reference, shown(reference), "Bannu", "house", "Synthetic: the houses"):
            assert told not in text


def test_who_is_pressed_is_shown_to_protection_officers_alone(offices: Offices) -> None:
    """By number, district and day; the log keeps that it was read, and never how many there are."""
    calm, pressed = offices.place.file(), offices.place.file(narrative="Synthetic: the second.")
    offices.place.take("owner", calm, Step.WITHDRAW)
    offices.place.take("owner", pressed, Step.WITHDRAW, pressed="yes")
    text = page(offices)
    assert [row[:2] for row in rows(text) if row[0] == shown(pressed)] == [[shown(pressed), "Bannu"]]
    assert shown(calm) not in text
    text = page(offices, "auditor")
    assert shown(pressed) not in text
    assert "Pressed" not in text
    assert noted(offices.place.session, "protection_report") == [{}, {}]
    offices.place.take("owner", pressed, Step.TAKE_BACK)
    assert shown(pressed) not in page(offices)


@ONE
def test_a_province_without_an_officer_is_said_loudly(offices: Offices) -> None:
    missing = "No protection officer looks after Khyber Pakhtunkhwa. Nobody reads what comes from there."
    text = plain(page(offices, "auditor"))
    assert missing not in text
    assert "Districts without a protection officer" not in text
    assert offices.place.username("keeper") in text
    session = offices.place.session
    for name in ("protector", "keeper"):
        session.execute(
            update(Person).where(Person.id == offices.place.people[name].id).values(scope=("bannu", "swat"))
        )
    session.commit()
    text = plain(page(offices, "auditor"))
    assert missing not in text
    assert "Districts without a protection officer" in text
    for name in ("protector", "keeper"):
        factories.close(session, factories.again(session, offices.place.people[name]))  # type: ignore[arg-type]
    session.rollback()
    assert missing in plain(page(offices, "auditor"))
