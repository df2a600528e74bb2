"""One grievance: what is locked, what is told, what was written before, and what nobody else finds."""

import re

import pytest

from tests import factories
from tests.factories import PASSWORD, SAME_SITE
from tests.handling.acting import WORDS
from tests.inbox.conftest import Home
from webapp.history.tables import Step
from webapp.references import SAID, shown, spoken

SUBJECT = "District of the problem"
STORY = "Synthetic: the road has been closed since spring."


def unlock(home: Home, reference: str, password: str = PASSWORD, **more: str) -> int:
    """The password once more; the status of the answer."""
    form = {"password": password, **more}
    return home.client.post(f"/en/grievances/{reference}/password", data=form, headers=SAME_SITE).status_code


def test_subject_and_replies_open_for_ten_minutes_after_the_password(home: Home) -> None:
    reference = home.place.file(narrative=STORY)
    home.officials(reference, Step.ACKNOWLEDGE, Step.ASK)
    page = home.page(f"grievances/{reference}")
    assert SUBJECT in page
    assert "how many houses are meant" in page
    assert 'action="/en/grievances/' + reference + '/answer"' in page
    home.leave_it()
    page = home.page(f"grievances/{reference}")
    assert "More information needed" in page
    for locked in (
        "An official asked the jirga a question.",
        "Deputy Commissioner",
        SUBJECT,
        "how many houses",
        "/answer",
        "/correct",
    ):
        assert locked not in page
    assert unlock(home, reference, "wrong password here") == 422
    assert SUBJECT not in home.page(f"grievances/{reference}")
    assert unlock(home, reference) == 303
    assert SUBJECT in home.page(f"grievances/{reference}")


@pytest.mark.parametrize(
    ("last", "form", "words"),
    [(Step.ASK, "answer", "how many houses are meant"), (Step.REPORT_ACTION, "confirm", "the engineer came on Monday")],
)
def test_what_is_answered_stands_above_the_answer(home: Home, last: Step, form: str, words: str) -> None:
    reference = home.place.file()
    home.officials(reference, Step.ACKNOWLEDGE, last)
    page = home.page(f"grievances/{reference}")
    inside = page.split(f'/{form}" novalidate>')[1].split("</form>")[0]
    assert words in inside.split("<textarea")[0]
    assert words in page.split('<ol class="timeline">')[1]
    withdrawal = page.split('/withdraw" novalidate>')[1].split("</form>")[0]
    assert words not in withdrawal


def test_only_what_takes_something_away_looks_like_it(home: Home) -> None:
    reference = home.place.file()
    calm = re.findall('<button type="submit" class="calm">(.*?)</button>', home.page(f"grievances/{reference}"))
    assert calm == ["Withdraw"]
    home.send(reference, Step.WITHDRAW)
    calm = re.findall('<button type="submit" class="calm">(.*?)</button>', home.page(f"grievances/{reference}"))
    assert calm == ["Erase the texts now"]


def test_the_story_is_never_shown_again(home: Home) -> None:
    reference = home.place.file(narrative=STORY, remedy_text="Synthetic: open it.", area_name="Synthetic village")
    home.officials(reference, Step.ACKNOWLEDGE)
    for path in (f"grievances/{reference}", f"receipt/{reference}", f"receipt/{reference}?subject=yes"):
        page = home.page(path)
        assert shown(reference) in page
        for told in ("closed since spring", "open it", "Synthetic village"):
            assert told not in page


def test_many_wrong_passwords_have_to_wait(home: Home) -> None:
    reference = home.place.file()
    home.leave_it()
    statuses = [unlock(home, reference, "wrong password here") for _ in range(8)]
    assert 429 in statuses
    assert unlock(home, reference) == 429
    home.clock.forward(minutes=1)
    assert unlock(home, reference) == 303


def test_the_way_back_after_the_password_stays_on_this_site(home: Home) -> None:
    reference = home.place.file()
    for wanted, expected in (
        (f"/en/receipt/{reference}?subject=yes", f"/en/receipt/{reference}?subject=yes"),
        ("https://elsewhere.example/", f"/en/grievances/{reference}"),
        ("//elsewhere.example/", f"/en/grievances/{reference}"),
    ):
        form = {"password": PASSWORD, "next": wanted}
        answer = home.client.post(f"/en/grievances/{reference}/password", data=form, headers=SAME_SITE)
        assert answer.location == expected


def test_a_receipt_names_the_subject_only_when_it_is_asked_for(home: Home) -> None:
    reference = home.place.file()
    row = home.place.row(reference)
    topic = home.place.world.taxonomy.subcategories[row.subcategory].labels["en"]
    district = home.place.world.atlas.districts[row.district].names["en"]
    plain, full = home.page(f"receipt/{reference}"), home.page(f"receipt/{reference}?subject=yes")
    assert topic not in plain
    assert district not in plain
    assert topic in full
    assert district in full
    home.leave_it()
    answer = home.client.get(f"/en/receipt/{reference}?subject=yes")
    assert answer.location.startswith(f"/en/grievances/{reference}?next=")


@pytest.mark.parametrize(("language", "said"), [("en", "zero · one"), ("ur", "صفر · ایک"), ("ps", "صفر · یو")])
def test_a_receipt_can_be_read_over_the_phone(home: Home, language: str, said: str) -> None:
    reference = home.place.file()
    page = home.page(f"receipt/{reference}", language)
    groups = re.findall("<bdi>(.*?)</bdi>", page.split('class="said">')[1].split("</p>")[0])
    words = spoken(reference, language)
    assert groups == [" · ".join(words[:5]), " · ".join(words[5:])]
    assert " · ".join(SAID[language][:2]) == said


def test_a_receipt_says_what_happens_by_when(home: Home) -> None:
    page = home.page(f"receipt/{home.place.file(urgency='normal')}")
    for promise in ("should confirm by", "a first answer by", "what will be done"):
        assert promise in page
    counted = home.page(f"receipt/{home.place.file(confidentiality='numbers_only', gathering_date='2025-01-01')}")
    assert "a first answer by" not in counted


def test_another_language_leads_to_the_page_and_loses_no_word(home: Home) -> None:
    reference = home.place.file()
    address = f"/en/grievances/{reference}"
    answer = home.client.post(f"{address}/password", data={"password": ""}, headers=SAME_SITE)
    assert answer.status_code == 422
    assert f'<a href="/ur/grievances/{reference}" lang="ur"' in answer.text
    form = {"seen": str(home.place.last(reference))}
    answer = home.client.post(f"{address}/correct", data=form, headers=SAME_SITE)
    assert answer.status_code == 422
    assert 'hreflang="ur"' not in answer.text, "what was typed would be gone"


@pytest.mark.parametrize("path", ["grievances/{}", "receipt/{}"])
def test_what_is_not_ones_own_is_not_found(home: Home, path: str) -> None:
    other = home.place.file("stranger")
    same = []
    for reference in (other, "0000000000", "nonsense", "A" * 300):
        answer = home.client.get(f"/en/{path.format(reference)}")
        assert answer.status_code == 404
        same.append(answer.text.replace(reference, ""))
    assert len(set(same)) == 1


def test_small_letters_and_dashes_are_the_same_number(home: Home) -> None:
    reference = home.place.file()
    assert shown(reference) in home.page(f"grievances/{shown(reference).lower()}")


def test_nobody_else_opens_the_list(home: Home) -> None:
    reference = home.place.file()
    home.client.get("/en/sign-out")
    someone = factories.person(home.place.session)
    factories.sign_in(home.client, someone)
    assert shown(reference) not in home.page("grievances")
    assert home.client.get(f"/en/grievances/{reference}").status_code == 404


def test_replies_come_back_as_they_were_written(home: Home) -> None:
    reference = home.place.file()
    home.officials(reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    page = home.page(f"grievances/{reference}")
    assert f'<blockquote dir="auto" lang="ps">{WORDS}</blockquote>' in page
    assert "Deputy Commissioner" in page
