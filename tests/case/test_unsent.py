"""What was typed and not sent: kept for its person alone, given back, dropped, sent, forgotten after a month."""

import html
import re

import pytest
from sqlalchemy import select

from tests import factories
from tests.case.conftest import Office
from tests.factories import JSON, SAME_SITE
from tests.handling.acting import WORDS
from webapp.case import views
from webapp.case.labels import TEMPLATES
from webapp.config import Settings
from webapp.history.rules import State
from webapp.history.tables import Step
from webapp.i18n import speaker
from webapp.retention import sweep
from webapp.sealed import unopened
from webapp.unsent.models import Unsent
from webapp.unsent.queries import SEALED

PHONE = "Synthetic: call 0300 1234567."


def rows(office: Office) -> list[Unsent]:
    """What lies in the table."""
    office.place.session.rollback()
    found = list(office.place.session.scalars(select(Unsent)))
    office.place.session.rollback()
    return found


def field(page: str, step: Step, name: str) -> str:
    """What stands in a text of a form."""
    found = re.search(rf'<textarea id="{step.value}-{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def acknowledged(office: Office) -> str:
    """A grievance that the reviewer has in hand."""
    reference = office.place.file()
    office.take("reviewer", reference, Step.ACKNOWLEDGE)
    return reference


def test_it_comes_back_to_its_person_alone(office: Office) -> None:
    reference = acknowledged(office)
    answer = office.keep("reviewer", reference, Step.REPORT_ACTION, reply=PHONE, seen="1", other="not a field")
    assert answer.location == f"/en/queue/{reference}#report_action"
    page = office.page("reviewer", reference)
    assert field(page, Step.REPORT_ACTION, "reply") == PHONE, "kept as it was typed; it is judged when it is sent"
    assert "It is not sent yet." in page
    assert PHONE not in office.page("supervisor", reference)
    assert PHONE not in office.page("reviewer", office.place.file(start_year="2001"))


def test_the_newest_stands_and_is_sealed_for_its_row(office: Office) -> None:
    first, second = acknowledged(office), office.place.file(start_year="2001")
    office.keep("reviewer", first, Step.NOTE, note="Synthetic: first words.")
    office.keep("reviewer", first, Step.NOTE, note=WORDS)
    office.keep("reviewer", second, Step.NOTE, note="Synthetic: other words.")
    one, other = sorted(rows(office), key=lambda row: row.grievance_id != office.place.state(first).id)
    assert WORDS.encode() not in one.sealed
    assert field(office.page("reviewer", first), Step.NOTE, "note") == WORDS
    session = office.place.session
    assert list(unopened(session, factories.VAULT, SEALED)) == []
    session.rollback()
    moved = session.get_one(Unsent, one.id)
    moved.sealed = other.sealed
    session.commit()
    assert list(unopened(session, factories.VAULT, SEALED)) == [one.id]
    session.rollback()
    assert field(office.page("reviewer", first), Step.NOTE, "note") == ""


def test_check_tries_them(office: Office, settings: Settings) -> None:
    office.keep("reviewer", acknowledged(office), Step.NOTE, note=WORDS)
    assert factories.wrong(settings) == []
    row = office.place.session.scalars(select(Unsent)).one()
    row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    office.place.session.commit()
    assert [name for name, _ in factories.wrong(settings)] == ["texts"]


def test_it_is_gone_when_it_is_dropped_or_sent(office: Office) -> None:
    reference = acknowledged(office)
    office.keep("reviewer", reference, Step.NOTE, note=WORDS)
    office.keep("reviewer", reference, Step.REPORT_ACTION, reply=WORDS)
    address = f"/en/queue/{reference}/note/drop"
    assert office.of("reviewer").post(address, headers=SAME_SITE).status_code == 303
    assert [row.step for row in rows(office)] == ["report_action"]
    assert office.send("reviewer", reference, Step.REPORT_ACTION, reply=PHONE).status_code == 422
    assert len(rows(office)) == 1
    assert office.send("reviewer", reference, Step.REPORT_ACTION, reply=WORDS).status_code == 303
    assert rows(office) == []


def test_it_is_forgotten_after_a_month(office: Office) -> None:
    reference = acknowledged(office)
    office.keep("reviewer", reference, Step.NOTE, note=WORDS)
    engine = office.app.extensions["store"].engine
    office.clock.forward(days=29)
    sweep(engine)
    assert len(rows(office)) == 1
    assert WORDS in office.page("reviewer", reference)
    office.clock.forward(days=1)
    assert WORDS not in office.page("reviewer", reference)
    sweep(engine, dry_run=True)
    assert len(rows(office)) == 1
    sweep(engine)
    assert rows(office) == []


def test_it_goes_with_the_words_of_the_jirga(office: Office) -> None:
    reference = acknowledged(office)
    office.keep("reviewer", reference, Step.NOTE, note=WORDS)
    office.take("owner", reference, Step.WITHDRAW)
    assert len(rows(office)) == 1
    office.take("owner", reference, Step.ERASE_NOW)
    assert rows(office) == []


def erased(office: Office) -> str:
    """One that was closed for so long that its words are erased."""
    reference = acknowledged(office)
    office.take("supervisor", reference, Step.CLOSE)
    office.clock.forward(days=400)
    office.place.at = office.clock.at
    assert office.place.lapse(reference, Step.ERASE_CLOSED)
    return reference


@pytest.mark.parametrize("step", [Step.NOTE, Step.REPORT_ACTION, Step.LINK])
def test_once_all_is_erased_no_word_is_kept(office: Office, step: Step) -> None:
    """Nothing would take it away; what was typed comes back, with the reason."""
    reference = erased(office)
    answer = office.keep("reviewer", reference, step, note=WORDS, reply=WORDS, other=WORDS)
    assert (answer.status_code, rows(office)) == (409, [])
    assert "What was written in it is already erased." in answer.text
    assert WORDS in html.unescape(answer.text)
    told = office.of("reviewer").post(f"/en/queue/{reference}/{step}/keep", data={"note": WORDS}, headers=JSON)
    assert (told.status_code, rows(office)) == (409, [])
    assert told.json["errors"] == {"": ["What was written in it is already erased."]}


def test_what_is_kept_while_it_is_erased_goes_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page was opened before, and its words come after."""
    reference = acknowledged(office)
    opens = views.stands

    def late(asked: str) -> State:
        state = opens(asked)
        office.take("owner", reference, Step.WITHDRAW)
        office.take("owner", reference, Step.ERASE_NOW)
        return state

    assert office.of("reviewer")
    monkeypatch.setattr(views, "stands", late)
    assert office.keep("reviewer", reference, Step.NOTE, note=WORDS).status_code == 404
    assert rows(office) == []


def test_what_cannot_be_sent_any_more_is_shown_all_the_same(office: Office) -> None:
    reference = acknowledged(office)
    office.keep("reviewer", reference, Step.ASK, question=WORDS)
    office.take("reviewer", reference, Step.REPORT_ACTION)
    page = office.page("reviewer", reference)
    assert "It cannot be sent as the grievance stands now." in page
    assert WORDS in page.split('id="next"')[1]
    assert f"{reference}/ask/drop" in page
    assert f'action="/en/queue/{reference}/ask"' not in page


@pytest.mark.parametrize(("language", "said"), [("en", "Kept at"), ("ur", "محفوظ ہوا"), ("ps", "محفوظ شو")])
def test_a_script_is_told_when(office: Office, language: str, said: str) -> None:
    reference = acknowledged(office)
    answer = office.of("reviewer").post(f"/{language}/queue/{reference}/note/keep", data={"note": WORDS}, headers=JSON)
    assert said in answer.json["said"]
    assert WORDS in office.page("reviewer", reference)


def test_it_can_be_as_long_as_a_form(office: Office) -> None:
    reference, words = acknowledged(office), "ښه " * 20_000
    office.keep("reviewer", reference, Step.NOTE, note=words.strip())
    assert field(office.page("reviewer", reference), Step.NOTE, "note") == words.strip()


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_template_begins_the_text_in_the_language_of_the_jirga(office: Office, code: str) -> None:
    """And after what was typed and kept; its gap must be filled before it is sent."""
    one, reference = TEMPLATES[code], acknowledged(office)
    who = "supervisor" if one.step is Step.CLOSE else "reviewer"
    words = speaker("ps")(one.text)
    name = {Step.ASK: "question", Step.REPORT_ACTION: "reply"}.get(one.step, "reason")
    page = office.page(who, reference, query=f"?template={code}&for={one.step.value}")
    assert field(page, one.step, name) == words
    answer = office.keep(who, reference, one.step, **{name: WORDS, "template": code})
    assert answer.location == f"/en/queue/{reference}?template={code}&for={one.step.value}#{one.step.value}"
    page = office.page(who, reference, query=f"?template={code}&for={one.step.value}")
    assert field(page, one.step, name) == f"{WORDS}\n\n{words}"
    form = {name: words, "body": "pdma", "outcome": "not_solved_refused"}
    answer = office.send(who, reference, one.step, **form)
    assert (answer.status_code, "Fill in each place marked with [...]" in answer.text) == (422, True)
    form[name] = words.replace("[...]", "Synthetic words")
    assert office.send(who, reference, one.step, **form).status_code == 303


def test_no_template_is_none(office: Office) -> None:
    reference = acknowledged(office)
    for query in (
        "?template=nonsense&for=ask",
        "?template=was_done&for=ask",
        "?template=was_done&for=nonsense",
        "?for=",
    ):
        assert field(office.page("reviewer", reference, query=query), Step.ASK, "question") == ""


def test_a_form_whose_sign_in_has_lapsed_comes_back(office: Office) -> None:
    reference = acknowledged(office)
    browser = office.of("reviewer")
    office.clock.forward(minutes=16)
    form = {"seen": str(office.place.last(reference)), "reply": WORDS}
    answer = browser.post(f"/en/queue/{reference}/report_action", data=form, headers=SAME_SITE)
    assert answer.status_code == 401
    assert 'name="held"' in answer.text
