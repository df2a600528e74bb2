"""Whoever files and watches learns nothing between two releases, and one number a release; live figures tell all."""

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
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
from webapp.questions.rules import Area, Dimension, Question
from webapp.summary import actions as releases
from webapp.summary.queries import table

__all__ = ["bare", "jirga"]
ALL = [
    *(f"summary.csv?by={by}&area=province&every=month" for by in Dimension if by is not Dimension.PROTECTION),
    *(f"summary.csv?by={by}&area={area}" for by in ("none", "category", "status") for area in Area),
    "summary.csv?by=subcategory&layout=wide&district=bannu",
    "summary.csv?by=protection",
    "summary?by=none",
    "summary?by=status&area=province",
]
#: Looked at after each deed.
OFTEN = [ALL[0], ALL[-4], ALL[-3], ALL[-1]]
#: The cell into which the attacker files.
CELL = "summary.csv?by=subcategory&value=electricity&district=bannu"


@dataclass
class Watch:
    """Jirgas and officials at work, and an analyst who downloads."""

    here: Place
    client: FlaskClient
    clock: Clock
    analyst: Person

    def sees(self, wanted: Sequence[str]) -> list[bytes]:
        """Files and pages, in three languages by turns; no faster than one may."""
        self.clock.forward(minutes=1)
        addresses = [f"/{'en ur ps'.split()[turn % 3]}/{one}" for turn, one in enumerate(wanted)]
        answers = [self.client.get(address) for address in addresses]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.data.partition(b"<main")[2].partition(b"</main>")[0] or answer.data for answer in answers]

    def number(self) -> int:
        """What the attacked cell shows."""
        (row,) = csv.DictReader(io.StringIO(self.client.get(f"/en/{CELL}").data.decode("utf-8-sig")))
        return int(row["grievances"])

    def live(self) -> int:
        """The cell as the operator sees it."""
        asked = Question(by=Dimension.SUBCATEGORY, district="bannu")
        found = table(self.here.session, asked, {"bannu": "bannu"}, None)
        self.here.session.rollback()
        return found.cells["bannu", 0, "electricity"].grievances

    def release(self) -> None:
        """Publish at once, as the operator may."""
        session = self.here.session
        changed = partial(changed_since, session)
        releases.release(session, factories.VAULT, by=None, why="test", changed=changed, at=self.clock.at, force=True)
        session.commit()

    def a_week_later(self) -> None:
        """The week of a release is over, and who asks makes the next one."""
        self.here.at = self.clock.forward(days=8)
        factories.sign_in(self.client, self.analyst)
        self.here.session.rollback()


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
    yield lambda: here.take("reviewer", third, Step.MARK_PROTECTED)
    yield lambda: [here.file(confidentiality="protected", gathering_date=f"2025-03-{day:02}") for day in range(1, 8)]
    yield lambda: here.file(subcategory="electricity", consent_statistics="no", consensus="majority")


def test_no_file_changes_between_two_releases(watch: Watch, jirga: Terminal) -> None:
    """Whatever is filed, withdrawn, moved or reclassified, though the ledger and the operator's live figures move."""
    words = ("--unprotected", "--by", "subcategory", "--district", "bannu")
    before, often, live = watch.sees(ALL), watch.sees(OFTEN), jirga.right("summary", *words)
    ledgers = [watch.here.counted()[1]]
    for turn, deed in enumerate(deeds(watch.here)):
        deed()
        assert watch.sees(OFTEN) == often, turn
        ledgers.append(watch.here.counted()[1])
    assert watch.sees(ALL) == before
    assert sum(one != other for one, other in itertools.pairwise(ledgers)) == 9
    assert jirga.right("summary", *words) != live
    watch.release()
    assert all(one != other for one, other in zip(often, watch.sees(OFTEN), strict=True))


def test_probing_yields_one_number_a_release(watch: Watch) -> None:
    """32 filings into one cell and withdrawals by one person, later 16; live figures give a number for each of them."""
    live: list[int] = []
    numbers: list[set[int]] = []
    for turn in range(2):
        shown = set()
        for _ in probes(watch.here, (32, 16)[turn], month=4 + turn):
            shown.add(watch.number())
            live.append(watch.live())
        numbers.append(shown)
        watch.a_week_later()
    assert [len(shown) for shown in numbers] == [1, 1]
    assert len({*numbers[0], *numbers[1], watch.number()}) == 3
    assert len(live) == 48
    assert all(one != other for one, other in itertools.pairwise(live))


def probes(here: Place, count: int, month: int) -> Iterator[None]:
    """So many deeds of one person in one cell: three filings, a withdrawal, and again."""
    for number in range(count):
        if number % 4 == 3:
            here.take("stranger", here.filed[-1], Step.WITHDRAW)
        else:
            here.file("stranger", subcategory="electricity", gathering_date=f"2025-{month:02}-{number % 28 + 1:02}")
        yield
