"""What the page of one grievance shows to whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.case.conftest import Office
from tests.handling.acting import WORDS
from webapp.audit.models import AuditEntry
from webapp.clocks.models import Shutdown
from webapp.config import day_of
from webapp.history.tables import Step
from webapp.references import shown

STORY, ASKED, VILLAGE = "Synthetic: the road has been closed since spring.", "Synthetic: open it.", "Synthetic village"
WHOLE: dict[str, Any] = {"narrative": STORY, "remedy_text": ASKED, "area_name": VILLAGE}


def topic(office: Office, sensitivity: str) -> str:
    """A subject that is so sensitive."""
    topics = office.place.world.taxonomy.subcategories.values()
    return next(one.code for one in topics if one.sensitivity == sensitivity and one.category and not one.person_asked)


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_what_was_said_stands_there_in_full(office: Office, language: str) -> None:
    reference = office.place.file(**WHOLE)
    page = office.page("reviewer", reference, language)
    for words in (STORY, ASKED, VILLAGE):
        assert words in page
    assert shown(reference) in page


def test_what_was_chosen_stands_there_in_words(office: Office) -> None:
    page = office.page("reviewer", office.place.file(raised_before="yes", raised_to=["pdma"], prior_result="no_reply"))
    for words in (
        "House damaged or destroyed", "Bannu", "Whole district", "Needs action in weeks", "2016", "11-50",
        "Pay compensation · Survey or registration", "PDMA", "No reply", "26\u00a0March\u00a02025", "51-100",
        "Yes, in a separate meeting", "Yes, in the jirga", "All agreed", "I will read the reply here",
    ):  # fmt: skip
        assert words in page, words


def test_nobody_learns_who_filed_it(office: Office) -> None:
    reference = office.place.file()
    owner = office.place.username("owner")
    office.take("reviewer", reference, Step.ACKNOWLEDGE)
    for name in ("reviewer", "supervisor"):
        assert owner not in office.page(name, reference)


def test_grievances_that_one_may_not_open_are_not_even_counted(office: Office) -> None:
    reference = office.place.file()
    for changes in ({"confidentiality": "protected"}, {"confidentiality": "province_only"}, {"start_year": "2017"}):
        office.place.file(**changes)
    counted = "Grievances of this session that you can open</dt><dd>{}</dd>"
    assert counted.format(2) in office.page("reviewer", reference)
    assert counted.format(3) in office.page("supervisor", reference)


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, {"reviewer", "colleague", "supervisor", "second"}),
        ({"confidentiality": "province_only"}, {"supervisor", "second"}),
        ({"confidentiality": "protected"}, {"protector", "keeper"}),
        ({"raised_before": "yes", "raised_to": ["police"], "prior_result": "threatened"}, {"protector", "keeper"}),
        ({"confidentiality": "numbers_only"}, set()),
    ],
    ids=["ordinary", "province_only", "protected", "threatened", "numbers_only"],
)
def test_it_opens_for_whoever_may_read_it(office: Office, changes: dict[str, Any], who: set[str]) -> None:
    reference = office.place.file(narrative=STORY, **changes)
    for name in ("reviewer", "colleague", "supervisor", "second", "protector", "keeper", "auditor"):
        assert office.opens(name, reference) == (200 if name in who else 404), name
        if name in who:
            assert STORY in office.page(name, reference)
    for name in ("owner", "analyst", "administrator"):
        assert office.opens(name, reference) == 403


def test_a_confidential_story_opens_for_whoever_has_it_in_hand(office: Office) -> None:
    reference = office.place.file(subcategory=topic(office, "confidential"), **WHOLE)
    for name, opens in (("reviewer", False), ("supervisor", True)):
        page = office.page(name, reference)
        assert "This is a confidential subject." in page
        assert [words in page for words in (STORY, ASKED, VILLAGE)] == [opens] * 3
    office.take("reviewer", reference, Step.CLAIM)
    assert STORY in office.page("reviewer", reference)
    assert STORY not in office.page("colleague", reference)


def test_of_the_most_sensitive_there_is_no_story_but_help(office: Office) -> None:
    reference = office.place.file(subcategory=topic(office, "referral_only"), confidentiality="protected", **WHOLE)
    page = office.page("protector", reference)
    assert "no story is kept" in page
    assert 'href="tel:15"' in page
    for words in (STORY, "How many households?", "Tehsil", "What does the jirga ask for?"):
        assert words not in page


def test_what_was_withdrawn_is_not_found(office: Office) -> None:
    reference = office.place.file()
    seen = office.place.last(reference)
    office.take("owner", reference, Step.WITHDRAW)
    assert office.opens("reviewer", reference) == 404
    assert office.send("reviewer", reference, Step.ACKNOWLEDGE, seen=seen, office="pdma").status_code == 404


def test_dates_come_with_their_reason(office: Office) -> None:
    reference = office.place.file()
    office.take("reviewer", reference, Step.ACKNOWLEDGE, Step.ASK)
    start = day_of(office.clock.at)
    page = office.page("reviewer", reference)
    assert "The clocks stand still, because a question to the jirga is open." in page
    office.clock.forward(days=4)
    office.take("owner", reference, Step.ANSWER)
    shutdown = Shutdown(
        district="bannu", first=start + timedelta(days=10), until=start + timedelta(days=12), why="Synthetic",
        language="en", made_by=office.place.people["supervisor"].id, made_at=office.clock.at,
    )  # fmt: skip
    office.place.session.add(shutdown)
    office.place.session.commit()
    page = office.page("reviewer", reference)
    due = page.split("An action or a dated plan by")[1].split("</li>")[0]
    assert "days allowed: \u206840\u2069" in due
    assert "Days not counted, because a question to the jirga was open: \u20684\u2069." in due
    assert "Days not counted, because the district was shut down: \u20682\u2069." in due
    office.clock.forward(days=60)
    assert 'class="late"' in office.page("reviewer", reference)


def test_notes_are_marked_and_never_the_jirgas(office: Office) -> None:
    reference = office.place.file()
    office.take("reviewer", reference, Step.ACKNOWLEDGE, Step.NOTE)
    page = office.page("supervisor", reference)
    assert WORDS in page
    assert "Internal</span>" in page
    seen = office.of("owner").get(f"/en/grievances/{reference}").text
    assert WORDS not in seen
    assert "internal note" not in seen


def test_who_has_it_in_hand_is_named_to_whoever_gives_it_on(office: Office) -> None:
    reference, reviewer = office.place.file(), office.place.username("reviewer")
    assert "Nobody has it in hand." in office.page("reviewer", reference)
    office.take("reviewer", reference, Step.ACKNOWLEDGE)
    assert "You have it in hand." in office.page("reviewer", reference)
    assert reviewer in office.page("supervisor", reference)
    page = office.page("colleague", reference)
    assert "Another official has it in hand: Reviewer." in page
    assert reviewer not in page


def test_others_like_it_stand_beside_it_by_code_alone(office: Office) -> None:
    old = office.place.file(start_year="2001", narrative="Synthetic: another story, long ago.")
    office.clock.forward(days=91)
    office.place.at = office.clock.at
    words = "Synthetic: another story."
    close = []
    for year in range(2002, 2014):
        office.place.forward(minutes=1)
        close.append(office.place.file(start_year=str(year), narrative=words))
    other = office.place.file(subcategory=topic(office, "no"), district="khyber")
    hidden = office.place.file(start_year="2015", confidentiality="protected")
    reference = office.place.file(narrative=STORY)
    page = office.page("reviewer", reference)
    listed = page.split("The same problem in this district")[1]
    assert listed.count("Link with this one") == 10
    assert "\u20682\u2069 more" in listed or "<bdi>2</bdi> more" in listed
    assert all(shown(one) in listed for one in close[2:])
    assert all(shown(one) not in page for one in (old, hidden, other))
    assert "another story" not in page


def test_an_auditor_decides_and_knows_neither_place_nor_people(office: Office) -> None:
    reference = office.place.file(**WHOLE)
    office.take("reviewer", reference, Step.ACKNOWLEDGE)
    officers = ["reviewer", "supervisor", "second"]
    for name in officers:
        if name != "reviewer":
            office.take(name, reference, Step.ANSWER_REOPENED)
        office.take(name, reference, Step.REPORT_ACTION)
        office.take("owner", reference, Step.REOPEN)
    page = office.page("auditor", reference)
    for words in (
        STORY,
        ASKED,
        VILLAGE,
        "Bannu",
        "Whole district",
        "Hujra",
        "26\u00a0March\u00a02025",
        "The same problem",
    ):
        assert words not in page, words
    assert page.count('<form method="post"') == 1
    assert office.send("auditor", reference, Step.ANSWER_REOPENED).status_code == 303
    assert office.opens("auditor", reference) == 404


def test_each_opening_is_in_the_audit_log(office: Office) -> None:
    """By the id of an event; never a number that opens something, nor a word."""
    reference, protected = office.place.file(narrative=STORY), office.place.file(confidentiality="protected")
    office.page("reviewer", reference)
    office.page("protector", protected)
    assert office.opens("reviewer", protected) == 404
    office.place.session.rollback()
    query = select(AuditEntry).where(AuditEntry.what == "grievance_opened").order_by(AuditEntry.id)
    found = [(one.person_id, one.about) for one in office.place.session.scalars(query)]
    assert found == [
        (office.place.people["reviewer"].id, {"event": office.place.last(reference), "protected": "no"}),
        (office.place.people["protector"].id, {"event": office.place.last(protected), "protected": "yes"}),
    ]


def test_what_cannot_be_audited_is_not_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = office.place.file(narrative=STORY)
    office.of("reviewer")

    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    monkeypatch.setattr("webapp.audit.actions.append", full)
    answer = office.of("reviewer").get(f"/en/queue/{reference}")
    assert answer.status_code == 503
    assert STORY not in answer.text
