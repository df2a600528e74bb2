"""What stays closed to whoever finds an open page: nothing there tells the subject, and no password comes back."""

import re

import pytest

from tests import factories
from tests.factories import JSON, PASSWORD, SAME_SITE
from tests.inbox.conftest import Home
from webapp.history.tables import Step
from webapp.people.models import Person

#: Of which no story is kept, and which asks whether the person wished it.
SENSITIVE = {"subcategory": "sexual_violence", "person_asked": "yes"}
TELLING = ("Only the protection officer", "The story was not kept", "Do not go near it")


@pytest.mark.parametrize("after", ["%00", "%ED%A0%80", "x%0Ay", "A" * 5000])
def test_an_odd_address_shows_the_first_page_of_the_list(home: Home, after: str) -> None:
    reference = home.place.file()
    page = home.page(f"grievances?after={after}")
    assert f"/en/grievances/{reference}" in page


def test_a_correction_does_not_tell_what_the_subject_is(home: Home) -> None:
    """Else whoever tries one after the other learns it from what is "the same as before"."""
    reference = home.place.file(**SENSITIVE)
    row, seen = home.place.row(reference), home.place.last(reference)
    address = f"/en/grievances/{reference}/correct"
    same = {"seen": seen, "district": row.district, "subcategory": row.subcategory}
    assert home.client.post(address, data=same, headers=JSON).status_code == 422
    home.leave_it()
    for subject in ("sexual_violence", "child_protection", "house_damage", "nonsense"):
        given = {**same, "subcategory": subject}
        assert home.client.post(address, data=given, headers=JSON).status_code == 403
        sent = home.client.post(address, data=given, headers=SAME_SITE)
        assert (sent.status_code, sent.location) == (303, f"/en/grievances/{reference}")
    assert home.place.row(reference).subcategory == "sexual_violence"


@pytest.mark.parametrize("given", [SENSITIVE, {"subcategory": "landmines_uxo"}, {"confidentiality": "protected"}])
def test_a_receipt_does_not_tell_what_kind_of_subject_it_is(home: Home, given: dict[str, str]) -> None:
    """It does to whoever has just sent it, and after the password."""
    reference = home.place.file(**given)
    assert any(words in home.page(f"receipt/{reference}") for words in TELLING)
    home.leave_it()
    page = home.page(f"receipt/{reference}")
    assert not any(words in page for words in (*TELLING, "kept in encrypted form"))
    assert "a first answer by" in page
    home.client.post(f"/en/grievances/{reference}/password", data={"password": PASSWORD}, headers=SAME_SITE)
    assert any(words in home.page(f"receipt/{reference}") for words in TELLING)


def test_what_was_just_sent_is_told_though_the_password_is_old(home: Home) -> None:
    home.leave_it()
    home.place.at = home.clock.at
    assert "The story was not kept" in home.page(f"receipt/{home.place.file(**SENSITIVE)}")


def test_an_erased_story_does_not_tell_that_the_subject_is_one_of_the_most_sensitive(home: Home) -> None:
    reference = home.place.file()
    assert home.send(reference, Step.CORRECT, **SENSITIVE).status_code == 303
    erased = "What was written was erased."
    assert erased in home.page(f"grievances/{reference}")
    home.leave_it()
    assert erased not in home.page(f"grievances/{reference}")
    home.place.at = home.clock.at
    home.place.take("owner", reference, Step.WITHDRAW)
    home.place.take("owner", reference, Step.ERASE_NOW)
    assert "What was written in it was erased, as the jirga wished." in home.page(f"grievances/{reference}")


def test_a_password_that_came_too_late_is_in_no_page(home: Home) -> None:
    """What was being sent comes back after the next sign-in; not this."""
    reference = home.place.file()
    home.clock.forward(minutes=20)
    form = {"password": PASSWORD}
    lapsed = home.client.post(f"/en/grievances/{reference}/password", data=form, headers=SAME_SITE)
    assert lapsed.status_code == 401
    assert 'name="held"' not in lapsed.text
    answer = home.client.post(f"/en/grievances/{reference}/withdraw", data={"seen": "1"}, headers=SAME_SITE)
    assert re.search('name="held" value="[^"]+"', answer.text), "any other form is kept"


def test_under_a_veil_nothing_says_that_there_are_replies(home: Home) -> None:
    reference = home.place.file()
    home.officials(reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    assert "New reply" in home.page("grievances")
    owner = factories.again(home.place.session, _owner(home))
    owner.reset_at = home.clock.forward(minutes=1)
    home.place.session.commit()
    assert "New reply" not in home.page("grievances")


def _owner(home: Home) -> Person:
    return home.place.session.get_one(Person, home.place.people["owner"].id)


@pytest.mark.parametrize("wish", ["district_officials", "numbers_only"])
def test_under_a_veil_a_refusal_does_not_tell_who_may_see_it(home: Home, wish: str) -> None:
    reference = home.place.file(confidentiality=wish)
    owner = factories.again(home.place.session, _owner(home))
    owner.reset_at = home.clock.forward(minutes=1)
    home.place.session.commit()
    sent = home.send(reference, Step.ANSWER, answer="Synthetic: no.")
    assert sent.status_code == 409
    assert "new code" in sent.text.split('id="problems"')[1].split("</ul>")[0]
