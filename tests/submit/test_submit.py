"""Filing: what is stored, what comes back, what is refused; seen from a browser without scripts."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import JSON, SAME_SITE, full, short
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.i18n import speaker
from webapp.people.models import Person
from webapp.texts.models import Text
from webapp.texts.queries import place


def count(session: Session, model: type) -> int:
    """How many rows stand, as another process sees them."""
    session.rollback()
    found = session.scalar(select(func.count()).select_from(model)) or 0
    session.rollback()
    return found


def test_a_form_is_stored_and_answered_with_a_receipt(filing: FlaskClient, session: Session) -> None:
    answer = filing.post("/en/submit", data=full(), headers=SAME_SITE)
    assert answer.status_code == 303
    row = session.scalars(select(Grievance)).one()
    session.rollback()
    assert answer.location.endswith(f"/en/receipt/{row.reference}")
    assert (row.district, row.tehsil, row.subcategory) == ("bannu", None, "house_damage")
    assert row.remedies == ("compensation", "survey_register")
    page = filing.get(answer.location).text
    assert f"{row.reference[:5]}-{row.reference[5:]}" in page
    for told in ("Bannu", "House damaged", "nobody came to look"):
        assert told not in page


def test_what_was_written_is_stored_sealed_only(filing: FlaskClient, session: Session) -> None:
    filing.post("/ps/submit", data=full(area_name="Synthetic village"), headers=SAME_SITE)
    texts = session.scalars(select(Text).order_by(Text.kind)).all()
    assert [(text.kind, text.language) for text in texts] == [("area_name", "ps"), ("narrative", "ps")]
    assert all(b"ynthetic" not in (text.sealed or b"") for text in texts)
    assert session.scalars(select(Event)).one().id == texts[0].event_id


def test_a_second_grievance_joins_the_gathering(filing: FlaskClient, session: Session) -> None:
    first = filing.post("/en/submit", data=full(), headers=JSON)
    assert first.status_code == 201
    path = f"/en/submit/{first.json['gathering']}"
    second = filing.post(path, data=short(subcategory="electricity"), headers=JSON)
    assert second.json["gathering"] == first.json["gathering"]
    third = filing.post("/en/submit", data=full(subcategory="drinking_water"), headers=JSON)
    assert third.json["gathering"] == first.json["gathering"], "equal gathering fields within a day"
    assert filing.post("/en/submit", data=full(consensus="majority"), headers=JSON).json["gathering"] != path[-36:]
    assert (count(session, Gathering), count(session, Grievance)) == (2, 4)


def test_sending_again_gives_the_same_receipt(filing: FlaskClient, session: Session) -> None:
    first = filing.post("/en/submit", data=full(), headers=JSON)
    again = filing.post("/en/submit", data=full(), headers=JSON)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = filing.post("/en/submit", data=full(narrative="Synthetic: another matter entirely."), headers=JSON)
    assert other.json["reference"] != first.json["reference"]
    assert count(session, Grievance) == 2


def test_a_client_id_keeps_its_content(filing: FlaskClient, session: Session) -> None:
    number = str(uuid.uuid4())
    first = filing.post("/en/submit", data=full(client_id=number), headers=JSON)
    assert filing.post("/ur/submit", data=full(client_id=number), headers=JSON).json == first.json
    assert filing.post("/en/submit", data=full(client_id=[number, number]), headers=JSON).json == first.json
    other = filing.post("/en/submit", data=full(client_id=number, timing="once"), headers=JSON)
    assert other.status_code == 409
    page = filing.post("/en/submit", data=full(client_id=number, timing="once"), headers=SAME_SITE)
    assert page.status_code == 409
    assert "nobody came to look" in page.text
    assert count(session, Grievance) == 1


@pytest.mark.parametrize("sent", [["nonsense"], [str(uuid.UUID(int=1)), str(uuid.UUID(int=2))]])
def test_a_damaged_client_id_is_refused(filing: FlaskClient, session: Session, sent: list[str]) -> None:
    answer = filing.post("/en/submit", data=full(client_id=sent), headers=JSON)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["client_id"]
    assert count(session, Grievance) == 0


def test_two_people_may_use_the_same_client_id(client: FlaskClient, session: Session) -> None:
    number = str(uuid.uuid4())
    for _ in range(2):
        factories.sign_in(client, factories.person(session))
        assert client.post("/en/submit", data=full(client_id=number), headers=JSON).status_code == 201
    assert count(session, Grievance) == 2


def test_the_gathering_of_somebody_else_looks_like_none(filing: FlaskClient, session: Session) -> None:
    first = filing.post("/en/submit", data=full(), headers=JSON).json
    factories.sign_in(filing, factories.person(session))
    paths = (f"/en/submit/{first['gathering']}", f"/en/submit/{uuid.uuid4()}", f"/en/receipt/{first['reference']}")
    assert [filing.get(path).status_code for path in paths] == [404, 404, 404]
    assert [filing.post(path, data=short(), headers=SAME_SITE).status_code for path in paths[:2]] == [404, 404]
    assert count(session, Grievance) == 1


def test_errors_lose_nothing_that_was_typed(filing: FlaskClient, session: Session) -> None:
    form = full(narrative="جھوٹی مثال: 17301-1234567-1 والے کا گھر", subcategory="", remedies=["apology", "meeting"])
    answer = filing.post("/ur/submit", data=form, headers=SAME_SITE)
    assert answer.status_code == 422
    assert "17301-1234567-1" in answer.text
    assert 'id="problems"' in answer.text
    assert 'href="#subcategory"' in answer.text
    assert speaker("ur")("Not sent yet. Please look at these answers.") in answer.text
    for kept in ('value="apology" checked', 'value="meeting" checked', 'value="bannu.domel" selected'):
        assert kept in answer.text
    assert 'value="compensation" checked' not in answer.text
    assert count(session, Gathering) == 0


def test_a_doubtful_text_asks_once_more(filing: FlaskClient, session: Session) -> None:
    form = full(narrative="Synthetic: the son of Gulab Khan lost everything.")
    asked = filing.post("/en/submit", data=form, headers=JSON)
    assert asked.status_code == 422
    assert asked.json["errors"] == {}
    assert list(asked.json["warnings"]) == ["narrative"]
    page = filing.post("/en/submit", data=form, headers=SAME_SITE).text
    assert 'name="checked"' in page
    assert count(session, Grievance) == 0
    assert filing.post("/en/submit", data={**form, "checked": "yes"}, headers=JSON).status_code == 201


def test_danger_to_life_asks_once_more_and_names_the_numbers(filing: FlaskClient) -> None:
    form = full(urgency="life_danger")
    asked = filing.post("/en/submit", data=form, headers=JSON)
    assert "1122" in asked.json["warnings"]["urgency"][0]
    assert filing.post("/en/submit", data={**form, "checked": "yes"}, headers=JSON).status_code == 201


def test_a_sensitive_subject_keeps_no_story(filing: FlaskClient, session: Session) -> None:
    answer = filing.post("/en/submit", data=full(subcategory="armed_threats", tehsil="bannu.domel"), headers=SAME_SITE)
    row = session.scalars(select(Grievance)).one()
    session.rollback()
    assert (row.confidentiality, row.urgency, row.tehsil, row.households) == ("protected", "high", None, None)
    assert (row.remedies, row.timing, row.raised_before) == ((), None, None)
    assert row.start_year == 2016
    assert count(session, Text) == 0
    assert "The story was not kept." in filing.get(answer.location).text


def test_a_sensitive_subject_asks_for_little(filing: FlaskClient) -> None:
    little = {"subcategory": "child_protection", "district": "bannu", "start_year": "unknown"}
    consent = {"consent_share": "yes", "consent_statistics": "no", "contact_preference": "none"}
    form = {**factories.GATHERING, **little, **consent}
    refused = filing.post("/en/submit", data=form, headers=JSON)
    assert list(refused.json["errors"]) == ["person_asked"]
    assert filing.post("/en/submit", data={**form, "person_asked": "yes"}, headers=JSON).status_code == 201


def test_only_a_number_keeps_no_text(filing: FlaskClient, session: Session) -> None:
    form = full(confidentiality="numbers_only", narrative="Call 0312 3456789", area_name="x@example.org")
    answer = filing.post("/en/submit", data=form, headers=SAME_SITE)
    assert answer.status_code == 303
    assert count(session, Text) == 0
    assert "counted in the totals" in filing.get(answer.location).text
    refused = filing.post("/en/submit", data={**form, "consent_statistics": "no"}, headers=JSON)
    assert list(refused.json["errors"]) == ["consent_statistics"]


def test_threats_make_a_grievance_protected(filing: FlaskClient) -> None:
    form = full(raised_before="yes", raised_to=["police"], prior_result="threatened")
    answer = filing.post("/en/submit", data=form, headers=SAME_SITE)
    assert "Only the protection officer can see it." in filing.get(answer.location).text


def test_two_megabytes_are_refused_with_a_page(filing: FlaskClient, session: Session) -> None:
    answer = filing.post("/ur/submit", data=full(narrative="ا" * 1_000_000), headers=SAME_SITE)
    assert answer.status_code == 413
    assert 'lang="ur"' in answer.text
    assert count(session, Grievance) == 0


def test_arabic_letters_stay_as_typed(filing: FlaskClient, app, session: Session) -> None:
    typed = "مثال: يہ گھر ك ليے ہے\x00 اور\u202e آخر"
    assert filing.post("/ur/submit", data=full(narrative=typed), headers=JSON).status_code == 201
    text = session.scalars(select(Text)).one()
    opened = app.extensions["store"].vault.open(text.sealed, place(text.id, text.event_id, text.kind))
    assert opened == "مثال: يہ گھر ك ليے ہے اور آخر"


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://localhost.example"}, False),
        ({"Origin": "null"}, False),
        ({"Referer": "http://localhost/en/submit"}, True),
        ({"Referer": "http://example.org/http://localhost/"}, False),
        ({}, False),
    ],
)
def test_a_post_from_another_site_is_refused(
    filing: FlaskClient, session: Session, sent: dict[str, str], allowed: bool
) -> None:
    answer = filing.post("/en/submit", data=full(), headers=sent)
    assert (answer.status_code == 303) is allowed
    assert allowed or answer.status_code == 403
    assert count(session, Grievance) == int(allowed)


def test_who_is_not_signed_in_loses_nothing(client: FlaskClient, session: Session) -> None:
    answer = client.post("/en/submit", data=full(), headers=SAME_SITE)
    assert answer.status_code == 401
    assert "your words are not lost" in answer.text
    assert client.post("/en/submit", data=full(), headers=JSON).status_code == 401
    asked = client.get("/en/submit")
    assert asked.location.startswith("/en/sign-in?next=")


def test_the_blank_form_is_one_for_all(client: FlaskClient, session: Session) -> None:
    pages = []
    for _ in range(2):
        someone = factories.person(session, scope=("bannu",))
        factories.sign_in(client, someone)
        pages.append(client.get("/ps/submit"))
        assert someone.username not in pages[-1].text
    assert pages[0].data == pages[1].data
    assert pages[0].headers["Cache-Control"] == "private, no-cache"
    tag = pages[0].headers["ETag"]
    assert client.get("/ps/submit", headers={"If-None-Match": tag}).status_code == 304
    factories.sign_in(client, factories.person(session, scope=("khyber",)))
    assert client.get("/ps/submit", headers={"If-None-Match": tag}).status_code == 200


def test_a_district_outside_the_scope_is_refused(client: FlaskClient, session: Session) -> None:
    factories.sign_in(client, factories.person(session, scope=("khyber",)))
    assert 'value="lahore"' not in client.get("/en/submit").text
    answer = client.post("/en/submit", data=full(), headers=JSON)
    assert list(answer.json["errors"]) == ["district"]
    assert (
        client.post("/en/submit", data=full(district="khyber", tehsil="whole_district"), headers=JSON).status_code
        == 201
    )


def test_another_role_files_nothing(client: FlaskClient, session: Session, elder: Person) -> None:
    factories.sign_in(client, factories.person(session, factories.Role.ANALYST, ()))
    assert client.get("/en/submit").status_code == 403
    assert client.post("/en/submit", data=full(), headers=SAME_SITE).status_code == 403
    assert count(session, Grievance) == 0
