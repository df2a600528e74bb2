"""Pages of the audit log: filtered, newest first, each entry on one page."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests import factories
from webapp.audit import actions, queries
from webapp.audit.models import AuditEntry
from webapp.config import now

PEOPLE = [uuid.UUID(int=number) for number in range(1, 4)]
START = now() - timedelta(days=1)


@pytest.fixture
def log(session: Session) -> list[int]:
    """Thirty entries, two a minute; those of one minute came in together."""
    for number in range(30):
        given = {"by": PEOPLE[number % 3], "what": f"test_{number % 2}", "about": {"number": number}}
        actions.append(session, factories.VAULT, **given, at=START + timedelta(minutes=number // 2))
    session.commit()
    return list(range(29, -1, -1))


def paged(session: Session, **asked: Any) -> list[int]:
    """What all pages show, in order."""
    found: list[AuditEntry] = []
    while page := queries.entries(session, **asked, limit=4, before_id=found[-1].id if found else None):
        assert len(page) <= 4
        found += page
    return [one.about["number"] for one in found]


def test_all(session: Session, log: list[int]) -> None:
    assert paged(session) == log
    assert [one.about["number"] for one in queries.entries(session)] == log[:20]


def test_filters(session: Session, log: list[int]) -> None:
    fifth = START + timedelta(minutes=5)
    asked: dict[str, tuple[dict[str, Any], list[int]]] = {
        "what": ({"what": "test_1"}, [one for one in log if one % 2]),
        "who": ({"person_id": PEOPLE[1]}, [one for one in log if one % 3 == 1]),
        "since": ({"since": fifth}, [one for one in log if one >= 10]),
        "until": ({"until": fifth}, [one for one in log if one < 10]),
        "both": ({"person_id": PEOPLE[0], "what": "test_0"}, [one for one in log if one % 6 == 0]),
        "no one": ({"person_id": uuid.uuid4()}, []),
        "nothing": ({"what": "test"}, []),
    }
    assert {name: paged(session, **given) for name, (given, _) in asked.items()} == {
        name: expected for name, (_, expected) in asked.items()
    }


def test_after_an_entry_that_is_not_there(session: Session, log: list[int]) -> None:
    assert queries.entries(session, before_id=10**6) == []


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_page_is_read_from_an_index(session: Session, engine: Engine) -> None:
    """Nothing is sorted and no table is read through, so that a million entries cost no more."""
    asked: list[tuple[str, tuple[Any, ...]]] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    both = {"person_id": PEOPLE[0], "what": "x"}
    for filters in ({}, {"what": "x"}, {"person_id": PEOPLE[0]}, both, {"since": START}, {"until": START, "what": "x"}):
        queries.entries(session, **filters)  # type: ignore[arg-type]
        queries.entries(session, **filters, before_id=7)  # type: ignore[arg-type]
    plans = [
        session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in asked[:12]
    ]
    said = [row.detail for plan in plans for row in plan]
    assert all(
        "USING INDEX" in one or "USING COVERING INDEX" in one or "PRIMARY KEY" in one or "SUBQUERY" in one
        for one in said
    ), said
    assert not any("TEMP B-TREE" in one for one in said), said
    assert any("(person_id=? AND what=?)" in one for one in said), said
