"""`jirga backup` and `jirga restore`: the whole instance but its secrets as one sealed file, while the site serves."""

import base64
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import click
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from webapp import copying, db, envelope
from webapp.audit.actions import Acting
from webapp.audit.queries import UNREADABLE, last_seal
from webapp.check import HEAD_FILE
from webapp.cli import fail
from webapp.config import Refused, data_dir_of, now, secrets_file, settings_from
from webapp.helplines.queries import NAME as HELP_NUMBERS
from webapp.invitations import actions as invitations
from webapp.keeping import write_whole
from webapp.office import RESTORING, Office, prepare
from webapp.people import actions as people
from webapp.sealer import Sealer
from webapp.serve import opened
from webapp.texts.queries import require_keys
from webapp.vault import CannotOpen, Vault

SECRETS = ("JIRGA_SECRET_KEY", "JIRGA_VAULT_KEYS")
#: What the office itself put into its data directory; nothing else is taken from there or written there.
OWN = re.compile(rf"{re.escape(HELP_NUMBERS)}|audio/[a-z]{{2}}/[a-z0-9_]+\.opus")
PATH = click.Path(dir_okay=False, path_type=Path)


class Summary(NamedTuple):
    """What a backup says of itself; `head` is that of the audit log in it, as `jirga check` says it."""

    made_at: str
    revision: str
    head: str
    #: how many of the office's own files come before the tables
    files: int


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone, which is there under its name when all of it is on the disk, or not at all."""
    part = path.with_name(f"{path.name}.part")
    _require_free(path)
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{part} is there: another backup is being made, or was stopped; then remove it") from None
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _require_free(path)
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _require_free(path: Path) -> None:
    if os.path.lexists(path):
        raise Refused(f"{path} is there already, and is not overwritten; give another name")


class OwnFiles:
    """The office's own files, each as a line when its turn comes."""

    def __init__(self, data_dir: Path) -> None:
        paths = [data_dir / HELP_NUMBERS, *sorted((data_dir / "audio").glob("*/*.opus"))]
        names = {path.relative_to(data_dir).as_posix(): path for path in paths if path.is_file()}
        self._paths = {name: path for name, path in names.items() if OWN.fullmatch(name)}

    def __len__(self) -> int:
        return len(self._paths)

    def __iter__(self) -> Iterator[str]:
        for name, path in self._paths.items():
            yield copying.line({"file": name, "content": path.read_bytes()})


def write(office: Office, file: BinaryIO) -> tuple[Summary, int]:
    """Everything as it stands at one moment; what was written, and how many rows. What comes later is not in it."""
    sealing, packing, rows = envelope.Sealing(file, office.vault), zlib.compressobj(3), 0
    files = OwnFiles(office.settings.data_dir)
    with office.reading() as session:
        seal, revision = last_seal(session), db.revision_of(session.connection())
        head = f"{seal.number}:{seal.hash.hex()}" if seal else ""
        said = Summary(now().isoformat(timespec="seconds"), revision, head, len(files))
        for line in chain([copying.line(said._asdict())], files, copying.lines(session.connection())):
            sealing.write(packing.compress(f"{line}\n".encode()))
            rows += json.loads(line)["rows"] if line.startswith('{"rows"') else 0
    sealing.write(packing.flush())
    sealing.finish()
    return said, rows


def _unpacked(file: BinaryIO, vault: Vault) -> Iterator[str]:
    unpacking, rest = zlib.decompressobj(), b""
    for chunk in envelope.opened(file, vault):
        *whole, rest = (rest + unpacking.decompress(chunk)).split(b"\n")
        yield from (line.decode() for line in whole)


def examine(file: BinaryIO, vault: Vault) -> Summary:
    """What a backup says of itself, once all of it was found whole; raises CannotOpen."""
    for _ in envelope.opened(file, vault):
        pass
    return _first(_unpacked(file, vault))


def _first(lines: Iterator[str]) -> Summary:
    said: dict[str, Any] = json.loads(next(lines))
    return Summary(**said)


def read(office: Office, file: BinaryIO) -> tuple[Summary, int]:
    """Put a backup into an instance that holds nothing, all of it or nothing; raises CannotOpen and Refused."""
    said = examine(file, office.vault)
    if not db.is_known(said.revision):
        raise Refused("the backup was made by a newer version of the product; install that one, then restore")
    lines = _unpacked(file, office.vault)
    said = _first(lines)
    with db.reshaping(office.engine) as connection:
        if not copying.is_bare(connection):
            raise Refused(
                "the database holds tables, and a backup goes into an empty one alone: stop the site, "
                "and name a new database in JIRGA_DATABASE_URL or move jirga.sqlite3 with its -wal and -shm away"
            )
        with _marked(office.settings.data_dir / RESTORING):
            _put_files(office.settings.data_dir, [next(lines) for _ in range(said.files)])
            db.upgrade(connection, said.revision)
            rows = copying.load(connection, lines)
            copying.settle(connection)
            db.upgrade(connection)
            copying.go_on(connection)
            _begin_again(connection, office.vault, said)
            _set_aside(office.settings.data_dir / HEAD_FILE)
    return said, rows


@contextmanager
def _marked(mark: Path) -> Iterator[None]:
    """A file that tells whoever comes after a power cut or a kill; where all went well, `prepare` takes it away.

    One that an earlier restore left stays until then, however this one ends.
    """
    there = mark.exists()
    write_whole(mark, "")
    try:
        yield
    except BaseException:
        if not there:
            mark.unlink(missing_ok=True)
        raise


def _put_files(data_dir: Path, lines: Iterable[str]) -> None:
    """The office's own files; one that is there with other content is nothing to overwrite."""
    for given in map(json.loads, lines):
        if not OWN.fullmatch(given["file"]):
            raise Refused("the backup names a file that no backup holds; nothing was restored")
        path, content = data_dir / given["file"], base64.b64decode(given["content"])
        if path.exists() and path.read_bytes() != content:
            raise Refused(f"{path} is there with other content than in the backup; move it away")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(content)
        part.replace(path)


def _begin_again(connection: Connection, vault: Vault, said: Summary) -> None:
    """End what may have been ended, used or taken back since, which nobody can know: sign-ins and codes on cards."""
    with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        require_keys(session, vault)
        operator = Acting(session, vault, None, now())
        people.end_everybody(operator)
        invitations.revoke_every(operator)
        operator.note("restored", made_at=said.made_at, head=said.head)


@click.command()
@click.argument("file", type=PATH)
def backup(file: Path) -> None:
    """Everything but the secrets as one sealed file, while the site serves; prints the audit log's head."""
    here = opened()
    try:
        with whole_file(file) as target:
            with here.acting() as operator:
                operator.note("backup_begun")
            with suppress(*UNREADABLE):  # which `jirga check` tells of; a backup of what there is matters more then
                Sealer(here.engine, here.vault).look()
            said, rows = write(here, target)
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror or error}; no backup was made")
    click.echo(f"{rows:,} rows in {file}, {file.stat().st_size:,} bytes")
    _tell_head(said)


def _set_aside(head: Path) -> None:
    """Where the folder outlived its database: the log that was known in it goes on no more."""
    if head.exists():
        head.replace(other := head.with_name(f"{head.name}.before-restore"))
        click.echo(
            f"notice: {other} names the newest seal that was known: what came after the backup is lost", err=True
        )


def _tell_head(said: Summary) -> None:
    click.echo(f"audit head {said.head}" if said.head else "the audit log has no seal; run jirga check")


@click.command()
@click.argument("file", type=PATH)
@click.option("--check", "only_look", is_flag=True, help="Only say whether all of it opens.")
def restore(file: Path, only_look: bool) -> None:
    """Put a backup into an empty database, with the secrets that it was made with; then run `jirga check`."""
    data_dir = data_dir_of()
    if not all(os.environ.get(name) or secrets_file(data_dir).get(name) for name in SECRETS):
        fail(f"put the copy of secrets that was kept into {data_dir} first (mode 600): without it no backup opens")
    office = Office(settings_from())
    try:
        with file.open("rb") as source:
            if only_look:
                said = examine(source, office.vault)
                click.echo(f"whole, made at {said.made_at}")
            else:
                data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
                said, rows = read(office, source)
                prepare(data_dir)
                click.echo(f"{rows:,} rows restored, as of {said.made_at}; run jirga check")
    except CannotOpen as error:
        fail(f"{file}: {error}; nothing was restored")
    _tell_head(said)
