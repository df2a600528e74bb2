"""Looking all answers over before they are sent, without scripts; and what the script of the form is told."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import SAME_SITE, full, short
from webapp.drafts.labels import PROBLEMS, QUESTIONS
from webapp.grievances.models import Grievance
from webapp.i18n import speaker

CHECK, CHANGE = {"step": "check"}, {"step": "change"}
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
ANSWER = re.compile(r"<dt>(.*?)</dt>(.*?)</div>", re.DOTALL)


def count(session: Session) -> int:
    """How many grievances stand."""
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Grievance)) or 0
    session.rollback()
    return found


def told(page: str) -> dict[str, str]:
    """Question to all that stands below it."""
    return {
        unescape(question): unescape(" ".join(re.sub(r"<[^>]*>", " ", rest).split()))
        for question, rest in ANSWER.findall(page)
    }


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_every_answer_is_shown_in_words(filing: FlaskClient, session: Session, language: str) -> None:
    say, form = speaker(language), full(people_number="۱۲۰", groups_affected=["women", "students"])
    page = filing.post(f"/{language}/submit", data={**form, **CHECK}, headers=SAME_SITE)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "Content-Encoding" not in page.headers
    seen = told(page.text)
    for name, (label, _) in QUESTIONS.items():
        assert (say(label) in seen) is (name not in ("person_asked", "raised_to", "prior_result"))
    assert seen[say("How many households?")] == "11-50"
    assert seen[say("Who suffers most?")] == f"{say('Women')} {say('Students')}"
    assert seen[say("Were minorities heard?")] == say("Not answered")
    assert seen[say("Number of people, if you know")] == "۱۲۰"
    assert seen[say("Date of the jirga")].split()[::2] == ["26", "2025"]
    assert count(session) == 0


def test_what_is_carried_can_be_sent_or_changed(filing: FlaskClient, session: Session) -> None:
    form = full(narrative="Synthetic: <b>one</b>\nand & two.", area_name="Synthetic village", client_id="")
    page = filing.post("/en/submit", data={**form, **CHECK, "checked": "yes"}, headers=SAME_SITE).text
    carried: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page):
        carried.setdefault(name, []).append(unescape(value))
    assert {name: values if len(values) > 1 else values[0] for name, values in carried.items()} == form
    again = filing.post("/en/submit", data={**carried, **CHANGE}, headers=SAME_SITE)
    assert again.status_code == 200
    assert 'id="problems"' not in again.text
    for kept in ("&lt;b&gt;one&lt;/b&gt;\nand &amp; two.", 'value="compensation" checked', 'value="Synthetic village"'):
        assert kept in again.text
    assert count(session) == 0
    assert filing.post("/en/submit", data=carried, headers=SAME_SITE).status_code == 303
    assert count(session) == 1


def test_mistakes_are_told_beside_the_answers(filing: FlaskClient, session: Session) -> None:
    form = full(households="", narrative="Call 0312 3456789", raised_before="yes")
    page = filing.post("/en/submit", data={**form, **CHECK}, headers=SAME_SITE)
    seen = told(page.text)
    assert page.status_code == 200
    assert seen["How many households?"] == f"Not answered {PROBLEMS['required']}"
    assert seen["To whom?"] == f"Not answered {PROBLEMS['required']}"
    assert seen["What happened?"].endswith(PROBLEMS["cnic"])
    assert 'name="checked"' not in page.text
    assert count(session) == 0


def test_doubts_ask_for_the_box(filing: FlaskClient, session: Session) -> None:
    form = full(urgency="life_danger", narrative="Synthetic: the son of Gulab Khan lost everything.")
    page = filing.post("/en/submit", data={**form, **CHECK}, headers=SAME_SITE).text
    assert 'id="checked"' in page
    assert PROBLEMS["parentage"] in told(page)["What happened?"]
    assert filing.post("/en/submit", data=form, headers=SAME_SITE).status_code == 422
    assert filing.post("/en/submit", data={**form, "checked": "yes"}, headers=SAME_SITE).status_code == 303


@pytest.mark.parametrize(("subcategory", "asked"), [("child_protection", True), ("armed_threats", False)])
def test_a_sensitive_subject_shows_only_what_is_kept(filing: FlaskClient, subcategory: str, asked: bool) -> None:
    form = full(subcategory=subcategory, person_asked="yes", area_name="Synthetic village")
    page = filing.post("/en/submit", data={**form, **CHECK}, headers=SAME_SITE).text
    shown = set(told(page))
    assert "The story will not be kept." in page
    assert ("The person concerned asked me to report this" in shown) is asked
    assert {"District of the problem", "When did it start?", "How may we contact you?"} <= shown
    kept_out = {"What happened?", "Village or area (if safe)", "How many households?", "How urgent is it?"}
    assert not kept_out & shown
    assert "Synthetic village" in dict(HIDDEN.findall(page))["area_name"]


def test_only_a_number_shows_no_words(filing: FlaskClient) -> None:
    page = filing.post("/en/submit", data=full(confidentiality="numbers_only") | CHECK, headers=SAME_SITE).text
    assert not {"What happened?", "In the jirga's words", "Village or area (if safe)"} & set(told(page))


def test_the_short_form_is_looked_over_too(filing: FlaskClient) -> None:
    place = urlsplit(filing.post("/en/submit", data=full(), headers=SAME_SITE).location).path
    path = re.search(r'href="(/en/submit/[0-9a-f-]{36})"', filing.get(place).text)
    assert path
    page = filing.post(path[1], data=short(subcategory="electricity") | CHECK, headers=SAME_SITE).text
    assert "Date of the jirga" not in told(page)
    assert f'action="{path[1]}"' in page


def test_the_script_speaks_the_language_of_the_form(client: FlaskClient, filing: FlaskClient) -> None:
    (address,) = re.findall(r'<script src="(/ps/form\.js\?v=[0-9a-f]+)" defer>', filing.get("/ps/submit").text)
    script = client.get(address)
    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "جاري وساتئ" in script.text
    assert '"Continue"' not in script.text
    assert script.text.split(";\n")[0].startswith("const STEPS = {")
