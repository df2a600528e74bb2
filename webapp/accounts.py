"""`jirga people`: accounts from the command line, for the first one and when nobody else can help."""

import sys
from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from webapp.admin import actions
from webapp.cli import fail
from webapp.codes import grouped
from webapp.config import LANGUAGES
from webapp.invitations import actions as invitations
from webapp.office import Office
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.people.queries import by_username
from webapp.people.rules import Role, missing_scope, new_password
from webapp.serve import opened

Callback = Callable[..., None]


@click.group("people")
def accounts() -> None:
    """Accounts."""


def _account_options(command: Callback) -> Callback:
    """What every new account has."""
    command = click.option("--language", type=click.Choice(LANGUAGES))(command)
    command = click.option("--scope", default="", help="Province or district codes, comma-separated.")(command)
    return click.option("--role", required=True, type=click.Choice([role.value for role in Role]))(command)


def _places(here: Office, role: str, scope: str) -> list[str]:
    """The codes of --scope, which some roles need."""
    atlas, _ = here.reference
    codes = [code.strip() for code in scope.split(",") if code.strip()]
    unknown = [code for code in codes if code not in atlas.provinces and code not in atlas.districts]
    if unknown:
        fail(f"--scope: no intake province or district has the code {', '.join(unknown)}", 2)
    if missing_scope(Role(role), codes):
        fail("this role needs --scope with province or district codes, like PK-KP or bannu,khyber")
    return codes


@accounts.command("add")
@click.argument("username")
@_account_options
@click.option("--password-stdin", is_flag=True, help="Read the password's line from standard input.")
def people_add(username: str, role: str, scope: str, language: str | None, password_stdin: bool) -> None:
    """Make an account at once."""
    here = opened()
    codes = _places(here, role, scope)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else new_password()
    spoken = language or here.settings.default_language
    with here.acting() as operator:
        people.free(operator.session, username)
        people.add(operator, username, people.hashed(username, password), Role(role), codes, spoken)
    click.echo(f"{username} added" if password_stdin else f"{username} added, password (shown once): {password}")


@accounts.command("invite")
@_account_options
def people_invite(role: str, scope: str, language: str | None) -> None:
    """A one-time code for a new account, and the link that takes it."""
    here = opened()
    codes, spoken = _places(here, role, scope), language or here.settings.default_language
    with here.acting() as operator:
        _, code = invitations.invite(operator, Role(role), codes, spoken)
    _tell_code(here, code, spoken)


@accounts.command("reset")
@click.argument("username")
def people_reset(username: str) -> None:
    """A one-time code for a new password of an account, when nobody else can give one out."""
    here = opened()
    with here.acting() as operator:
        person = _account(operator.session, username)
        _, code = actions.renew(operator, person)
    _tell_code(here, code, person.language)


def _tell_code(here: Office, code: str, language: str) -> None:
    """The code and its link, once; only its hash is kept."""
    base = here.settings.base_url or "http://127.0.0.1:5000"
    click.echo(f"code (shown once, good for 7 days): {grouped(code)}")
    click.echo(f"{base}/{language}/join/{code}")


@accounts.command("disable")
@click.argument("username")
def people_disable(username: str) -> None:
    """Close an account and all that is open of it."""
    here = opened()
    with here.acting() as operator:
        person = _account(operator.session, username)
        actions.disable(operator, person)
    click.echo(f"{username} disabled")


def _account(session: Session, username: str) -> Person:
    person = by_username(session, username)
    if person is None:
        fail(f"no account has the user name {username}")
    return person
