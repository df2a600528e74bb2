"""Several officers and several grievances: who was faster, what belongs together, what is erased for ever."""

import pytest
from sqlalchemy import select, update

from tests.case.conftest import Office
from tests.handling.acting import WORDS
from webapp.grievances.models import Event
from webapp.handling.labels import PROBLEMS, STEPS
from webapp.handling.queries import silently_erased
from webapp.history.tables import Step
from webapp.references import shown
from webapp.texts.models import Text

STORY, ASKED = "Synthetic: the road has been closed since spring.", "Synthetic: open it."


def test_of_two_at_once_one_wins_and_the_other_loses_no_word(office: Office) -> None:
    reference = office.place.file()
    office.take("reviewer", reference, Step.ACKNOWLEDGE)
    seen = office.place.last(reference)
    assert (
        office.send(
            "supervisor", reference, Step.REASSIGN, seen=seen, officer=office.place.username("colleague")
        ).status_code
        == 303
    )
    answer = office.send("reviewer", reference, Step.REPORT_ACTION, seen=seen, reply=WORDS)
    assert answer.status_code == 409
    assert PROBLEMS["moved"] in answer.text
    meanwhile = answer.text.split("Somebody was faster")[1].split("</section>")[0]
    assert "Supervisor" in meanwhile
    assert STEPS[Step.REASSIGN] in meanwhile
    assert office.place.username("supervisor") not in answer.text
    inside = answer.text.split(f'/queue/{reference}/report_action"')[1].split("</form>")[0]
    assert WORDS in inside
    again = office.send("reviewer", reference, Step.REPORT_ACTION, reply=WORDS)
    assert (again.status_code, PROBLEMS["held"] in again.text, WORDS in again.text) == (409, True, True)


@pytest.mark.parametrize("seen", ["", "nonsense", "-1", "9" * 30])
def test_a_page_that_does_not_say_what_it_showed_is_stale(office: Office, seen: str) -> None:
    reference = office.place.file()
    form = {"seen": seen, "office": "pdma"}
    answer = office.of("reviewer").post(
        f"/en/queue/{reference}/acknowledge", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 409


def test_links_show_on_both_and_hide_neither(office: Office) -> None:
    first, second = office.place.file(start_year="2001"), office.place.file(start_year="2002")
    page = office.page("reviewer", second, query=f"?other={first}")
    assert f'value="{first}"' in page.split('id="link"')[1].split("</form>")[0]
    assert 'id="link" open' in page
    assert office.send("reviewer", second, Step.LINK, other=shown(first), relation="duplicate").status_code == 303
    for here, there in ((first, second), (second, first)):
        linked = office.page("reviewer", here).split("Linked with this one")[1].split("</ul>")[0]
        assert shown(there) in linked
        assert "The same grievance, told twice" in linked
    again = office.send("reviewer", first, Step.LINK, other=second, relation="same_matter")
    assert (again.status_code, PROBLEMS["already_linked"] in again.text) == (422, True)
    assert shown(first) not in office.of("owner").get(f"/en/grievances/{second}").text


def test_what_is_linked_and_not_ones_own_to_open_is_only_counted(office: Office) -> None:
    first, second = office.place.file(start_year="2001"), office.place.file(start_year="2002")
    office.place.take("reviewer", second, Step.LINK, other=first)
    office.take("reviewer", first, Step.MARK_PROTECTED)
    linked = office.page("reviewer", second).split("Linked with this one")[1].split("<h2>")[0]
    assert shown(first) not in linked
    assert "<bdi>1</bdi> more" in linked.replace("\u2068", "<bdi>").replace("\u2069", "</bdi>")


def test_another_one_must_be_there_and_visible(office: Office) -> None:
    hidden, reference = office.place.file(confidentiality="protected"), office.place.file(start_year="2002")
    for other in (hidden, reference, "0000000000", "nonsense"):
        answer = office.send("reviewer", reference, Step.LINK, other=other, relation="duplicate")
        assert (answer.status_code, PROBLEMS["unknown_reference"] in answer.text) == (422, True)


def test_blanking_erases_that_text_alone_and_tells_the_jirga(office: Office) -> None:
    reference = office.place.file(narrative=STORY, remedy_text=ASKED)
    filed = office.place.state(reference).history[0].id
    page = office.page("reviewer", reference)
    assert f'value="{filed}-narrative"' in page
    answer = office.send("reviewer", reference, Step.BLANK, blanked=f"{filed}-narrative", reason=WORDS)
    assert answer.status_code == 303
    page = office.page("reviewer", reference)
    assert STORY not in page
    assert ASKED in page
    assert f'value="{filed}-narrative"' not in page
    office.place.session.rollback()
    kept = select(Text.kind, Text.sealed).join(Event, Event.id == Text.event_id).where(Event.id == filed)
    assert {kind: sealed is None for kind, sealed in office.place.session.execute(kept)} == {
        "narrative": True, "remedy_text": False,
    }  # fmt: skip
    seen = office.of("owner").get(f"/en/grievances/{reference}").text
    assert STEPS[Step.BLANK] in seen
    assert WORDS in seen


def test_what_was_emptied_beside_it_shows(office: Office) -> None:
    """The event of blanking excuses the event that it is of, nothing else of the grievance."""
    reference, session = office.place.file(narrative=STORY), office.place.session
    office.take("reviewer", reference, Step.NOTE)
    filed, noted = (one.id for one in office.place.state(reference).history)
    assert office.send("reviewer", reference, Step.BLANK, blanked=f"{filed}-narrative", reason=WORDS).status_code == 303
    session.rollback()
    assert silently_erased(session) == 0
    session.execute(update(Text).where(Text.event_id == noted).values(sealed=None))
    assert silently_erased(session) == 1


def test_nobody_blanks_what_is_not_theirs_to_read(office: Office) -> None:
    topics = office.place.world.taxonomy.subcategories.values()
    code = next(one.code for one in topics if one.sensitivity == "confidential")
    reference = office.place.file(subcategory=code, narrative=STORY)
    blanked = f"{office.place.state(reference).history[0].id}-narrative"
    assert office.send("reviewer", reference, Step.BLANK, blanked=blanked, reason=WORDS).status_code == 422
    assert office.send("supervisor", reference, Step.BLANK, blanked=blanked, reason=WORDS).status_code == 303
