"""The blank form for paper: all that the form asks and nothing else, in each language, numbered like the sheet."""

import re
from collections import Counter
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.factories import as_given, full
from webapp.bulk.forms import OFFICE, STARRED, PaperForm, number
from webapp.concerns.rules import Sensitivity
from webapp.config import LANGUAGES
from webapp.drafts.forms import LISTS, TEXTS, World
from webapp.drafts.labels import QUESTIONS, SECTIONS, WARNINGS
from webapp.drafts.rules import check
from webapp.drafts.tables import OPTIONS
from webapp.i18n import speaker
from webapp.paper.labels import column
from webapp.paper.rules import SHEET


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    return str(request.param)


@pytest.fixture
def page(filing: FlaskClient, language: str) -> str:
    """The main part of the page."""
    answer = filing.get(f"/{language}/paper")
    assert answer.status_code == 200
    assert answer.text.count("<script") == answer.text.count('<script src="/static/exit.js?') == 1
    return answer.text.partition('<main id="main">')[2].partition("</main>")[0]


def words(page: str) -> str:
    """What is read on it, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_all_that_the_form_asks_is_there(page: str, language: str) -> None:
    say, seen = speaker(language), words(page)
    labels = [*(label for label, _ in QUESTIONS.values()), *map(column, OFFICE), WARNINGS["sensitive"]]
    assert [label for label in labels if say(label) not in seen] == []
    assert [title for title, codes in SECTIONS if len(codes) > 1 and say(title) not in seen] == []
    ticks = Counter(unescape(found) for found in re.findall(r'<span class="tick"[^>]*>([^<]+)</span>', page))
    offered = Counter(say(label) for name in LISTS.values() for label in OPTIONS[name].values())
    assert offered - ticks == Counter()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_subject_is_there_and_the_sensitive_ones_have_a_star(page: str, language: str, paper: World) -> None:
    inside = page.partition('<div class="subjects">')[2].partition("</div>")[0]
    starred = {True: " *", False: ""}
    topics = [topic for topic in paper.taxonomy.subcategories.values() if topic.valid(paper.today)]
    shown = [topic.labels[language] + starred[topic.sensitivity is Sensitivity.REFERRAL_ONLY] for topic in topics]
    assert sorted(map(unescape, re.findall(r'<span class="tick">([^<]+)</span>', inside))) == sorted(shown)
    titles = [topic.labels[language] for topic in paper.taxonomy.categories.values()]
    assert list(map(unescape, re.findall(r"<strong>([^<]+)</strong>", inside))) == titles


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_numbers_are_those_of_the_sheet(page: str, language: str) -> None:
    say = speaker(language)
    asked = re.findall(r"<b>(\d+)\.</b> <strong>([^<]+)</strong>", page)
    assert {(int(place), unescape(label)) for place, label in asked} == {
        (place, say(column(code))) for place, code in enumerate(SHEET, start=1)
    }
    # the second page repeats which jirga session it belongs to
    assert Counter(place for place, _ in asked) == Counter({str(n): 1 for n in range(1, len(SHEET) + 1)} | {"1": 2})


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["ur", "ps"], indirect=True)
def test_no_english_is_left(page: str, language: str) -> None:
    spoken = re.sub(r'<span class="tick" lang="[a-z]+">[^<]*</span>', "", page)
    assert re.findall(r"[A-Za-z]{2,}", words(spoken)) == []


def test_the_questions_stand_in_their_order(paper: World, language: str) -> None:
    form = PaperForm(paper, language, speaker(language))
    places = [question.number for leaf in form.leaves for _, questions in leaf for question in questions]
    assert places == [number(code) for code in SHEET if code not in OFFICE]


def test_a_problem_with_a_star_is_asked_what_is_kept_of_it(paper: World) -> None:
    """Leaving out everything else is no error, leaving out one of these may be, and nothing is thrown away."""
    gathering = {name: value for name, value in full().items() if name in SHEET[1:11]}
    told = {"district": "bannu", "subcategory": "armed_threats", "start_year": "2025", "consent_statistics": "yes"}
    more = {"contact_preference": "none", "person_asked": "yes"}
    assert {*told, *more} == set(STARRED)
    checked = check(as_given(gathering | told | more), paper)
    assert checked.errors == []
    assert checked.grievance is not None
    assert not checked.grievance.discarded
    assert not set(STARRED) & set(TEXTS)


def test_nothing_asks_for_a_name_or_a_signature(paper: World) -> None:
    """What identifies a person is neither a question nor a line to write on."""
    asked = " ".join(column(code) for code in SHEET if code != "gathering_ref").lower()
    assert not re.search(r"signature|thumb|\bname|father|id card|phone", asked)
