"""Browsers of an administrator and of a supervisor, and the accounts that they look after."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from webapp.people.models import Person
from webapp.people.rules import Role


@pytest.fixture
def chief(session: Session) -> Person:
    """The administrator, the only one."""
    return factories.person(session, Role.ADMINISTRATOR, (), "chief")


@pytest.fixture
def overseer(session: Session) -> Person:
    """A supervisor of Khyber Pakhtunkhwa."""
    return factories.person(session, Role.SUPERVISOR, ("PK-KP",), "overseer")


@pytest.fixture
def browser(app: Flask) -> Callable[[Person], FlaskClient]:
    """A maker of browsers in which somebody is signed in."""

    def make(someone: Person) -> FlaskClient:
        made = app.test_client()
        assert factories.sign_in(made, someone).status_code == 303
        return made

    return make


@pytest.fixture
def desk(browser: Callable[[Person], FlaskClient], chief: Person) -> FlaskClient:
    """The administrator's browser."""
    return browser(chief)


@pytest.fixture
def office(browser: Callable[[Person], FlaskClient], overseer: Person) -> FlaskClient:
    """The supervisor's browser."""
    return browser(overseer)
