"""Whoever files and watches learns nothing between two releases, and one number a release; live figures tell all."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.commands.terminal import Terminal, bare, jirga
from tests.handling.acting import Place, place
from webapp.grievances.queries import changed_since
from webapp.history.tables import Step
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.questions.rules import Area, Dimension
from webapp.summary import actions as releases

__all__ = ["bare", "jirga"]
FILES = [
    *(f"summary.csv?by={by}&area=province&every=month" for by in Dimension if by is not Dimension.PROTECTION),
    *(f"summary.csv?by={by}&area={area}" for by in ("none", "category", "status") for area in Area),
    "summary.csv?by=subcategory&layout=wide&district=bannu",
    "summary.csv?by=protection",
]
PAGES = ["summary?by=none", "summary?by=status&area=province"]
#: The cell into which the attacker files.
CELL = "summary.csv?by=subcategory&value=electricity&district=bannu"


@dataclass
class Watch:
    """Jirgas and officials at work, and an analyst who downloads."""

    here: Place
    client: FlaskClient
    clock: Clock
    analyst: Person

    def sees(self) -> list[bytes]:
        """Every file and page, in three languages by turns."""
        addresses = [f"/{'en ur ps'.split()[turn % 3]}/{one}" for turn, one in enumerate(FILES + PAGES)]
        answers = [self.client.get(address) for address in addresses]
        assert {answer.status_code for answer in answers} == {200}
        return [
            answer.data if "csv" in address else answer.data[answer.data.index(b"<main") : answer.data.index(b"</main>")]
            for address, answer in zip(addresses, answers, strict=True)
        ]  # fmt: skip

    def number(self) -> int:
        """What the attacked cell shows."""
        (row,) = csv.DictReader(io.StringIO(self.client.get(f"/en/{CELL}").data.decode("utf-8-sig")))
        return int(row["grievances"])

    def release(self) -> None:
        """Publish at once, as the operator may."""
        session = self.here.session
        changed = lambda number: changed_since(session, number)  # noqa: E731
        releases.release(
            session, factories.VAULT, by=None, why="test", changed=changed, at=self.clock.at, force=True
        )  # fmt: skip
        session.commit()

    def a_week_later(self) -> None:
        """The week of a release is over, and who asks makes the next one."""
        self.here.at = self.clock.forward(days=8)
        factories.sign_in(self.client, self.analyst)


@pytest.fixture
def watch(client: FlaskClient, session: Session, clock: Clock) -> Watch:
    """A dozen grievances, published, and the analyst signed in."""
    here = place(session)
    here.at = clock.at
    analyst = factories.person(session, Role.ANALYST, ())
    for number in range(12):
        here.file(subcategory=("electricity", "house_damage")[number % 2], gathering_date=f"2025-01-{number + 1:02}")
    made = Watch(here, client, clock, analyst)
    made.release()
    factories.sign_in(client, analyst)
    return made


def deeds(here: Place) -> Iterator[Callable[[], Any]]:
    """What the owner of a grievance and officials can do that moves a number, one after the other."""
    first, second, third = here.filed[:3]
    yield lambda: [here.file(subcategory="electricity", gathering_date=f"2025-02-{day:02}") for day in range(1, 8)]
    yield lambda: here.take("owner", first, Step.WITHDRAW)
    yield lambda: here.take("owner", first, Step.TAKE_BACK)
    yield lambda: here.take("owner", second, Step.CORRECT, district="khyber", subcategory="electricity")
    yield lambda: here.take("owner", second, Step.CORRECT, district="khyber", subcategory="house_damage")
    yield lambda: here.take("reviewer", third, Step.ACKNOWLEDGE)
    yield lambda: here.take("reviewer", third, Step.CORRECT_OFFICIAL, urgency="life_danger")
    yield lambda: here.take("reviewer", third, Step.PROTECT)
    yield lambda: here.file(subcategory="electricity", confidentiality="protected")
    yield lambda: here.file(subcategory="electricity", consent_statistics="no", consensus="majority")


def test_no_file_changes_between_two_releases(watch: Watch, jirga: Terminal) -> None:
    """Whatever is filed, withdrawn, moved or reclassified; the operator's live figures move with nearly all of it."""
    before, live, moved = watch.sees(), set(), 0
    words = ("--unprotected", "--by", "subcategory", "--area", "district", "--district", "bannu")
    for turn, deed in enumerate(deeds(watch.here)):
        deed()
        assert watch.sees() == before, turn
        watch.here.session.rollback()
        live.add(jirga.right("summary", *words))
        moved += 1
    assert len(live) > moved / 2
    watch.release()
    after = watch.sees()
    assert sum(one != other for one, other in zip(before, after, strict=True)) > len(before) / 2


def test_probing_yields_one_number_a_release(watch: Watch, jirga: Terminal) -> None:
    """32 filings and withdrawals into one cell, twice; live figures give a number for each of them."""
    live: list[str] = []
    for turn in range(2):
        shown = set()
        for number in range(16):
            mine = watch.here.file("stranger", subcategory="electricity", gathering_date=f"2025-0{4 + turn}-{number + 1:02}")
            shown.add(watch.number())
            if turn == 0:
                live.append(bare_number(jirga))
            if number < 12:
                continue
            for step in (Step.WITHDRAW, Step.TAKE_BACK, Step.WITHDRAW, Step.TAKE_BACK)[: 4 if number < 15 else 4]:
                watch.here.take("stranger", mine, step)
                shown.add(watch.number())
                if turn == 0:
                    live.append(bare_number(jirga))
        assert len(shown) == 1
        watch.a_week_later()
        assert watch.number() not in shown
    assert len(live) == 32
    assert all(one != other for one, other in zip(live, live[1:], strict=False))


def bare_number(jirga: Terminal) -> str:
    """The true number of the cell, for the operator."""
    words = ("--by", "subcategory", "--value", "electricity", "--district", "bannu")
    return next(csv.DictReader(io.StringIO(jirga.right("summary", "--unprotected", *words).removeprefix("\ufeff"))))["grievances"]
