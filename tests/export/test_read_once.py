"""Figures of a closed release never change, so a worker reads them once. All grievances are synthetic."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.export.drawn import look, publish, some
from webapp.config import LANGUAGES
from webapp.export import forms

#: One for each dimension that is drawn, of `none`, and of `none` by month.
MOST_READS = 11
#: And for what changed: three tables at two times.
MOVING = 6


@pytest.fixture
def read(app: Flask) -> list[str]:
    """The statements that read published figures, as they come."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        if "FROM published" in given[2]:
            asked.append(given[2])

    event.listen(app.extensions["store"].engine, "before_cursor_execute", note)
    return asked


@pytest.mark.parametrize("address", ["", "/bannu"])
def test_a_release_is_read_once(reading: FlaskClient, published: Session, read: list[str], address: str) -> None:
    """Each dimension once, however many tables a page is made of; the next time nothing, until the next release."""
    first = reading.get(f"/en/summary{address}").text
    assert 0 < len(read) <= MOST_READS + (MOVING if address else 0)
    read.clear()
    assert reading.get(f"/en/summary{address}").text == first
    assert not read
    publish(published, some("bannu", 40))
    assert reading.get(f"/en/summary{address}").text != first
    assert read


def test_what_is_long_is_not_kept(
    reading: FlaskClient, published: Session, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker's memory stays small, whatever tables are asked for."""
    monkeypatch.setattr(forms, "MOST_KEPT", 10)
    first = reading.get("/en/summary").text
    read.clear()
    assert reading.get("/en/summary").text == first
    assert read


def test_what_is_read_once_is_told_apart(reading: FlaskClient, published: Session) -> None:
    """By language, by what was asked and by release; what is not given out yet is not kept."""
    pages = {look(reading, query, language) for query in ("", "?period=2025", "?release=1") for language in LANGUAGES}
    assert len(pages) == 9
    assert {
        look(reading, query, language) for query in ("", "?period=2025", "?release=1") for language in LANGUAGES
    } == pages
