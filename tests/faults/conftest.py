"""A site that is really served on the instance of the test, and people who use it over http."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import Engine, func, select, text

from tests import factories
from tests.audit.test_sealer import served, within
from tests.browser import site as sites
from webapp.config import LANGUAGES, Settings
from webapp.grievances.models import Grievance
from webapp.people.models import Person

__all__ = ["LANGUAGES", "served", "within"]
#: What the page says where nothing was saved, and that the words are still there.
TOLD = {
    "en": ("The site cannot save anything just now", "Nothing was saved. Go back: your words are still in the form."),
    "ur": ("سائٹ ابھی کچھ محفوظ نہیں کر سکتی", "واپس جائیں، آپ کی لکھی ہوئی باتیں فارم میں موجود ہیں۔"),
    "ps": ("سائټ اوس هېڅ نه شي محفوظولی", "شاته لاړ شئ: ستاسو خبرې لا په فارم کښې شته."),
}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Browser:
    """Somebody's browser without scripts."""

    base: str
    cookie: str = ""

    def get(self, path: str) -> Answer:
        """A page."""
        return self._ask("GET", path, {}, None)

    def post(self, path: str, form: Mapping[str, Any]) -> Answer:
        """A form that was filled in."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", **factories.SAME_SITE}
        return self._ask("POST", path, kind, urlencode(form, doseq=True))

    def sign_in(self, someone: Person, language: str = "en") -> Answer:
        """Through the page."""
        return self.post(f"/{language}/sign-in", {"username": someone.username, "password": factories.PASSWORD})

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Answer:
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=60)
        try:
            connection.request(method, path, body, {**headers, "Cookie": self.cookie})
            answer = connection.getresponse()
            for given in answer.headers.get_all("Set-Cookie", []):
                if given.startswith("session="):
                    self.cookie = given.partition(";")[0]
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()


@dataclass
class Running:
    """A served site."""

    base: str
    pid: int

    @property
    def worker(self) -> int:
        """The process that answers."""
        (found,) = sites.workers(self.pid)
        return found

    def browser(self, someone: Person) -> Browser:
        """Somebody's, signed in."""
        made = Browser(self.base)
        assert made.sign_in(someone).status == 303
        return made

    def ready(self) -> tuple[int, str]:
        """What whoever watches the site is told."""
        found = Browser(self.base).get("/readyz")
        return found.status, found.text.strip()


@contextmanager
def running(settings: Settings, folder: Path) -> Iterator[Running]:
    """One worker on the instance."""
    folder.mkdir()
    given = {**served(settings), "JIRGA_SECOND_FACTOR": "optional"}
    with sites.serving(folder, "serve", "--workers", "1", **given) as (base, pid, _):
        yield Running(base, pid)


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[Running]:
    """Served on the instance of the test."""
    with running(settings, tmp_path / "served") as made:
        yield made


def stored(engine: Engine) -> int:
    """How many grievances stand."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Grievance)) or 0


def told(answer: Any, language: str) -> bool:
    """Whether the answer says in that language that nothing was saved, what to do, and when to come back."""
    status = answer.status if isinstance(answer, Answer) else answer.status_code
    return (
        (status, answer.headers.get("Retry-After")) == (503, "60")
        and f'lang="{language}"' in answer.text
        and all(said in answer.text for said in TOLD[language])
    )


def run(engine: Engine, *statements: str) -> None:
    """Statements of whoever looks after the database."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
