"""Taking steps on the site: each goes through once, what is wrong comes back with every word, what moved is said."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import JSON, SAME_SITE
from tests.inbox.conftest import Home
from webapp.grievances.rules import Outcome, Status
from webapp.history.tables import Step
from webapp.texts.models import Text

ANSWER = "Synthetic: twelve houses, and the school."


def asked(home: Home) -> str:
    """A grievance to which an office put a question."""
    reference = home.place.file()
    home.officials(reference, Step.ACKNOWLEDGE, Step.ASK)
    return reference


def answered(home: Home) -> str:
    """A grievance to which an office reported what it did."""
    reference = home.place.file()
    home.officials(reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    return reference


def test_answering(home: Home) -> None:
    reference = asked(home)
    sent = home.send(reference, Step.ANSWER, answer=ANSWER)
    assert sent.location == f"/en/grievances/{reference}"
    assert home.place.row(reference).status is Status.ACKNOWLEDGED
    page = home.page(f"grievances/{reference}")
    assert ANSWER in page
    assert '<p role="status">The jirga answered the question.</p>' in page
    home.clock.forward(minutes=2)
    assert 'role="status"' not in home.page(f"grievances/{reference}")


def test_a_dangerous_answer_comes_back_with_every_word(home: Home) -> None:
    reference = asked(home)
    words = "Synthetic: call 0300-1234567 about the houses."
    sent = home.send(reference, Step.ANSWER, answer=words)
    assert sent.status_code == 422
    assert words in sent.text
    assert 'aria-invalid="true"' in sent.text
    assert "Nothing was sent or changed yet." in sent.text
    assert home.place.row(reference).status is Status.INFO_REQUESTED


def test_a_doubtful_answer_is_sent_after_a_second_look(home: Home) -> None:
    reference = asked(home)
    words = "Synthetic: Major Imran promised it."
    sent = home.send(reference, Step.ANSWER, answer=words)
    assert sent.status_code == 422
    assert 'name="checked"' in sent.text
    assert words in sent.text
    assert home.send(reference, Step.ANSWER, answer=words, checked="yes").status_code == 303


def test_words_come_back_though_the_password_was_typed_long_ago(home: Home) -> None:
    reference = asked(home)
    home.leave_it()
    sent = home.send(reference, Step.ANSWER, answer="No.")
    assert sent.status_code == 422
    assert "No.</textarea>" in sent.text
    assert "how many houses" not in sent.text


def test_somebody_was_faster(home: Home) -> None:
    reference = asked(home)
    seen = home.place.last(reference)
    home.officials(reference, Step.REVIEW)
    sent = home.send(reference, Step.ANSWER, seen=seen, answer=ANSWER)
    assert sent.status_code == 409
    assert "Something has changed here in the meantime." in sent.text
    assert ANSWER in sent.text, "nothing that was typed is lost"


def test_pressing_twice_does_it_once(home: Home) -> None:
    reference, seen = (made := asked(home)), home.place.last(made)
    assert home.send(reference, Step.ANSWER, seen=seen, answer=ANSWER).status_code == 303
    assert home.send(reference, Step.ANSWER, seen=seen, answer=ANSWER).status_code == 409
    assert len(home.place.state(reference).history) == 4


def test_confirming(home: Home) -> None:
    for outcome in ("solved", "partly_solved"):
        reference = home.place.file(gathering_date="2025-02-01" if outcome == "solved" else "2025-02-02")
        home.officials(reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
        assert home.send(reference, Step.CONFIRM, outcome=outcome).status_code == 303
        row = home.place.row(reference)
        assert (row.status, row.outcome) == (Status.CLOSED, Outcome(outcome))


def test_not_solved_opens_it_again(home: Home) -> None:
    reference = answered(home)
    assert home.send(reference, Step.CONFIRM, outcome="not_solved", answer=ANSWER).status_code == 303
    row = home.place.row(reference)
    assert (row.status, row.outcome) == (Status.REOPENED, None)


def test_without_an_outcome_nothing_is_confirmed(home: Home) -> None:
    reference = answered(home)
    for given in ({}, {"outcome": "closed"}, {"outcome": "duplicate"}, {"outcome": ["solved", "partly_solved"]}):
        assert home.send(reference, Step.CONFIRM, **given).status_code == 422
    assert home.place.row(reference).status is Status.ACTION_TAKEN


def test_reopening_what_was_closed(home: Home) -> None:
    reference = answered(home)
    home.send(reference, Step.CONFIRM, outcome="solved")
    assert "/reopen" in home.page(f"grievances/{reference}")
    assert home.send(reference, Step.REOPEN).status_code == 303
    assert home.place.row(reference).status is Status.REOPENED


def test_withdrawing_and_taking_back(home: Home) -> None:
    reference = answered(home)
    assert home.send(reference, Step.WITHDRAW, pressed="yes").status_code == 303
    page = home.page(f"grievances/{reference}")
    assert "unless you undo the withdrawal before then" in page
    assert "pressed" not in page.replace('name="pressed"', "")
    assert home.send(reference, Step.TAKE_BACK).status_code == 303
    assert home.place.row(reference).status is Status.ACTION_TAKEN


def test_erasing_at_once(home: Home, session: Session) -> None:
    reference = answered(home)
    assert home.send(reference, Step.ERASE_NOW).status_code == 409
    home.send(reference, Step.WITHDRAW)
    assert home.send(reference, Step.ERASE_NOW).status_code == 303
    session.rollback()
    assert not list(session.scalars(select(Text).where(Text.sealed.is_not(None))))
    page = home.page(f"grievances/{reference}")
    assert "What was written in it was erased, as the jirga wished." in page
    assert "What was written was erased." not in page
    assert "/take_back" not in page
    assert home.send(reference, Step.TAKE_BACK).status_code == 409


def test_whoever_finds_an_open_page_cannot_erase(home: Home, session: Session) -> None:
    reference = home.place.file()
    home.leave_it()
    assert home.send(reference, Step.WITHDRAW).status_code == 303
    assert "/erase_now" not in home.page(f"grievances/{reference}")
    assert home.send(reference, Step.ERASE_NOW).location == f"/en/grievances/{reference}"
    session.rollback()
    assert not list(session.scalars(select(Text).where(Text.sealed.is_(None))))
    assert home.send(reference, Step.TAKE_BACK).status_code == 303


def test_correcting_until_it_was_acknowledged(home: Home) -> None:
    reference = home.place.file()
    other = next(code for code in sorted(home.place.world.scope) if code != home.place.row(reference).district)
    topic = home.place.row(reference).subcategory
    assert home.send(reference, Step.CORRECT, district=other, subcategory=topic).status_code == 303
    assert home.place.row(reference).district == other
    assert re.search(r"District: before .+, now .+\.", home.page(f"grievances/{reference}"))
    same = home.send(reference, Step.CORRECT, district=other, subcategory=topic)
    assert same.status_code == 422
    assert "This is the same as before." in same.text
    outside = home.send(reference, Step.CORRECT, district="quetta", subcategory=topic)
    assert outside.status_code == 422
    home.officials(reference, Step.ACKNOWLEDGE)
    assert home.send(reference, Step.CORRECT, district="khyber", subcategory=topic).status_code == 409


def test_a_step_that_is_no_owners_is_not_found(home: Home) -> None:
    reference = home.place.file()
    for step in ("acknowledge", "close", "remind", "erase_due", "nonsense"):
        answer = home.client.post(f"/en/grievances/{reference}/{step}", data={}, headers=SAME_SITE)
        assert answer.status_code == 404
    assert home.place.row(reference).status is Status.SUBMITTED


def test_another_persons_is_not_found(home: Home) -> None:
    other = home.place.file("stranger")
    assert home.send(other, Step.WITHDRAW).status_code == 404
    assert home.place.row(other).status is Status.SUBMITTED


def test_numbers_of_a_page_that_are_no_numbers(home: Home) -> None:
    reference = home.place.file()
    for seen in ("", "-1", "1e9", "٣", "9" * 5000):
        form = {"seen": seen}
        answer = home.client.post(f"/en/grievances/{reference}/withdraw", data=form, headers=SAME_SITE)
        assert answer.status_code == 409


def test_for_scripts(home: Home) -> None:
    reference = asked(home)
    address, seen = f"/en/grievances/{reference}/answer", str(home.place.last(reference))
    refused = home.client.post(address, data={"seen": seen, "answer": ""}, headers=JSON)
    assert refused.status_code == 422
    assert refused.json == {"errors": {"answer": ["Please answer this question"]}, "warnings": {}}
    stale = home.client.post(address, data={"seen": "1", "answer": ANSWER}, headers=JSON)
    assert stale.status_code == 409
    done = home.client.post(address, data={"seen": seen, "answer": ANSWER}, headers=JSON)
    assert (done.status_code, done.json) == (200, {"reference": reference})
