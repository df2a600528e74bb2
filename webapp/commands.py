"""What each `jirga` command does: it calls actions and queries, and holds no SQL of its own."""

import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from webapp import demo as demo_instance
from webapp import serve as server
from webapp.accounts import accounts
from webapp.backup import backup, restore
from webapp.check import bad_numbers
from webapp.check import command as check
from webapp.clearing import DONE_IN_PART, failed, retention
from webapp.cli import fail
from webapp.config import LANGUAGES, data_dir_of, day_of, now
from webapp.export import queries as answers
from webapp.files import Unreadable
from webapp.history.tables import Step
from webapp.intake import Intake, Refusals
from webapp.keys import keys
from webapp.launch import example, launch, require_free, serve
from webapp.office import Office, first_release, prepare
from webapp.orm import READ_ONLY
from webapp.paper import labels as paper
from webapp.paper.rules import extra_columns
from webapp.people.models import Person
from webapp.people.queries import by_username
from webapp.people.rules import Permission, may
from webapp.questions.rules import NAMES, Dimension, Unanswerable
from webapp.queue.queries import waiting
from webapp.rebuild import command as rebuild
from webapp.reminders import tell
from webapp.retention import lapse_all
from webapp.seed import plant
from webapp.summary.actions import NotDue
from webapp.timeliness import actions as service

#: What the database, not the person, did wrong.
DATABASE_ERRORS = (SQLAlchemyError,)
_NO_ROOM = "the disk is full or fails: make room on the disk where the database lies, then run it again"
_READ_ONLY = "it may only be read: a replica, or a file or folder that is not this account's to write"
#: What SQLite calls it, by its primary code, or PostgreSQL -> what to do; to SQLite a quota, too, is an I/O error.
_ADVICE: dict[int | str, str] = {
    sqlite3.SQLITE_FULL: _NO_ROOM,
    sqlite3.SQLITE_IOERR: _NO_ROOM,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    "53100": _NO_ROOM,
    READ_ONLY: _READ_ONLY,
}
#: A function that is about to become a command.
Callback = Callable[..., None]
HELP = {
    "area": "district (default), division or province",
    "by": "category (default), " + ", ".join(Dimension)[len("category, ") :],
    "value": "One code of the dimension.",
    "period": "2025, 2025-Q3, 2025-09 or all (default)",
    "every": "A block of rows for each month, quarter or year.",
    "province": "One province's code.",
    "district": "One district's code.",
    "layout": "long (default) or wide",
    "release": "An older release's number.",
}


def advice(error: SQLAlchemyError) -> str:
    """What to do about something that the database refused."""
    said = getattr(error, "orig", None)
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF or getattr(said, "sqlstate", None) or ""
    return _ADVICE.get(code, "check JIRGA_DATABASE_URL and that it is running")


@click.command()
def init() -> None:
    """Migrate to head and load the reference tables; safe to repeat."""
    office, secrets, added = prepare(data_dir_of())
    if secrets:
        click.echo(f"secrets made in {secrets}: keep a copy in a safe place, apart from the database's backups")
    click.echo(f"schema at head, {added} reference rows added")
    if wrong := bad_numbers(office):
        fail(f"{wrong}; until then the site shows the numbers that came with it")


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Only build it.")
def demo(port: int, no_serve: bool) -> None:
    """An instance of its own with real gatherings, and accounts to try it."""
    if not no_serve:
        require_free("127.0.0.1", port)  # before anything: there may be this very demo, with passwords that are in use
    os.environ.pop("JIRGA_DATABASE_URL", None)
    try:
        _, passwords = demo_instance.build(data_dir_of())
    except demo_instance.NotOurs:
        fail(f"{data_dir_of()} holds something that the demo did not make; set JIRGA_DATA_DIR to another folder")
    except demo_instance.Outdated:
        fail(f"{data_dir_of()} holds the demo of another version; remove that folder, or set JIRGA_DATA_DIR to another")
    click.echo("Real gatherings, as reported in the press and paraphrased. Accounts, with passwords made just now:")
    for username, password in passwords.items():
        click.echo(f"  {username:<22} {password}")
    if not no_serve:
        click.echo(f"http://127.0.0.1:{port}/   (Ctrl+C stops it)")
        click.echo(f"A new filing appears in the figures after: {sys.argv[0]} release --now --why demo")
        launch("127.0.0.1", port, 1)


class Handed(click.Path):
    """A file that is there; one that cannot be looked at is not called missing, as click would."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The file's path."""
        try:
            Path(value).stat()
        except FileNotFoundError:
            pass
        except OSError as error:
            self.fail(f"{value}: {error.strerror}; lay it where the account that runs this can read it.", param, ctx)
        return super().convert(value, param, ctx)


@click.command("import")
@click.argument("file", type=Handed(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The representative who hands the forms in.")
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Put the refused rows here, as CSV.")
def import_(file: Path, username: str, dry_run: bool, errors: Path | None) -> None:
    """Enter a CSV or XLSX of paper forms; the same rows again add nothing."""
    if errors and errors.exists() and errors.samefile(file):
        raise click.UsageError("--errors names the file that is read; give it another name.")
    here = server.opened()
    person = _representative(here, username)
    with file.open("rb") as stream:
        try:
            intake = Intake(here, person, stream, dry_run=dry_run)
            totals = _take(intake, Refusals(errors, intake.headers) if errors else None)
        except Unreadable as error:
            fail(paper.unreadable(error))
    if totals["discarded"]:
        _say(f"notice: of {totals['discarded']} rows the texts were not kept, as their subject or wish asks")
    done = "would be added" if dry_run else "added"
    click.echo(f"{totals['added']} {done}, {totals['already']} there before, {totals['refused']} refused")
    some = totals["added"] or totals["already"]
    if some and not dry_run:
        first_release(here, "first import")
    sys.exit((DONE_IN_PART if some else 1) if totals["refused"] else 0)


def _take(intake: Intake, refusals: Refusals | None) -> Counter[str]:
    """Run it, telling what happens while it does; a terminal also sees how far it is."""
    totals: Counter[str] = Counter()
    shown = click.progressbar(length=intake.count, file=sys.stderr, hidden=not sys.stderr.isatty())
    with refusals or nullcontext(), shown as bar:
        if extra := extra_columns(intake.headers):
            _say(f"notice: columns not stored: {', '.join(extra)}")
        for rows, report in intake.parts():
            for kind, found in (("error", report.errors), ("notice", report.notices)):
                for line, problem in found:
                    _say(f"{kind}: line {line}, {problem.field}: {paper.reason(problem)}")
            if refusals:
                refusals.add(rows, report.errors)
            totals.update({name: getattr(report, name) for name in ("added", "already", "refused", "discarded")})
            bar.update(len(rows))
    return totals


def _say(line: str) -> None:
    """To stderr; on a terminal over the bar that may stand there."""
    click.echo(f"\r\033[K{line}" if sys.stderr.isatty() else line, err=True)


def _representative(here: Office, username: str) -> Person:
    with here.reading() as session:
        person = by_username(session, username)
    if person is None or person.disabled_at or not may(person.role, Permission.FILE_GRIEVANCE):
        fail(f"--as: {username} is not the account of a representative")
    return person


@click.command()
@click.option("--now", "force", is_flag=True, help="Although it is not due.")
@click.option("--why", help="Needed with --now, and kept.")
def release(force: bool, why: str | None) -> None:
    """Publish what changed since the last release."""
    if force and not (why or "").strip():
        raise click.UsageError("--now needs --why TEXT: the reason is kept.")
    here = server.opened()
    figures = here.served()
    with here.writing() as session:
        try:
            number = service.release(session, here.vault, figures, by=None, why=why, at=now(), force=force)
        except NotDue as early:
            fail(f"not due: {early}; or say --now --why TEXT")
    click.echo(f"release {number}")


def _question_options(command: Callback) -> Callback:
    """An option for each word of a question; what they may be is told by questions.rules, as for the site."""
    for name in reversed(NAMES):
        command = click.option(f"--{name}", help=HELP[name], multiple=True)(command)
    return command


@click.command()
@_question_options
@click.option("--language", type=click.Choice(LANGUAGES))
@click.option("--format", "kind", type=click.Choice([*map(str, answers.Format)]), default="csv", show_default=True)
@click.option("--unprotected", is_flag=True, help="Live and bare, for the operator alone.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
def summary(unprotected: bool, output: Path | None, language: str | None, kind: str, **given: tuple[str, ...]) -> None:
    """Concerns by area as a file, the same bytes as the site's download."""
    here = server.opened()
    with here.reading() as session:  # the first who asks after it is due makes it, here as on the site
        service.make_if_due(session, here.writing, here.vault, here.reference[0], now())
    asked = (given, here.reference, language or here.settings.default_language, answers.Format(kind))
    try:
        with here.reading() as session:
            content = answers.file(session, *asked, today=day_of(now()), live=unprotected)
    except Unanswerable as error:
        fail(answers.reason(error), 2)
    if output:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)


@click.command()
@click.option("--grievances", "count", required=True, type=click.IntRange(1, 10_000_000))
@click.option("--seed", default=1, show_default=True, help="Another number makes up others.")
def seed(count: int, seed: int) -> None:
    """Made-up gatherings, which say that they are, in an instance that holds nothing else."""
    with click.progressbar(length=count, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        added = plant(server.opened(), count, seed, bar.update)
    click.echo(f"{added} synthetic grievances added, {count - added} there before")


@click.group()
def reminders() -> None:
    """Jirgas that were answered are asked whether it is solved; offices are told how many wait."""


@reminders.command("run")
def remind() -> None:
    """Ask once more, close what stayed without an answer, then call JIRGA_REMINDER_HOOK; again is harmless."""
    here = server.opened()
    done = lapse_all(here.engine, here.vault, [Step.REMIND, Step.CLOSE_SILENT])
    click.echo(f"{done[Step.REMIND]} jirgas reminded, {done[Step.CLOSE_SILENT]} closed without an answer")
    with here.reading() as session:
        overdue, today = waiting(session, day_of(now()))
    click.echo(f"{overdue} overdue, {today} due today")
    hook = here.settings.reminder_hook
    told = not hook or tell(hook, overdue + today)
    if not told:
        _say("JIRGA_REMINDER_HOOK failed; the log says how")
    sys.exit(failed(done) or (0 if told else DONE_IN_PART))


ALL: dict[str, click.Command] = {
    "init": init,
    "demo": demo,
    "serve": serve,
    "example": example,
    "people": accounts,
    "import": import_,
    "release": release,
    "summary": summary,
    "seed": seed,
    "rebuild": rebuild,
    "check": check,
    "backup": backup,
    "restore": restore,
    "retention": retention,
    "reminders": reminders,
    "keys": keys,
}
