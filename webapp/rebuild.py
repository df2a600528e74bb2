"""`jirga rebuild`: puts the ledger right after a fault in the machine or a hand in the database."""

from collections.abc import Mapping
from typing import NamedTuple

import click
from sqlalchemy.orm import Session

from webapp import serve as server
from webapp.audit import actions as audit
from webapp.drafts.forms import World
from webapp.grievances.queries import recount
from webapp.office import Office
from webapp.summary import actions as ledger
from webapp.summary.queries import closed_cells, ledger_cells, published_cells
from webapp.summary.rules import Cell, Counts, changes


class Rebuilt(NamedTuple):
    """How many cells were put right in the last closed release, and how many in the open one."""

    closed: int
    open: int


def put_right(session: Session, world: World) -> Rebuilt:
    """Make the ledger equal to a recount of all grievances; nobody files or publishes meanwhile.

    What was given out stays what it was: where the closed releases do not add up to the published figures, the last of
    them takes the difference. What is still wrong then is corrected in the open release, and shows with the next one.
    """
    last = ledger.hold(session).number - 1
    given = changes(closed_cells(session), published_cells(session)) if last else {}
    _add(session, last, given)
    due = changes(ledger_cells(session), recount(session, world))
    _add(session, last + 1, due)
    return Rebuilt(len(given), len(due))


def _add(session: Session, number: int, changed: Mapping[Cell, Counts]) -> None:
    """In pieces, each one statement."""
    cells = sorted(changed.items())
    for start in range(0, len(cells), 1000):
        ledger.add(session, number, dict(cells[start : start + 1000]))


def rebuild(office: Office) -> Rebuilt:
    """The same on an instance, noted in the audit log when something was put right."""
    with office.writing() as session:
        done = put_right(session, office.world())
        if any(done):
            audit.append(session, office.vault, by=None, what="ledger_rebuilt", about=done._asdict())
    return done


@click.command("rebuild")
def command() -> None:
    """Count all grievances again and correct the ledger; filing waits meanwhile. Then run `jirga check`."""
    done = rebuild(server.opened())
    click.echo(f"{done.closed} cells corrected in the last release, {done.open} in the open one")
