"""The fragment that a script adds to the form after the first visit."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from webapp.concerns.queries import taxonomy
from webapp.config import LANGUAGES
from webapp.drafts.labels import QUESTIONS
from webapp.home.labels import PLAIN
from webapp.i18n import speaker


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_every_topic(client: FlaskClient, session: Session, language: str) -> None:
    answer, topics = client.get(f"/{language}/topics"), taxonomy(session)
    assert answer.mimetype == "application/json"
    told = answer.json["categories"]
    assert [(one["code"], one["label"], one["line"], one["icon"]) for one in told] == [
        (code, one.labels[language], one.descriptions[language], code) for code, one in topics.categories.items()
    ]
    assert [{"category": group["code"], **one} for group in told for one in group["topics"]] == [
        {
            "category": one.category,
            "code": code,
            "label": one.labels[language],
            "line": one.descriptions[language],
            "sensitivity": one.sensitivity,
            "person_asked": one.person_asked,
        }
        for code, one in topics.subcategories.items()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_the_questions_that_have_no_hint(client: FlaskClient, language: str) -> None:
    told = client.get(f"/{language}/topics").json["questions"]
    assert told == {code: speaker(language)(line) for code, line in PLAIN.items()}
    assert set(told) >= {code for code, (_, hint) in QUESTIONS.items() if not hint}
    assert told["district"] not in client.get(f"/{language}/submit").text


def test_it_is_kept_until_it_changes(client: FlaskClient) -> None:
    first = client.get("/ur/topics", headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert len(first.data) < 8_000
    again = client.get("/ur/topics", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/ps/topics", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
