"""`jirga check`: whether the instance is whole."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress

import click
from sqlalchemy.orm import Session

from webapp import db, sound
from webapp.audit import queries as audit
from webapp.config import day_of, now, settings_from
from webapp.grievances.queries import CHAINED, recount, without_event
from webapp.handling import queries as handling
from webapp.helplines import queries as helplines
from webapp.helplines.rules import BadNumbers
from webapp.history.queries import other_texts
from webapp.keeping import write_whole
from webapp.office import Office, half_restored
from webapp.retention import SEALED
from webapp.sealed import unopened
from webapp.sealer import Sealer
from webapp.summary.queries import last_number, ledger_cells, misprinted, open_number
from webapp.texts.queries import WrongKeys, require_keys
from webapp.timeliness import queries as service
from webapp.vault import Vault

#: In the data directory: number and hash of the newest seal of the last green check, so that a shorter log shows.
HEAD_FILE = "audit-head"
#: Number of a seal and hex of its hash, or so much of it as is no chance.
Head = tuple[int, str]
_HEAD = re.compile(r"([1-9][0-9]{0,8})[ :]([0-9a-f]{16,64})\s*")


def findings(office: Office, head: Head | None = None) -> Iterator[tuple[str, str]]:
    """Each thing looked at and what is wrong with it, "" for nothing; codes only, never a person's words.

    What is not in the audit chain yet is sealed first; `head` is a link of it that somebody wrote down.
    """
    if said := half_restored(office):
        yield "restore", said
        return
    yield "schema", (unfit := db.unfit(office.engine))
    if unfit:
        return
    _seal(office)
    with office.reading() as session:
        yield "keys", _keys(session, office.vault)
        yield "release", _release(session)
        counted, posted = recount(session, office.world()), ledger_cells(session)
        drifted = sorted(cell for cell in counted.keys() | posted.keys() if counted.get(cell) != posted.get(cell))
        yield "ledger", f"{len(drifted)} cells differ from a recount, first {tuple(drifted[0])}" if drifted else ""
        wrong = misprinted(session)
        yield "published", f"{len(wrong)} cells differ from the ledger, first {tuple(wrong[0])}" if wrong else ""
        yield "service", service.wrong(session)
        silent = without_event(session)
        yield "events", f"{silent} grievances have no event of their filing" if silent else ""
        astray = handling.out_of_step(session)
        yield "status", f"{astray} grievances stand otherwise than their last event says" if astray else ""
        unlike = handling.unsettled(session)
        yield "queue", f"{unlike} grievances keep another place than their events say; run jirga init" if unlike else ""
        gone = handling.silently_erased(session)
        yield "erased", f"{gone} texts are gone and no event says why" if gone else ""
        others = other_texts(session)
        yield "kept", f"{others} events have more or fewer texts than came with them" if others else ""
        closed = sum(1 for column in SEALED for _ in unopened(session, office.vault, column))
        yield (
            "texts",
            f"{closed} do not open: changed, moved, or their key is missing from JIRGA_VAULT_KEYS" if closed else "",
        )
        yield "help numbers", bad_numbers(office)
        yield "recordings", "; ".join(sound.unheard(office.settings.data_dir, sound.known(office.reference[1])))
        yield from _audit(session, office, head)


def bad_numbers(office: Office) -> str:
    """What is wrong with the operator's help numbers; the site shows the shipped ones meanwhile."""
    places = office.reference[0]
    try:
        helplines.lines(office.settings.data_dir, {*places.provinces, *places.districts}, day_of(now()))
    except BadNumbers as error:
        return str(error)
    except OSError:
        return f"{helplines.NAME} cannot be read"
    return ""


def head_from(text: str) -> Head | None:
    """A head as `jirga check` says it, or as its file keeps it; None for anything else."""
    found = _HEAD.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def _seal(office: Office) -> None:
    """Whoever checks without a server seals what it left; never with a secret that is not the database's."""
    with office.reading() as session:
        if _keys(session, office.vault):
            return
    with suppress(*audit.UNREADABLE):  # which the check tells of
        Sealer(office.engine, office.vault).look()


def _audit(session: Session, office: Office, given: Head | None) -> Iterator[tuple[str, str]]:
    """The chain, the heads of it that are known outside the database, and its head now."""
    verdict, path = audit.verdict(session, office.vault, CHAINED), office.settings.data_dir / HEAD_FILE
    kept = head_from(path.read_text("ascii", "replace")) if path.exists() else None
    damaged = f"{path} is damaged; remove it and give --head" if path.exists() and kept is None else ""
    known = [_known(session, given, "--head"), _known(session, kept, str(path)), damaged]
    wrong = "; ".join(filter(None, [verdict.words(), *known]))
    if verdict.head is None:
        yield "audit", wrong or "there is no seal; run jirga init"
        return
    yield "audit", wrong
    number, newest = verdict.head
    yield f"audit head {number}:{newest.hex()}", ""
    if not wrong and path.parent.is_dir():
        write_whole(path, f"{number} {newest.hex()}\n")


def _known(session: Session, head: Head | None, where: str) -> str:
    """What is wrong with the link of the chain that is known elsewhere."""
    if head is None:
        return ""
    found = audit.hash_of(session, head[0])
    if found is None:
        return f"seal {head[0]} of {where} is gone: the end of the log was removed, or an older backup put back"
    return "" if found.hex().startswith(head[1]) else f"seal {head[0]} is not that of {where}"


def _keys(session: Session, vault: Vault) -> str:
    try:
        require_keys(session, vault)
    except WrongKeys as error:
        return str(error)
    return ""


def _release(session: Session) -> str:
    """Whatever is counted now must go to the release after the last."""
    expected, found = last_number(session) + 1, open_number(session)
    return "" if found == expected else f"number {found} is open, after {expected - 1} it should be {expected}"


@click.command("check")
@click.option("--head", metavar="NUMBER:HEX", help="A head of the audit log that was written down.")
def command(head: str | None) -> None:
    """Schema at head, ledger equals a recount, every ciphertext opens, the audit log whole; exit 1 if any fails."""
    known, bad = head_from(head) if head else None, 0
    if head and known is None:
        raise click.UsageError("--head: give it as jirga check says it, NUMBER:HEX.")
    for name, problem in findings(Office(settings_from()), known):
        click.echo(f"{name}: {problem or 'ok'}")
        bad += bool(problem)
    sys.exit(1 if bad else 0)
