"""`jirga keys`: everything that is sealed goes under a new key while the site is served, and old keys go at last."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from webapp import held
from webapp.audit.queries import last_of
from webapp.cli import fail
from webapp.config import SECRETS, day_of, now, secrets_file, time_of
from webapp.keeping import replace_keys
from webapp.office import Office
from webapp.retention import SEALED, scrub
from webapp.sealed import Column, left, reseal
from webapp.serve import opened
from webapp.vault import new_key

DONE_IN_PART = 3
#: Seconds after each part, so that whoever files waits for one of them at most.
BREATH = 0.01
#: Rows that others hold are tried again so often, after so many seconds.
ROUNDS, PAUSE = 5, 0.5
#: By then a form that travels sealed through a sign-in has arrived.
UNDER_WAY = held.LASTS


@click.group()
def keys() -> None:
    """The keys under which words are sealed."""


@keys.command()
def rotate() -> None:
    """Make a new key and seal everything anew under it, while the site is served; if one is under way, go on with it.

    Stopped at any moment it loses nothing: run it again. Older keys stay in the secrets file until `jirga keys drop`.
    """
    with _alone() as here:
        if not _under_way(here):
            _begin(here)
        moved, remaining = _seal_all_anew(here)
        newest, *older = here.vault.ids()
        click.echo(f"{moved} sealed anew under key {newest}")
        if remaining:
            click.echo(
                f"{remaining} left under older keys: held just now, or damaged (jirga check); run it again", err=True
            )
            sys.exit(DONE_IN_PART)
        if not scrub(here.engine):
            click.echo("old bytes leave the database's log with the next jirga retention run", err=True)
        with here.acting() as operator:
            operator.note("keys_rotated", key=newest)
        click.echo(f"nothing is under an older key any more ({', '.join(older)}), but for backups made before now")
        click.echo(
            "keep a copy of the secrets with all of these as long as those; then take older ones out: jirga keys drop"
        )


@keys.command()
def drop() -> None:
    """Take older keys out of the secrets file, once nothing is sealed under them."""
    with _alone() as here:
        newest, *older = here.vault.ids()
        since = _rotated(here)
        if not older:
            fail("there is one key and none older; jirga keys rotate makes a new one")
        if since is None:
            fail("the rotation is not at its end; run jirga keys rotate")
        if now() < (until := since + UNDER_WAY):
            fail(f"forms may still be under way; run it after {time_of(until)} of {day_of(until)} (Pakistan)")
        with here.acting() as operator:
            if remaining := sum(left(operator.session, here.vault, column) for column in SEALED):
                fail(f"{remaining} are sealed under older keys; run jirga keys rotate")
            operator.note("keys_dropped", key=newest)
            path = replace_keys(here.settings.data_dir, _ring(here).split(",")[0].strip())
        click.echo(f"{', '.join(older)} taken out of {path}: copy this file to where its copy is kept")
        click.echo("backups made until the rotation ended open with the copy that holds these too: keep it as long")


@contextmanager
def _alone() -> Iterator[Office]:
    """The instance, for one such command at a time: two that made a key each would lose one of them."""
    here = opened()
    folder = here.settings.data_dir
    if here.settings.sources.get("JIRGA_VAULT_KEYS") != "file":
        fail(
            f"JIRGA_VAULT_KEYS comes from the environment, which no running process reads again; move its line to "
            f"{folder / SECRETS} (mode 600), start the site anew without the variable, then run this again"
        )
    lock = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fail("another jirga keys is at work on this instance; wait for its end")
        yield here
    finally:
        os.close(lock)


def _ring(here: Office) -> str:
    """The keys as they stand in the file."""
    return secrets_file(here.settings.data_dir)["JIRGA_VAULT_KEYS"]


def _rotated(here: Office) -> datetime | None:
    """When everything was found under the newest key; None when that is still to come."""
    with here.reading() as session:
        found = last_of(session, "keys_rotated")
    return found.at if found and found.about["key"] == here.vault.ids()[0] else None


def _under_way(here: Office) -> bool:
    """Whether a rotation was begun and has something left to do."""
    return len(here.vault.ids()) > 1 and (_rotated(here) is None or _left(here) > 0)


def _begin(here: Office) -> None:
    """A new key at the head of the ring, on disk before anything is sealed under it."""
    made = new_key()
    path = replace_keys(here.settings.data_dir, f"{made},{_ring(here)}")
    key = made.partition(":")[0]
    with here.acting() as operator:
        operator.note("key_made", key=key)
    click.echo(f"key {key} made in {path}: copy this file now to where its copy is kept, beside the older copy")


def _seal_all_anew(here: Office) -> tuple[int, int]:
    """Round after round, as workers may still have sealed something under an older key: how many, and how many left."""
    moved = 0
    for number in range(ROUNDS):
        time.sleep(PAUSE if number else 0)
        moved += sum(_seal_anew(here, column) for column in SEALED)
        if not (remaining := _left(here)):
            break
    return moved, remaining


def _seal_anew(here: Office, column: Column) -> int:
    """Everything of a column, one short transaction a part; how many."""
    moved, after = 0, None
    while True:
        with here.writing() as session:
            count, after = reseal(session, here.vault, column, after)
        moved += count
        if after is None:
            return moved
        time.sleep(BREATH)


def _left(here: Office) -> int:
    with here.reading() as session:
        return sum(left(session, here.vault, column) for column in SEALED)
