"""What each `jirga` command does: it calls actions and queries, and holds no SQL of its own."""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from webapp import demo as demo_instance
from webapp import serve as server
from webapp.check import findings
from webapp.cli import fail
from webapp.config import LANGUAGES, data_dir_of, day_of, now, settings_from
from webapp.export import queries as answers
from webapp.files import Unreadable, read_csv
from webapp.grievances import queries as grievances
from webapp.grievances.actions import Desk, release_if_due
from webapp.office import Office, first_release, prepare
from webapp.paper import labels as paper
from webapp.paper.actions import Report, enter_batch
from webapp.paper.rules import batches, extra_columns, missing_columns
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.people.queries import by_username
from webapp.people.rules import Permission, Role, may, new_password
from webapp.questions.rules import NAMES, Dimension, Unanswerable
from webapp.summary import actions as releases

#: What the database, not the person, did wrong.
DATABASE_ERRORS = (SQLAlchemyError,)
#: A function that is about to become a command.
Callback = Callable[..., None]
DONE_IN_PART = 3
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


def office() -> Office:
    """The instance that the settings name, with its schema at head."""
    found = Office(settings_from())
    server.require_whole(found)
    return found


@click.command()
def init() -> None:
    """Migrate to head and load the reference tables; safe to repeat."""
    _, secrets, added = prepare(data_dir_of())
    if secrets:
        click.echo(f"secrets made in {secrets}: keep a copy in a safe place, apart from the database's backups")
    click.echo(f"schema at head, {added} reference rows added")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site."""
    settings = office().settings
    if not server.loopback(host) and not (settings.https or settings.trusted_proxies):
        fail("set JIRGA_BASE_URL to an https address, or JIRGA_TRUSTED_PROXIES, before serving beyond this machine")
    _run(host, port, workers)


def _run(host: str, port: int, workers: int) -> None:
    if not server.free(host, port):
        fail(f"port {port} is taken; choose another with --port (or make demo PORT=…)")
    server.run(host, port, workers)


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Only build it.")
def demo(port: int, no_serve: bool) -> None:
    """An instance of its own with real gatherings, and accounts to try it."""
    os.environ.pop("JIRGA_DATABASE_URL", None)
    try:
        _, passwords = demo_instance.build(data_dir_of())
    except demo_instance.NotOurs:
        fail(f"{data_dir_of()} holds something that the demo did not make; set JIRGA_DATA_DIR to another folder")
    click.echo("Real gatherings, as reported in the press and paraphrased. Accounts, with passwords made just now:")
    for username, password in passwords.items():
        click.echo(f"  {username:<22} {password}")
    if not no_serve:
        click.echo(f"http://127.0.0.1:{port}/   (Ctrl+C stops it)")
        click.echo(f"A new filing appears in the figures after: {sys.argv[0]} release --now --why demo")
        _run("127.0.0.1", port, 1)


@click.group("people")
def accounts() -> None:
    """Accounts."""


@accounts.command("add")
@click.argument("username")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--scope", default="", help="Province or district codes, comma-separated.")
@click.option("--language", type=click.Choice(LANGUAGES))
@click.option("--password-stdin", is_flag=True, help="Read the password's line from standard input.")
def people_add(username: str, role: str, scope: str, language: str | None, password_stdin: bool) -> None:
    """Make an account at once."""
    here = office()
    atlas, _ = here.reference
    codes = [code.strip() for code in scope.split(",") if code.strip()]
    unknown = [code for code in codes if code not in atlas.provinces and code not in atlas.districts]
    if unknown:
        fail(f"--scope: no intake province or district has the code {', '.join(unknown)}", 2)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else new_password()
    spoken = language or here.settings.default_language
    with here.writing() as session:
        people.add(session, username, password, Role(role), codes, spoken, now())
    click.echo(f"{username} added" if password_stdin else f"{username} added, password (shown once): {password}")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The representative who hands the forms in.")
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
def import_(file: Path, username: str, dry_run: bool) -> None:
    """Enter a UTF-8 CSV of paper forms; the same file again adds nothing."""
    here = office()
    person = _representative(here, username)
    try:
        table = read_csv(file.read_bytes())
    except Unreadable as error:
        fail(paper.unreadable(error))
    missing = missing_columns(table.headers)
    if missing:
        fail(f"columns are missing: {', '.join(missing)}; add them to the first line of the file")
    extra = extra_columns(table.headers)
    if extra:
        click.echo(f"notice: columns not stored: {', '.join(extra)}", err=True)
    world = here.world(person)
    desk, report = Desk(person.id, here.vault, world, now()), Report()
    for batch in batches(table.rows, world, here.settings.default_language):
        with here.writing() as session:
            enter_batch(session, desk, batch, report)
            if dry_run:
                session.rollback()
    _tell(report, dry_run)
    if (report.added or report.already) and not dry_run:
        first_release(here, "first import")
    sys.exit((DONE_IN_PART if report.added or report.already else 1) if report.errors else 0)


def _representative(here: Office, username: str) -> Person:
    with here.reading() as session:
        person = by_username(session, username)
    if person is None or person.disabled_at or not may(person.role, Permission.FILE_GRIEVANCE):
        fail(f"--as: {username} is not the account of a representative")
    return person


def _tell(report: Report, dry_run: bool) -> None:
    for kind, found in (("error", report.errors), ("notice", report.notices)):
        for line, problem in sorted(found, key=lambda one: one.line):
            click.echo(f"{kind}: line {line}, {problem.field}: {paper.reason(problem)}", err=True)
    if report.discarded:
        click.echo(
            f"notice: of {report.discarded} rows the texts were not kept, as their subject or wish asks", err=True
        )
    done = "would be added" if dry_run else "added"
    click.echo(f"{report.added} {done}, {report.already} there before, {report.refused} refused")


@click.command()
@click.option("--now", "force", is_flag=True, help="Although it is not due.")
@click.option("--why", help="Needed with --now, and kept.")
def release(force: bool, why: str | None) -> None:
    """Publish what changed since the last release."""
    if force and not (why or "").strip():
        raise click.UsageError("--now needs --why TEXT: the reason is kept.")
    here = office()
    with here.writing() as session:
        changed = partial(grievances.changed_since, session)
        try:
            number = releases.release(session, by=None, why=why, changed=changed, at=now(), force=force)
        except releases.NotDue as early:
            fail(f"not due: {early}; or say --now --why TEXT")
    click.echo(f"release {number}")


def _question_options(command: Callback) -> Callback:
    """An option for each word of a question; what they may be is told by questions.rules, as for the site."""
    for name in reversed(NAMES):
        command = click.option(f"--{name}", help=HELP[name], multiple=True)(command)
    return command


def _release_if_due(here: Office) -> None:
    """The first summary asked for after a release is due makes it, here as on the site."""
    with here.reading() as session:
        if not grievances.release_is_due(session, now()):
            return
    with here.writing() as session:
        release_if_due(session, now())


@click.command()
@_question_options
@click.option("--language", type=click.Choice(LANGUAGES))
@click.option("--format", "kind", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option("--unprotected", is_flag=True, help="Live and bare, for the operator alone.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
def summary(unprotected: bool, output: Path | None, language: str | None, kind: str, **given: tuple[str, ...]) -> None:
    """Concerns by area as a CSV, the same bytes as the site's download."""
    here = office()
    _release_if_due(here)
    spoken = language or here.settings.default_language
    try:
        with here.reading() as session:
            content = answers.csv(session, given, here.reference, spoken, today=day_of(now()), live=unprotected)
    except Unanswerable as error:
        fail(answers.reason(error), 2)
    if output:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)


@click.command()
def check() -> None:
    """Schema at head, ledger equals a recount, every ciphertext opens; exit 1 if any fails."""
    bad = 0
    for name, problem in findings(Office(settings_from())):
        click.echo(f"{name}: {problem or 'ok'}")
        bad += bool(problem)
    sys.exit(1 if bad else 0)


ALL: dict[str, click.Command] = {
    "init": init,
    "demo": demo,
    "serve": serve,
    "people": accounts,
    "import": import_,
    "release": release,
    "summary": summary,
    "check": check,
}
