"""Exact figures: what a reviewer or supervisor may read, counted one by one; whole areas of theirs and nothing else."""

import re
from collections import Counter
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.export.test_summary_page import plain
from tests.grievances import kinds
from tests.handling.acting import Place, place
from webapp.audit.models import AuditEntry
from webapp.export import queries
from webapp.files import read_csv
from webapp.grievances.models import Grievance
from webapp.grievances.queries import visible_to
from webapp.history.tables import Step
from webapp.people.rules import Role


@pytest.fixture
def filled(session: Session) -> Place:
    """Every kind of grievance in three districts of one division and in another, one of them withdrawn; synthetic."""
    here = place(session)
    for district in ("bannu", "lakki-marwat", "khyber"):
        for kind in kinds.KINDS:
            raised = {"raised_before": "yes", "raised_to": ["police"], "prior_result": "threatened"}
            here.file(
                **(raised if kind.threatened else {}), district=district, confidentiality=kind.confidentiality,
                subcategory=kinds.TOPICS[kind.sensitivity], start_year="2001",
            )  # fmt: skip
    here.take("owner", here.file(district="bannu"), Step.WITHDRAW)
    here.file(district="bannu", consent_statistics="no")
    return here


def browser(app: Flask, session: Session, role: Role, *scope: str) -> FlaskClient:
    """Somebody's, signed in."""
    client = app.test_client()
    assert factories.sign_in(client, factories.person(session, role, scope)).status_code == 303
    return client


def figures(client: FlaskClient, **words: str) -> list[dict[str, str]]:
    """The rows of the file."""
    answer = client.get("/en/exact-figures.csv", query_string=words)
    assert answer.status_code == 200, answer.text
    return [dict(row.cells) for row in read_csv(BytesIO(answer.data), 10_000).rows]


def refused(client: FlaskClient, **words: str) -> str:
    """What is said at the filter, alike by page and file."""
    page, file = (client.get(f"/en/exact-figures{kind}", query_string=words) for kind in ("", ".csv"))
    assert (page.status_code, file.status_code) == (400, 400)
    return plain(re.findall(r'<p class="error"[^>]*>(.*?)</p>', page.text)[0])


def readable(session: Session, here: Place, name: str) -> Counter[str]:
    """District -> how many that count somebody may read, one by one."""
    query = visible_to(select(Grievance), here.people[name]).where(Grievance.consent_statistics)
    found = Counter(one.district for one in session.scalars(query) if one.confidentiality != "province_only")
    session.rollback()
    return found


def test_they_are_what_one_may_read(app: Flask, filled: Place, session: Session) -> None:
    client = browser(app, session, Role.REVIEWER, "bannu", "khyber")
    rows = figures(client, by="none")
    true = readable(session, filled, "reviewer")
    assert true["bannu"] == true["khyber"] > 1
    assert {row["district_code"]: int(row["grievances"]) for row in rows} == {
        "bannu": true["bannu"], "khyber": true["khyber"],
    }  # fmt: skip
    assert {(row["protected"], row["release"]) for row in rows} == {("no", "")}
    by_topic = figures(client, by="category", district="bannu")
    assert sum(int(row["grievances"]) for row in by_topic) == true["bannu"]


def test_a_supervisor_counts_the_province_and_what_is_meant_for_it(app: Flask, filled: Place, session: Session) -> None:
    client = browser(app, session, Role.SUPERVISOR, "PK-KP")
    (province,) = figures(client, by="none", area="province")
    districts = figures(client, by="none")
    meant = 3 * sum(kind.confidentiality == "province_only" for kind in kinds.KINDS if not hidden(kind))
    assert meant
    assert int(province["grievances"]) == sum(int(row["grievances"] or 0) for row in districts) + meant


def hidden(kind: kinds.Kind) -> bool:
    """Whether only protection officers see such."""
    return kind.threatened or kind.confidentiality == "protected" or kind.sensitivity == "referral_only"


def test_part_of_an_area_does_not_pass_for_all_of_it(app: Flask, filled: Place, session: Session) -> None:
    client = browser(app, session, Role.REVIEWER, "bannu")
    whole = "These exact figures cover whole areas of your own only."
    assert whole in refused(client, district="khyber")
    assert whole in refused(client, area="division")
    assert whole in refused(client, area="province")
    assert whole in refused(client, province="PK-BA")
    page = client.get("/en/exact-figures?by=none").text
    assert 'value="bannu"' in page
    assert 'value="khyber"' not in page
    assert 'value="province"' not in page


def test_what_stands_nowhere_is_empty_and_not_zero(app: Flask, filled: Place, session: Session) -> None:
    client = browser(app, session, Role.REVIEWER, "bannu", "kohat")
    rows = {row["district_code"]: row for row in figures(client, by="none", period="2001")}
    assert (rows["bannu"]["grievances"], rows["kohat"]["grievances"]) == ("0", "")


def test_an_empty_database(app: Flask, session: Session) -> None:
    client = browser(app, session, Role.SUPERVISOR, "PK-KP")
    assert {row["grievances"] for row in figures(client)} == {""}
    assert "No report published" in client.get("/en/exact-figures").text


def test_what_is_not_counted_here(app: Flask, filled: Place, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(app, session, Role.SUPERVISOR, "PK-KP")
    assert "counted apart, in the summary" in refused(client, by="protection")
    assert "belong to no release" in refused(client, release="1")
    assert "is not a period" in refused(client, period="2025-13")
    assert client.get("/en/exact-figures?by=category&by=theme").status_code == 400
    monkeypatch.setattr(queries, "MOST", 3)
    assert "more than 3 grievances" in refused(client)
    assert figures(client, period="2001")


def test_the_log_says_who_looked_and_not_at_how_many(app: Flask, filled: Place, session: Session) -> None:
    client = browser(app, session, Role.REVIEWER, "bannu")
    page = client.get("/en/exact-figures?by=none&period=2025")
    assert "Not protected." in page.text
    answer = client.get("/en/exact-figures.csv?by=none")
    session.rollback()
    seen, taken = session.scalars(select(AuditEntry).where(AuditEntry.what.like("exact%")).order_by(AuditEntry.id))
    assert seen.about == {
        "area": "district", "by": "none", "period": "2025", "layout": "long", "language": "en",
    }  # fmt: skip
    assert set(taken.about) == {*seen.about, "rows", "export_id"}
    assert taken.about["export_id"] in answer.headers["Content-Disposition"]
    assert taken.about["export_id"] not in answer.text


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_in_each_language(app: Flask, filled: Place, session: Session, language: str) -> None:
    client = browser(app, session, Role.REVIEWER, "bannu")
    assert client.get(f"/{language}/exact-figures?by=category").status_code == 200
    assert f"/{language}/exact-figures" in client.get(f"/{language}/queue").text
