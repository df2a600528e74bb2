"""Handing in a sheet as a browser without scripts does."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.paper.sheets import csv_of
from webapp.grievances.models import Grievance

KIND = "multipart/form-data; boundary=part"


def enveloped(content: bytes, name: str = "forms.csv") -> bytes:
    """What a browser sends with a file."""
    head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return head + content + b"\r\n--part--\r\n"


def hand_in(client: FlaskClient, content: bytes, name: str = "forms.csv", language: str = "en") -> TestResponse:
    """The answer to a file handed in."""
    return client.post(
        f"/{language}/import", data=enveloped(content, name), content_type=KIND, headers=factories.SAME_SITE
    )


def handed_in(client: FlaskClient, rows: list[dict[str, str]], language: str = "en") -> str:
    """The address at which a sheet that could be read is looked at."""
    answer = hand_in(client, csv_of(rows), language=language)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def enter(client: FlaskClient, where: str, **more: Any) -> TestResponse:
    """Press the button."""
    return client.post(where, headers={**factories.SAME_SITE, **more})


def words(answer: TestResponse) -> str:
    """What a page says, without its marks."""
    return re.sub("[\u2068\u2069]|<[^>]*>", "", answer.text)


def count(session: Session, model: type[Any] = Grievance) -> int:
    """How many stand."""
    session.rollback()
    found = session.scalar(select(func.count()).select_from(model)) or 0
    session.rollback()
    return found
