"""Somebody with a one-time code, in a browser of their own."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import SAME_SITE

GOOD = "synthetic words of a newcomer"


class Newcomer:
    """Opens codes and sends the form behind them; each time from a browser that knows nothing."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def open(self, code: str, **headers: str) -> TestResponse:
        """The page of a code."""
        return self.app.test_client().get(f"/en/join/{code}", headers=headers)

    def take(self, code: str, username: str = "newcomer", password: str = GOOD, **more: Any) -> TestResponse:
        """Send the form of a code."""
        form = {"username": username, "password": password, **more}
        return self.app.test_client().post(f"/en/join/{code}", data=form, headers=SAME_SITE)

    def signs_in(self, username: str, password: str = GOOD) -> bool:
        """Whether the name and the password let somebody in."""
        form = {"username": username, "password": password}
        return self.app.test_client().post("/en/sign-in", data=form, headers=SAME_SITE).status_code == 303


@pytest.fixture
def newcomer(app: Flask) -> Newcomer:
    """Somebody who was invited."""
    return Newcomer(app)
