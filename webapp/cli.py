"""The `jirga` command. Exit: 0 done, 1 failed, 2 usage, 3 done in part; an error is one line that says what to do."""

import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from webapp.config import Refused

#: name -> what it does; the command itself is loaded when it is called, so that `jirga --help` answers at once
COMMANDS = {
    "init": "Migrate to head and load the reference tables; safe to repeat.",
    "demo": "Build and serve an instance with real gatherings and accounts to try it.",
    "serve": "Serve the site.",
    "example": "Units for systemd and settings for nginx, to be copied and edited.",
    "people": "Accounts.",
    "import": "Enter a CSV or XLSX of paper forms; the same rows again add nothing.",
    "release": "Publish what changed since the last release.",
    "summary": "Concerns by area as a file, the same bytes as the site's download.",
    "seed": "Made-up gatherings for benchmarks, which say that they are, in an instance of their own.",
    "retention": "Erase what is due; a served site does it every hour.",
    "reminders": "Ask jirgas whether it is solved, and tell an office's own system how many wait.",
    "keys": "Seal everything under a new key while the site is served.",
    "rebuild": "Count all grievances again and correct the ledger, when check says that it drifted.",
    "check": "Schema at head, ledger equals a recount, every sealed text opens, the audit log is whole.",
    "backup": "Everything but the secrets as one sealed file, while the site serves.",
    "restore": "Put a backup into an empty database.",
}


class Lazy(click.Group):
    """A group that knows its commands by name and loads them when asked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which an office meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        if name not in COMMANDS:
            return None
        found: click.Command = import_module("webapp.commands").ALL[name]
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the machine or the database refuses is one line too, without the values of a row."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            fail(f"{error.filename or 'the system'}: {error.strerror or error}; check the path and its permissions")
        except import_module("webapp.commands").DATABASE_ERRORS as error:
            fail(f"the database refused ({type(error).__name__}); {import_module('webapp.commands').advice(error)}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `jirga --help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Grievances of jirgas in; concerns by district, and answers, out."""
    os.umask(0o077)  # what a command writes, exact figures and the database among it, is its own account's alone


def fail(message: str, code: int = 1) -> NoReturn:
    """Stop with one line on stderr."""
    click.echo(f"jirga: {' '.join(message.split())}", err=True)
    sys.exit(code)


def main() -> None:
    """The entry point: every refusal becomes one line."""
    try:
        sys.exit(cli.main(prog_name="jirga", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        fail(f"{error.format_message()} See `jirga --help`.", 2)
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        fail("stopped")
    except Refused as error:
        fail(str(error))
