"""`jirga people add`: an account at once, or one line that says why not."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.factories import PASSWORD, SAME_SITE
from tests.watching import stored
from webapp.people.actions import opens
from webapp.people.models import Person
from webapp.people.queries import by_username
from webapp.people.rules import Role

ADD = ("people", "add")
ELDER = (*ADD, "elder", "--role", "representative")


def test_an_account_with_a_password_made_here(jirga: Terminal, session: Session) -> None:
    out = jirga.right(*ELDER, "--scope", "PK-KP, chaman", "--language", "ps")
    password = out.split()[-1]
    found = by_username(session, "elder")
    assert opens(found, password)
    assert (found.role, found.scope, found.language) == (Role.REPRESENTATIVE, ("PK-KP", "chaman"), "ps")
    assert password not in found.password_hash


def test_passwords_made_here_are_long_and_new(jirga: Terminal) -> None:
    made = {jirga.right(*ADD, f"analyst-{n}", "--role", "analyst").split()[-1] for n in range(3)}
    assert len(made) == 3
    assert all(len(password) >= 20 for password in made)


def test_a_password_from_standard_input_is_not_shown(jirga: Terminal, session: Session) -> None:
    out = jirga.right(*ELDER, "--scope", "bannu", "--password-stdin", stdin=f"{PASSWORD}\r\nanother line\n")
    assert out == "elder added\n"
    found = by_username(session, "elder")
    assert opens(found, PASSWORD)
    assert not opens(found, PASSWORD + " ")


@pytest.mark.parametrize("role", ["analyst", "auditor", "administrator"])
def test_some_roles_need_no_place(jirga: Terminal, role: str) -> None:
    jirga.right(*ADD, "somebody", "--role", role)


def test_what_cannot_be_made(jirga: Terminal, session: Session) -> None:
    jirga.right(*ADD, "taken", "--role", "analyst")
    scoped = ("--scope", "PK-KP")
    refusals = {
        ("12", (*ELDER, *scoped, "--password-stdin"), "eleven char\n", 1),
        ("256", (*ELDER, *scoped, "--password-stdin"), "x" * 257, 1),
        ("12", (*ELDER, *scoped, "--password-stdin"), "", 1),
        ("taken", (*ADD, "taken", "--role", "analyst"), "", 1),
        ("user name", (*ADD, "Elder", "--role", "analyst"), "", 1),
        ("user name", (*ADD, "el", "--role", "analyst"), "", 1),
        ("user name", (*ADD, "еlder", "--role", "analyst"), "", 1),  # the first letter is Cyrillic
        ("user name", (*ADD, "a" * 41, "--role", "analyst"), "", 1),
        ("user name", (*ADD, "elder ", "--role", "analyst"), "", 1),
        ("--scope", ELDER, "", 1),
        ("--scope", (*ELDER, "--scope", " , "), "", 1),
        ("atlantis", (*ELDER, "--scope", "PK-KP,atlantis"), "", 2),
        ("lahore", (*ELDER, "--scope", "lahore"), "", 2),
        ("PK-PB", (*ELDER, "--scope", "PK-PB"), "", 2),
        ("spy", (*ADD, "elder", "--role", "spy", *scoped), "", 2),
        ("--role", (*ADD, "elder", *scoped), "", 2),
        ("fr", (*ELDER, *scoped, "--language", "fr"), "", 2),
        ("USERNAME", (*ADD, "--role", "analyst"), "", 2),
    }
    for said, words, stdin, code in refusals:
        assert said in jirga.refused(*words, code=code, stdin=stdin)
    assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_refused_password_is_not_repeated(jirga: Terminal) -> None:
    line = jirga.refused(*ELDER, "--scope", "PK-KP", "--password-stdin", code=1, stdin="sesame\n")
    assert "sesame" not in line


def test_an_invitation(jirga: Terminal, app: Flask, session: Session) -> None:
    out = jirga.right("people", "invite", "--role", "reviewer", "--scope", "bannu", "--language", "ps").splitlines()
    code, link = out[0].split()[-1].replace("-", ""), urlsplit(out[1])
    assert link.path == f"/ps/join/{code}"
    form = {"username": "newcomer", "password": "mulberry rope well"}
    assert app.test_client().post(link.path, data=form, headers=SAME_SITE).status_code == 303
    made = session.scalars(select(Person)).one()
    assert (made.role, made.scope, made.invited_by) == (Role.REVIEWER, ("bannu",), None)
    assert code not in stored(session)
    assert "--scope" in jirga.refused("people", "invite", "--role", "reviewer", code=1)
    jirga.refused("people", "invite", "--role", "reviewer", "--scope", "lahore", code=2)


def test_a_reset(jirga: Terminal, app: Flask, session: Session) -> None:
    someone = factories.person(session, username="elder")
    browser = app.test_client()
    factories.sign_in(browser, someone)
    link = urlsplit(jirga.right("people", "reset", "elder").splitlines()[1])
    assert browser.get("/en/submit").status_code == 302
    assert factories.sign_in(browser, someone).status_code == 422
    form = {"password": "mulberry rope well"}
    assert browser.post(link.path, data=form, headers=SAME_SITE).status_code == 303
    assert factories.sign_in(browser, someone, password="mulberry rope well").status_code == 303
    assert "nobody" in jirga.refused("people", "reset", "nobody", code=1)


def test_a_closed_account(jirga: Terminal, app: Flask, session: Session) -> None:
    someone, browser = factories.person(session, username="elder"), app.test_client()
    factories.sign_in(browser, someone)
    given = factories.invite(session, by=someone)
    assert jirga.right("people", "disable", "elder") == "elder disabled\n"
    assert browser.get("/en/submit").status_code == 302
    assert factories.sign_in(browser, someone).status_code == 422
    assert browser.get(f"/en/join/{given}").status_code == 404
    factories.person(session, Role.ADMINISTRATOR, (), "chief")
    assert "only account that can manage people" in jirga.refused("people", "disable", "chief", code=1)
    jirga.refused("people", "disable", "nobody", code=1)


def test_no_code_for_a_closed_account(jirga: Terminal, session: Session) -> None:
    """It would open nothing; and closing it again changes nothing."""
    factories.person(session, username="elder")
    jirga.right("people", "disable", "elder")
    before = stored(session)
    assert "This account is disabled" in jirga.refused("people", "reset", "elder", code=1)
    jirga.right("people", "disable", "elder")
    assert stored(session) == before
