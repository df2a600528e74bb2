"""An instance as the command line sees it: settings, database, key ring; sessions that commit once."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp import db
from webapp.audit import actions as audit
from webapp.audit.actions import Acting
from webapp.concerns import actions as concern_actions
from webapp.concerns.queries import taxonomy
from webapp.concerns.rules import Taxonomy
from webapp.config import SECRETS, Refused, Settings, day_of, now, settings_from
from webapp.drafts.forms import World
from webapp.grievances import queries as grievances
from webapp.handling.actions import settle_new
from webapp.keeping import fresh_secrets, keep_secrets
from webapp.orm import make_engine
from webapp.people.models import Person
from webapp.places import actions as place_actions
from webapp.places.queries import atlas
from webapp.places.rules import Atlas
from webapp.summary import actions as releases
from webapp.summary.queries import last_number, open_number
from webapp.texts import actions as texts
from webapp.texts.queries import is_claimed
from webapp.timeliness import actions as service
from webapp.timeliness.actions import Served
from webapp.timeliness.queries import served
from webapp.vault import Vault, new_key

#: In the data directory from the first row of a backup that is put in to the last thing that is done for it.
RESTORING = "restore-under-way"


@dataclass(frozen=True)
class Office:
    """One instance."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        """Its database."""
        return make_engine(self.settings.database_url)

    @cached_property
    def vault(self) -> Vault:
        """Its key ring."""
        return db.key_ring(self.settings)

    @cached_property
    def reference(self) -> tuple[Atlas, Taxonomy]:
        """Its places and topics."""
        with self.reading() as session:
            return atlas(session), taxonomy(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing and sees one moment, however long it reads."""
        with db.open_session(self.engine, writes=False) as session:
            if self.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when all went well."""
        with db.open_session(self.engine, writes=True) as session, session.begin():
            yield session

    @contextmanager
    def acting(self) -> Iterator[Acting]:
        """The operator, in a transaction that commits when all went well."""
        with self.writing() as session:
            yield Acting(session, self.vault, None, now())

    def served(self) -> Served:
        """The figures of service as they stand, for the release that is about to be made."""
        with self.reading() as session:
            return served(session, self.reference[0])

    def world(self, person: Person | None = None) -> World:
        """What paper forms are checked against, for one person's scope."""
        places_known, topics = self.reference
        scope = places_known.in_scope(person.scope if person else tuple(places_known.provinces))
        return World(places_known, topics, scope, day_of(now()), paper=True)


def half_restored(office: Office) -> str:
    """What to do where a restore was stopped before its end; "" where none was."""
    mark = office.settings.data_dir / RESTORING
    if not mark.exists():
        return ""
    if not _is_bare(office):
        return "a restore put everything in and was stopped just before its end: run `jirga init`, which finishes it"
    return (
        "a restore is under way, or was stopped and left nothing in the database: run `jirga restore` again, "
        f"or remove {mark} to begin with nothing"
    )


def _is_bare(office: Office) -> bool:
    """Whether the database has no schema yet."""
    with office.engine.connect() as connection:
        return not db.revision_of(connection)


def prepare(data_dir: Path) -> tuple[Office, Path | None, int]:
    """Make secrets, schema and reference tables, or confirm them; the office, new secrets' path, and new rows."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = {} if _has_secrets(data_dir) else fresh_secrets(new_key())
    office = Office(settings_from({**os.environ, **fresh}))
    if (said := half_restored(office)) and _is_bare(office):
        raise Refused(said)
    if (said := db.unfit(office.engine)) == db.NEWER:
        raise Refused(f"the database's schema is {said}")
    made = _keep_secrets(office, fresh) if fresh else None
    office = Office(settings_from())
    db.migrate(office.engine)
    with office.writing() as session:
        texts.claim(session, office.vault)
        added = place_actions.load(session) + concern_actions.load(session)
        releases.start(session, now())
        audit.begin(session, office.vault, grievances.CHAINED, now())
    while _settle(office):
        pass
    (data_dir / RESTORING).unlink(missing_ok=True)
    return office, made, added


def _has_secrets(data_dir: Path) -> bool:
    """Whether they are given, or a file is there to hold them, be it damaged."""
    given = all(os.environ.get(name) for name in ("JIRGA_SECRET_KEY", "JIRGA_VAULT_KEYS"))
    return given or (data_dir / SECRETS).exists()


def _keep_secrets(office: Office, fresh: Mapping[str, str]) -> Path:
    """Put new secrets into their file, but never beside a database that has its own; raises Refused."""
    data_dir = office.settings.data_dir
    with office.reading() as session:
        if is_claimed(session):
            raise Refused(
                "the database was made with secrets that are not here, and nothing in it opens with others: "
                f"put the copy of secrets that was kept into {data_dir} (mode 600); none were made"
            )
    office.engine.dispose()
    return keep_secrets(data_dir, fresh)


def _settle(office: Office) -> int:
    """Work out for some rows of an older version what a new one keeps of their events."""
    with office.writing() as session:
        return settle_new(session)


def first_release(office: Office, why: str) -> int | None:
    """Publish for the first time, so that an office sees figures at once; None when it was done before."""
    with office.reading() as session:
        if last_number(session):
            return None
    figures = office.served()
    with office.writing() as session:
        return service.first_release(session, office.vault, figures, why=why, at=now())


def release_rest(office: Office, why: str) -> None:
    """Publish what is not published yet, whether it was stored now or before somebody stopped the command."""
    with office.reading() as session:
        number = open_number(session)
        if number is None or not grievances.changed_since(session, number):
            return
    figures = office.served()
    with office.writing() as session:
        service.release(session, office.vault, figures, by=None, why=why, at=now(), force=True)
