"""`jirga release`: when it may be made, and what it says when it may not."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.commands.terminal import Terminal
from webapp.audit.models import AuditEntry
from webapp.summary.models import Release


def test_the_first_may_always_be_made_the_next_not_at_once(jirga: Terminal, session: Session) -> None:
    assert jirga.right("release") == "release 1\n"
    line = jirga.refused("release", code=1)
    assert "not due" in line
    assert "--now --why" in line
    assert session.scalars(select(Release.number)).all() == [1]


def test_a_week_alone_is_not_enough(jirga: Terminal) -> None:
    jirga.right("release")
    jirga.later(8)
    assert "10 more" in jirga.refused("release", code=1)


def test_an_early_one_needs_a_reason_which_is_kept(jirga: Terminal, session: Session) -> None:
    jirga.right("release")
    for words in ((), ("--why", ""), ("--why", "  ")):
        assert "--why" in jirga.refused("release", "--now", *words, code=2)
    assert jirga.right("release", "--now", "--why", "synthetic reason") == "release 2\n"
    assert session.get_one(Release, 2).why == "synthetic reason"
    about = session.scalars(select(AuditEntry.about).where(AuditEntry.what == "release")).all()
    assert [entry["number"] for entry in about] == [1, 2]


@pytest.mark.parametrize("words", [["--now"], ["--why"], ["extra"], ["--number", "3"]])
def test_wrong_words(jirga: Terminal, words: list[str]) -> None:
    jirga.refused("release", *words, code=2)


def test_a_reason_longer_than_the_database_keeps(jirga: Terminal) -> None:
    done = jirga.run("release", "--now", "--why", "synthetic " * 30)
    assert done.code in (0, 1, 2)
    assert done.err.count("\n") == bool(done.code)
