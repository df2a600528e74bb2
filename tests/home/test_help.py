"""The help: every question, topic, status and choice is named and said in plain words, in each language."""

import re
from collections.abc import Callable
from datetime import date

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from webapp.concerns.models import Subcategory
from webapp.concerns.queries import taxonomy
from webapp.config import LANGUAGES
from webapp.drafts.labels import PERSON_ONLY, QUESTIONS, SECTIONS
from webapp.drafts.tables import OPTIONS
from webapp.grievances.labels import STATUSES
from webapp.grievances.rules import Status
from webapp.helplines.labels import KINDS
from webapp.home.labels import MEANINGS, PLAIN, WHO_SEES
from webapp.i18n import speaker

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
#: Of a page, after brotli.
HEAVIEST = 20_000


def test_nothing_is_left_without_a_plain_line() -> None:
    assert [code for code, (_, hint) in QUESTIONS.items() if not hint and not PLAIN.get(code)] == []
    assert set(PLAIN) <= set(QUESTIONS)
    assert set(MEANINGS) == set(STATUSES) == set(Status)
    assert set(WHO_SEES) == set(OPTIONS["confidentiality"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_named_and_said(told: Callable[[str], str], session: Session, language: str) -> None:
    page, say, topics = told(f"/{language}/help"), speaker(language), taxonomy(session)
    wanted = [text for one in (*topics.categories.values(), *topics.subcategories.values())
              for text in (one.labels[language], one.descriptions[language])]  # fmt: skip
    texts = [title for title, _ in SECTIONS] + [text for pair in QUESTIONS.values() for text in pair if text]
    texts += [*PLAIN.values(), PERSON_ONLY, *STATUSES.values(), *MEANINGS.values()]
    texts += [*OPTIONS["confidentiality"].values(), *WHO_SEES.values()]
    wanted += [say(text) for text in texts]
    assert [text for text in wanted if " ".join(text.split()) not in page] == []
    numbers = told(f"/{language}/help-numbers?district=bannu")
    assert [label for kind, label in KINDS.items() if kind != "other" and say(label) not in numbers] == []


@ONE
@pytest.mark.parametrize("language", ["ur", "ps"])
@pytest.mark.parametrize("page", ["help", "help-numbers", "help-numbers?district=bannu"])
def test_no_english_is_left_over(told: Callable[[str], str], language: str, page: str) -> None:
    words = told(f"/{language}/{page}").replace("English", "").replace("3G/4G", "")
    assert re.findall(r"[A-Za-z]{2,}", words) == []


@ONE
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_light(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/{language}/help", headers={"Accept-Encoding": "br"})
    assert len(answer.data) <= HEAVIEST
    assert len(brotli.decompress(answer.data)) > len(answer.data)
    same = {"Accept-Encoding": "br", "If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/{language}/help", headers=same).status_code == 304


@ONE
def test_the_title_tells_nothing(client: FlaskClient) -> None:
    for page in ("help", "help-numbers", "help-numbers?district=bannu"):
        assert "<title>Help · Forms</title>" in client.get(f"/en/{page}").text


def test_each_gets_the_help_with_their_own_menu(app: Flask, session: Session) -> None:
    stranger, elder = app.test_client(), app.test_client()
    assert 'href="/en/sign-in"' in stranger.get("/en/help").text
    assert factories.sign_in(elder, factories.person(session)).status_code == 303
    page = elder.get("/en/help?from=elsewhere-9").text
    assert 'href="/en/submit"' in page
    assert "elsewhere-9" not in page
    assert 'href="/en/submit"' not in stranger.get("/en/help").text


def test_a_retired_topic_is_not_told_of(client: FlaskClient, session: Session) -> None:
    label = taxonomy(session).subcategories["taxes"].descriptions["en"]
    session.execute(update(Subcategory).where(Subcategory.code == "taxes").values(valid_to=date(2020, 1, 1)))
    session.commit()
    assert label not in client.get("/en/help").text
    assert taxonomy(session).subcategories["curfew"].descriptions["en"] in client.get("/en/help").text
    codes = [one["code"] for group in client.get("/en/topics").json["categories"] for one in group["topics"]]
    assert "taxes" not in codes
    assert "curfew" in codes
