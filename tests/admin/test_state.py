"""The state of the system: settings without a secret, what is whole, releases, and who is missing where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import plain, rows
from tests.commands.terminal import Terminal, bare, jirga
from webapp import db
from webapp.admin.queries import by_role, coverage, database
from webapp.app import create_app
from webapp.config import now, settings_from
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.places.queries import atlas
from webapp.places.rules import Atlas
from webapp.summary.models import OpenRelease, Release

__all__ = ["bare", "jirga"]
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
CANARY = "canary0canary0canary0canary0canary0"


@pytest.fixture
def places(session: Session) -> Atlas:
    """The intake provinces."""
    return atlas(session)


def look(browser: FlaskClient, language: str = "en") -> str:
    """The page."""
    answer = browser.get(f"/{language}/admin/state")
    assert answer.status_code == 200
    return answer.text


def setting(page: str, variable: str) -> list[str]:
    """Value and origin of a setting."""
    return next(row[1:3] for row in rows(page) if row[-1] == variable)


@SQLITE
def test_no_secret_is_shown(app: Flask, desk: FlaskClient) -> None:
    """Neither the keys nor a password of the database, wherever in its address it stands."""
    store: db.Store = app.extensions["store"]
    store.settings = replace(
        store.settings,
        secret_key=CANARY.encode(),
        vault_keys=CANARY,
        database_url=f"postgresql+psycopg://jirga:{CANARY}@db.example.org:5432/jirga?sslpassword={CANARY}",
    )
    page = look(desk)
    assert CANARY[:12] not in page
    assert setting(page, "JIRGA_SECRET_KEY")[0] == "set"
    assert setting(page, "JIRGA_VAULT_KEYS")[0] == "set"
    shown = setting(page, "JIRGA_DATABASE_URL")[0]
    assert shown == "postgresql+psycopg://jirga@db.example.org:5432/jirga password: set"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/jirga.sqlite3", ("sqlite:////srv/jirga.sqlite3", False)),
        ("postgresql+psycopg://db/jirga", ("postgresql+psycopg://db/jirga", False)),
        ("postgresql+psycopg://a:b%40c@db/jirga", ("postgresql+psycopg://a@db/jirga", True)),
        ("postgresql+psycopg:///jirga?host=/run&user=a&password=b", ("postgresql+psycopg:///jirga", True)),
    ],
)
def test_the_address_of_a_database(url: str, shown: tuple[str, bool]) -> None:
    assert database(url) == shown


@SQLITE
def test_where_a_setting_comes_from(app: Flask, desk: FlaskClient, tmp_path: Path) -> None:
    """The environment wins over the secrets file; what is empty is not set."""
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "secrets").write_text(
        f"JIRGA_SECRET_KEY={CANARY}\nJIRGA_VAULT_KEYS=0000000a:AAAA\nJIRGA_OPERATOR_NAME=From the file\nOTHER=x\n"
    )
    environ = {"JIRGA_DATA_DIR": str(folder), "JIRGA_VAULT_KEYS": factories.KEYS, "JIRGA_SITE_NAME": ""}
    made = settings_from(
        {**environ, "JIRGA_SECOND_FACTOR": "optional", "JIRGA_METRICS": "127.0.0.1:9464", "PATH": "/bin"}
    )
    assert {name for name, where in made.sources.items() if where == "file"} == {
        "JIRGA_SECRET_KEY", "JIRGA_OPERATOR_NAME",
    }  # fmt: skip
    assert {name for name, where in made.sources.items() if where == "environment"} == {
        "JIRGA_DATA_DIR", "JIRGA_VAULT_KEYS", "JIRGA_SECOND_FACTOR", "JIRGA_METRICS",
    }  # fmt: skip
    app.extensions["store"].settings = made
    page = look(desk)
    assert setting(page, "JIRGA_OPERATOR_NAME") == ["From the file", "Secrets file"]
    assert setting(page, "JIRGA_VAULT_KEYS") == ["set", "Environment variable"]
    assert setting(page, "JIRGA_DEFAULT_LANGUAGE") == ["ur", "Default"]
    assert setting(page, "JIRGA_SITE_NAME") == ["not set", "Default"]
    assert setting(page, "JIRGA_METRICS") == ["127.0.0.1:9464", "Environment variable"]
    assert CANARY not in page


@SQLITE
def test_an_operator_without_a_name(app: Flask, desk: FlaskClient) -> None:
    """Is said on top, by the variable; a site that says who runs it is not told so."""
    said = "People cannot see who runs this site, or how to reach them."
    assert said not in look(desk)
    store: db.Store = app.extensions["store"]
    store.settings = replace(store.settings, operator_contact="")
    page = plain(look(desk))
    assert f"{said} How people reach them: not set (JIRGA_OPERATOR_CONTACT)" in page
    assert "(JIRGA_OPERATOR_NAME)" not in page


@SQLITE
@pytest.mark.parametrize("left", ["…", "...", " ", " … ", "[...]", "—", '""'])
def test_an_operator_whose_name_was_left_open(app: Flask, desk: FlaskClient, jirga: Terminal, left: str) -> None:
    """The dots of an example name nobody: the pages say so as loudly as where nothing is set."""
    jirga.set(JIRGA_OPERATOR_NAME=left, JIRGA_OPERATOR_CONTACT=left, JIRGA_SECOND_FACTOR="optional")
    about = about_now()
    assert "the office that runs this site has not given its name" in about
    assert "has given no way to reach it" in about
    assert "This site is run by" not in about
    app.extensions["store"].settings = settings_from()
    page = look(desk)
    assert "People cannot see who runs this site, or how to reach them." in page
    for variable in ("JIRGA_OPERATOR_NAME", "JIRGA_OPERATOR_CONTACT"):
        assert setting(page, variable) == ["not set", "Default"]


@SQLITE
@pytest.mark.parametrize("name", ["دفتر", "0", "Synthetic office …"])
def test_an_operator_who_has_a_name(jirga: Terminal, name: str) -> None:
    jirga.set(JIRGA_OPERATOR_NAME=name)
    assert f"This site is run by <bdi>{name}</bdi>." in about_now()


def about_now() -> str:
    """The page of a site that starts with the settings as they are."""
    made = create_app(settings_from())
    answer = made.test_client().get("/en/about")
    made.extensions["store"].engine.dispose()
    return answer.text


def test_what_is_whole(desk: FlaskClient, session: Session) -> None:
    """And what is not, with the command that says more."""
    page = plain(look(desk))
    assert "The keys are those of this database." in page
    assert "The next release is open" in page
    assert "is looked at by the command jirga check," in page
    session.execute(update(OpenRelease).values(number=5))
    session.commit()
    page = look(desk)
    assert "The open release has the wrong number. Run jirga check." in plain(page)
    assert page.count('<bdi class="whole" lang="en" dir="ltr" translate="no">jirga check</bdi>') == 2


@SQLITE
def test_other_keys_and_an_old_schema(desk: FlaskClient, app: Flask, session: Session) -> None:
    app.extensions["store"].vault = factories.Vault(factories.KEYS, b"x" * 32)
    assert "The keys are not those of this database." in plain(look(desk))
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    session.commit()
    assert "Run jirga init." in plain(look(desk))


def test_releases(desk: FlaskClient, session: Session) -> None:
    """The newest on top, on their day in Karachi; a reason that somebody gave is shown as it is."""
    assert "No figures have been published yet." in look(desk)
    late = datetime(2026, 3, 9, 20, tzinfo=UTC)
    session.add(Release(number=1, made_at=late, made_by=None, why="<b>first</b> import", changed=3))
    session.add(Release(number=2, made_at=now(), made_by=None, why=None, changed=12))
    session.execute(update(OpenRelease).values(number=3))
    session.commit()
    found = [row for row in rows(look(desk)) if row[0] in ("1", "2") and len(row) == 3]
    assert [row[0] for row in found] == ["2", "1"]
    assert found[0][2] == "It was due."
    assert found[1][1:] == ["10 March 2026", "<b>first</b> import"]


def test_who_is_missing(desk: FlaskClient, session: Session) -> None:
    """Told by names and numbers; an account that cannot be used serves nobody."""
    factories.person(session, Role.SUPERVISOR, ("PK-KP",))
    factories.person(session, Role.REVIEWER, ("bannu",))
    factories.person(session, Role.PROTECTION_OFFICER, ("PK-KP",))
    for change in ({"disabled_at": now()}, {"password_hash": None}):
        idle = factories.person(session, Role.REVIEWER, ("pishin",))
        session.execute(update(Person).where(Person.id == idle.id).values(**change))
    session.commit()
    page = plain(look(desk))
    kp, _, balochistan = page.partition("Balochistan")
    assert "Districts that have a supervisor but no reviewer: 39" in kp
    assert "Nobody is" not in kp
    assert "Bannu" not in kp
    assert "Districts that no reviewer and no supervisor looks after: 41" in balochistan
    assert "Nobody is supervisor for the whole province." in balochistan
    assert "Nobody is protection officer for the whole province." in balochistan
    assert "Pishin" in balochistan
    assert ["Reviewer", "1"] in rows(look(desk))


Scopes = list[tuple[Role, tuple[str, ...]]]


@SQLITE
@pytest.mark.parametrize(
    ("people", "unserved", "supervised", "vacant"),
    [
        ([], 40, 0, {Role.SUPERVISOR, Role.PROTECTION_OFFICER}),
        ([(Role.REVIEWER, ("PK-KP",))], 0, 0, {Role.SUPERVISOR, Role.PROTECTION_OFFICER}),
        ([(Role.SUPERVISOR, ("bannu", "swat"))], 38, 2, {Role.SUPERVISOR, Role.PROTECTION_OFFICER}),
        ([(Role.SUPERVISOR, ("PK-KP",)), (Role.REVIEWER, ("bannu",))], 0, 39, {Role.PROTECTION_OFFICER}),
        ([(Role.ANALYST, ("PK-KP",)), (Role.PROTECTION_OFFICER, ("PK-KP",))], 40, 0, {Role.SUPERVISOR}),
    ],
)
def test_coverage(places: Atlas, people: Scopes, unserved: int, supervised: int, vacant: set[Role]) -> None:
    """Of Khyber Pakhtunkhwa."""
    found = next(one for one in coverage(people, places, now().date()) if one.province.code == "PK-KP")
    assert (len(found.unserved), len(found.supervised), set(found.vacant)) == (unserved, supervised, vacant)
    assert by_role(people)[Role.AUDITOR] == 0


@SQLITE
def test_nothing_that_anybody_wrote(browser: Callable[[Person], FlaskClient], session: Session, settings: Any) -> None:
    """An auditor reads it too; it holds no content."""
    reader = browser(factories.person(session, Role.AUDITOR, ()))
    filed = create_app(settings).test_client()
    assert factories.sign_in(filed, factories.person(session)).status_code == 303
    answer = filed.post("/en/submit", data={**factories.full(), "checked": "yes"}, headers=factories.SAME_SITE)
    assert answer.status_code == 303
    for page in ("state", "audit"):
        assert "Synthetic: the houses" not in reader.get(f"/en/admin/{page}").text
