"""Taking the files from the site: whoever may, as the command line writes them, noted, and not by the hundred."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.export.test_formats import file
from tests.export.test_summary_page import analyst, look, plain, published, reading
from webapp.attempts.rules import DOWNLOADS
from webapp.audit.models import AuditEntry
from webapp.export.queries import Format
from webapp.people.models import Person
from webapp.people.rules import Role

__all__ = ["analyst", "published", "reading"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "json": "application/json", "zip": "application/zip"}


@pytest.mark.parametrize("kind", Format)
def test_the_file_of_the_command_line(
    reading: FlaskClient, published: Session, analyst: Person, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Byte for byte; its number stands in the file's name and the audit log, never in the bytes."""
    for language in ("en", "ps"):
        answer = reading.get(f"/{language}/summary.{kind}?by=urgency&area=province&every=month")
        assert answer.status_code == 200
        assert answer.data == file(published, kind, language, by="urgency", area="province", every="month")
        published.rollback()  # on SQLite it would keep the others from writing
        assert answer.headers["Content-Type"] == TYPES[kind]
        assert answer.headers["Cache-Control"] == "no-store"
        name = answer.headers["Content-Disposition"]
        found = re.fullmatch(rf'attachment; filename="summary-province-urgency-release1-([0-9a-f]{{8}})\.{kind}"', name)
        assert found
        entry = published.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        published.rollback()
        assert entry
        assert (entry.person_id, entry.what) == (analyst.id, "summary_downloaded")
        assert entry.about == {
            "area": "province", "by": "urgency", "period": "all", "every": "month", "layout": "long", "release": 1,
            "language": language, "rows": 16, "format": kind, "export_id": found[1],
        }  # fmt: skip
        assert found[1] not in caplog.text


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize(
    ("language", "said"), [("en", "is not a period"), ("ur", "یہ عرصہ سمجھ میں نہیں آیا"), ("ps", "عرصه نه ده")]
)
def test_a_question_that_is_on_no_list(
    reading: FlaskClient, published: Session, kind: str, language: str, said: str
) -> None:
    """A page in the person's language that says what to do; nothing is noted as taken."""
    answer = reading.get(f"/{language}/summary.{kind}?period=2025-13")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert said in plain(answer.text)
    assert not published.scalars(select(AuditEntry).where(AuditEntry.what == "summary_downloaded")).all()


def test_only_a_csv_may_lack_its_mark(reading: FlaskClient, published: Session) -> None:
    assert reading.get("/en/summary.csv?bom=0").data.startswith(b"release,")
    for kind in ("xlsx", "json", "zip"):
        assert reading.get(f"/en/summary.{kind}?bom=0").status_code == 400
    assert reading.get("/en/summary.pdf").status_code == 404


def test_what_the_page_says_of_its_files(reading: FlaskClient, published: Session) -> None:
    """What is inside, what was done to the numbers, that it is logged; a button a format, which gives such a file."""
    page = look(reading, "/en/summary?by=urgency&province=PK-BA")
    said = re.sub(r"\s+", " ", page)
    assert "Inside is this table: 164 rows with one figure each, or 41 rows with one area each. Figures of rele" in said
    assert "by 3 at most, and 1 or 2 are never shown" in said
    assert "Downloads are logged with your name." in said
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/en/summary\.[^"]*)"', page)]
    given = [(urlsplit(link).path.rpartition(".")[2], parse_qs(urlsplit(link).query)["layout"][0]) for link in links]
    assert given == [("xlsx", "wide"), ("csv", "long"), ("csv", "wide"), ("json", "long"), ("zip", "long")]
    assert [reading.get(link).content_type for link in links] == [TYPES[kind] for kind, _ in given]
    whole = look(reading, "/en/summary?by=none")
    assert re.search(r"/en/summary\.xlsx\?[^\"]*layout=long", whole), "the wide one has no gatherings"


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_hundreds_a_minute_are_slowed(
    app: Flask, reading: FlaskClient, published: Session, clock: Clock, language: str
) -> None:
    """The next one is told when to come back, in every format and from any browser; others, and the page, go on."""
    addresses = [f"/{language}/summary.{kind}?by=none&area=province" for kind in Format]
    answers = [reading.get(addresses[number % 4]).status_code for number in range(DOWNLOADS.most)]
    assert set(answers) == {200}
    said = {"en": "Come back in 60 seconds.", "ur": "60 سیکنڈ بعد", "ps": "60 سېکنډه پس"}[language]
    for address in addresses:
        refused = reading.get(address)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        assert said in plain(refused.text)
        assert said in plain(reading.get(address, headers=factories.JSON).json["message"])
    assert reading.get(f"/{language}/summary").status_code == 200
    other = app.test_client()
    factories.sign_in(other, factories.person(published, Role.REVIEWER))
    assert other.get(addresses[0]).status_code == 200
    taken = select(AuditEntry).where(AuditEntry.what == "summary_downloaded")
    assert len(published.scalars(taken).all()) == DOWNLOADS.most + 1
    published.rollback()
    clock.forward(seconds=60)
    assert reading.get(addresses[0]).status_code == 200
