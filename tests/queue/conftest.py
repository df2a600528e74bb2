"""Officials at their desk, and what happens to grievances meanwhile; the page of one grievance may not stand yet."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.handling.acting import Place, place
from webapp.history.tables import Step
from webapp.people.models import Person
from webapp.people.rules import Role

MAIN = re.compile("<main.*</main>", re.DOTALL)
ROW = re.compile(r'<tr role="row">\s*<th scope="row".*?</tr>', re.DOTALL)
SHOWN = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")
NEXT = re.compile(r'href="(/[a-z]{2}/queue\?[^"]*after=[^"]+)"')
TAG = re.compile("<[^>]*>|[\u2066-\u2069]")


@dataclass
class Desk:
    """The site, its database, everybody, and the time."""

    app: Flask
    place: Place
    clock: Clock

    def browser(self, name: str) -> FlaskClient:
        """A browser in which one of the place's people has just signed in."""
        return self.let_in(self.place.people[name].id)

    def of(self, role: Role, *scope: str) -> FlaskClient:
        """A browser of a new account."""
        self.place.session.rollback()
        return self.let_in(factories.person(self.place.session, role, scope).id)

    def let_in(self, number: Any) -> FlaskClient:
        """A browser in which that account has just signed in."""
        found, client = self.place.session.get(Person, number), self.app.test_client()
        assert found
        assert factories.sign_in(client, found).status_code == 303
        self.place.session.rollback()
        return client

    def close(self, *names: str) -> None:
        """The accounts of these people cannot be used any more."""
        for name in names:
            found = self.place.session.get(Person, self.place.people[name].id)
            assert found
            factories.close(self.place.session, found)

    def file(self, **changes: Any) -> str:
        """A new grievance; its reference."""
        self.place.at = self.clock.at
        self.place.session.rollback()
        return self.place.file(**changes)

    def take(self, name: str, reference: str, *steps: Step) -> None:
        """One step after the other, now."""
        self.place.at = self.clock.at
        self.place.session.rollback()
        for step in steps:
            self.place.take(name, reference, step)


def page(client: FlaskClient, address: str = "/en/queue", status: int = 200) -> str:
    """The main part of a page."""
    answer = client.get(address)
    assert answer.status_code == status, answer.status
    return unescape(MAIN.findall(answer.text)[0])


def rows(text: str) -> list[str]:
    """The lines of the list, in words."""
    return [" ".join(TAG.sub(" ", row).split()) for row in ROW.findall(text)]


def numbers(text: str) -> list[str]:
    """The references of the list in its order."""
    return [SHOWN.findall(row)[0].replace("-", "") for row in rows(text)]


def turn(client: FlaskClient, address: str = "/en/queue") -> list[str]:
    """The references of all pages, one after the other."""
    found: list[str] = []
    for _ in range(30):
        text = page(client, address)
        found += numbers(text)
        following = NEXT.search(text)
        if following is None:
            return found
        address = following[1]
    raise AssertionError("the list has no end")


def counts(text: str) -> dict[str, str]:
    """Label to number of what stands above the list."""
    found = re.findall(r"<strong><bdi>(.*?)</bdi></strong> <span>(.*?)</span>", text)
    return {label: number for number, label in found}


@pytest.fixture
def desk(app: Flask, session: Session, clock: Clock) -> Desk:
    """Everybody, and nothing filed yet."""
    made = Desk(app, place(session), clock)
    made.place.at = clock.at
    return made
