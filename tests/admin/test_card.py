"""The card: shown once, in the language of whoever gets it, and telling a finder nothing."""

import re
from dataclasses import replace
from typing import Any

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import plain
from tests.browser.looks import TELLING
from tests.factories import SAME_SITE
from webapp import db
from webapp.config import now
from webapp.invitations.queries import by_code
from webapp.people.models import Person
from webapp.people.rules import Role

FORM = {"role": "representative", "scope": ["bannu"]}


def issue(browser: FlaskClient, site: str = "ur", card: str = "ps", **form: Any) -> str:
    """The page with a card."""
    answer = browser.post(f"/{site}/admin/invitations", data={**FORM, "language": card, **form}, headers=SAME_SITE)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def card_of(page: str) -> str:
    """The card alone."""
    found = re.search(r'<article class="ticket".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def code_of(card: str) -> str:
    """The code, ungrouped."""
    found = re.search(r"<bdi[^>]*>([0-9A-Z]{5})-([0-9A-Z]{5})</bdi>", card)
    assert found
    return found[1] + found[2]


def test_the_code_on_it_opens(desk: FlaskClient, session: Session) -> None:
    """Once big in groups, once in the link as words, once in the link as a picture; and nowhere else."""
    page = issue(desk)
    card = card_of(page)
    code = code_of(card)
    link = f"http://localhost/ps/join/{code}"
    assert plain(card).count(code) == 1
    assert page.count(code) == 1
    assert f">{link}</bdi>" in card
    assert f'href="{link}' not in page
    assert ">http://localhost/ps/join</bdi>" in card
    session.rollback()
    assert by_code(session, factories.VAULT, code, now())
    drawn = segno.make(link, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    assert drawn in card


@pytest.mark.parametrize(("site", "card"), [("en", "ur"), ("ur", "en"), ("ps", "ps"), ("ur", "ps")])
def test_two_languages_on_one_page(desk: FlaskClient, site: str, card: str) -> None:
    """The page speaks the administrator's, the card the guest's, with its own direction."""
    page = issue(desk, site, card)
    directions = {"en": "ltr", "ur": "rtl", "ps": "rtl"}
    names = {"en": "Forms", "ur": "فارم", "ps": "فارمونه"}
    assert f'<html lang="{site}" dir="{directions[site]}">' in page
    assert f'<article class="ticket" lang="{card}" dir="{directions[card]}">' in page
    assert f"<h2>{names[card]}</h2>" in card_of(page)
    assert f"· {names[site]}</title>" in page
    assert f'action="/{site}/sign-out"' in page.partition("</article>")[0]
    assert f'href="/{site}/about"' in page.partition("</article>")[2]


def test_a_finder_learns_nothing(desk: FlaskClient) -> None:
    """Neither what the site is about, nor who it is for, nor where."""
    for role in Role:
        card = plain(card_of(issue(desk, "en", "en", role=role.value)))
        assert not TELLING.search(card)
        for word in ("representative", "reviewer", "officer", "administrator", "Bannu", "bannu", "chief"):
            assert word not in card
    assert "Nobody will ever ask you for your password." in card
    assert "Keep this card hidden." in card


def test_only_the_card_is_printed(desk: FlaskClient) -> None:
    page = issue(desk).partition("<main")[2].partition("</main>")[0]
    outside = page.replace(card_of(page), "")
    parts = re.findall(r"^  <(?!/)(\w+)([^>]*)>", outside, re.MULTILINE)
    assert parts
    assert all("no-print" in attributes for _, attributes in parts)


def test_a_card_for_the_same_account(desk: FlaskClient, session: Session) -> None:
    """In the account's language; the user name stands beside it, not on it."""
    someone = factories.person(session, username="guest-7")
    someone.language = "en"
    session.commit()
    answer = desk.post(f"/ur/admin/people/{someone.id}/code", headers=SAME_SITE)
    assert answer.status_code == 201
    card = card_of(answer.text)
    assert "With this card you choose a new password" in card
    assert "guest-7" not in card
    assert "guest-7" in answer.text


def test_the_address_that_people_type(app: Flask, session: Session, chief: Person) -> None:
    """The one that the operator set, whatever the request was sent to."""
    store: db.Store = app.extensions["store"]
    store.settings = replace(store.settings, base_url="https://forms.example.org")
    browser = app.test_client()
    headers = {**SAME_SITE, "Accept": "application/json"}
    form = {"username": "chief", "password": factories.PASSWORD}
    secure = {"base_url": "https://forms.example.org"}
    browser.post("/en/sign-in", data=form, headers=headers, **secure)
    asked = {**FORM, "language": "ur"}
    answer = browser.post("/en/admin/invitations", data=asked, headers=headers, **secure)
    assert answer.json["link"] == f"https://forms.example.org/ur/join/{answer.json['code']}"
