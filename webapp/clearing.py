"""`jirga retention`: erases what has had its time, out of the database's files too, and says how much of each kind."""

import sys

import click

from webapp.history.tables import Step
from webapp.retention import Lapsed, lapse_all, scrub, sweep
from webapp.serve import opened

DONE_IN_PART = 3
#: step -> what it erases
TEXTS = {
    Step.ERASE_DUE: "texts of withdrawn grievances",
    Step.ERASE_CLOSED: "texts of closed grievances",
}


@click.group()
def retention() -> None:
    """What is kept, and for how long."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def run(dry_run: bool) -> None:
    """Erase what has had its time; a served site does the same every hour.

    The words of grievances: 48 hours after they were withdrawn, 30 days where a new code had been given for the account
    since they were filed; 12 months after they were closed, 6 where they are protected. And sheets, kept replies,
    sign-ins, codes and guesses that serve nothing any more.
    """
    here = opened()
    done = lapse_all(here.engine, here.vault, TEXTS, dry_run=dry_run)
    counts = {kind: done[step] for step, kind in TEXTS.items()} | sweep(here.engine, dry_run=dry_run)
    for kind, count in counts.items():
        click.echo(f"{kind}: {count} {'due' if dry_run else 'erased'}")
    if not dry_run and not scrub(here.engine):
        click.echo("somebody is reading what stood before; what was erased leaves the log with the next run", err=True)
    sys.exit(failed(done))


def failed(done: Lapsed) -> int:
    """Say what could not be done; the exit code."""
    if done.failed:
        click.echo(f"{done.failed} could not be done; the log says why, and the next run tries again", err=True)
    return DONE_IN_PART if done.failed else 0
