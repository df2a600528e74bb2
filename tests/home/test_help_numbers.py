"""Help numbers on the site: for a district, its province and everybody; what is not known says so."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from webapp.config import Settings
from webapp.helplines.rules import COLUMNS

OWN = ",".join(COLUMNS) + (
    "\nall,police,15,,,,\nPK-KP,legal_aid,0800-12345,,,,2026-01-05\n"
    "bannu,control_room,0928-9270032,Room B,کمرہ ب,کمره ب,\nkhyber,other,0922 111111,Room K,کمرہ خ,کمره خ,\n"
)
UNKNOWN = "Not known yet for this district."


def calls(page: str) -> list[str]:
    """The numbers that the list calls."""
    section = re.search(r'<section id="numbers">(.*?)</section>', page, re.DOTALL)
    assert section
    return re.findall(r'href="tel:([^"]*)"', section[1])


def test_without_a_table_of_the_operator(client: FlaskClient, told: Callable[[str], str]) -> None:
    assert calls(client.get("/en/help-numbers?district=bannu").text) == ["15", "1122"]
    assert told("/en/help-numbers?district=bannu").count(UNKNOWN) == 4
    assert UNKNOWN not in told("/en/help-numbers")
    assert "District control room" in told("/en/help-numbers?district=bannu")
    assert "District control room" not in told("/en/help-numbers")


def test_the_operators_table_by_district(client: FlaskClient, settings: Settings, told: Callable[[str], str]) -> None:
    assert calls(client.get("/en/help").text) == ["15", "1122"]
    (settings.data_dir / "help_numbers.csv").write_text(OWN, "utf-8")
    assert calls(client.get("/en/help").text) == ["15"]
    assert calls(client.get("/ur/help-numbers?district=bannu").text) == ["15", "09289270032", "080012345"]
    assert calls(client.get("/ur/help-numbers?district=khyber").text) == ["15", "080012345", "0922111111"]
    assert calls(client.get("/ur/help-numbers?district=gwadar").text) == ["15"]
    assert "کمرہ ب: 0928-9270032" in told("/ur/help-numbers?district=bannu")
    assert "Checked on 5 January 2026." in told("/en/help-numbers?district=bannu")
    assert told("/en/help-numbers?district=bannu").count(UNKNOWN) == 3  # rescue, women and children, mines


@pytest.mark.parametrize("district", ["", "nowhere", "PK-KP", "bannu' or 1=1", "<b>"])
def test_an_unknown_district_is_asked_for_again(client: FlaskClient, district: str) -> None:
    answer = client.get("/en/help-numbers", query_string={"district": district})
    assert answer.status_code == 200
    assert calls(answer.text) == ["15", "1122"]
    assert " selected" not in answer.text
    assert "<b>" not in answer.text


def test_the_chosen_district_stays_chosen(client: FlaskClient) -> None:
    page = client.get("/ps/help-numbers?district=bannu").text
    assert '<option value="bannu" selected>' in page
    assert 'href="/ur/help-numbers?district=bannu"' in page
    assert "<form" in page
    assert 'action="/ps/help-numbers"' in page


def test_the_form_leads_to_them_before_a_sensitive_subject(client: FlaskClient, session: Session) -> None:
    assert factories.sign_in(client, factories.person(session)).status_code == 303
    page = client.get("/ps/submit").text
    assert page.index('href="/ps/help-numbers"') < page.index('id="subcategory"')
