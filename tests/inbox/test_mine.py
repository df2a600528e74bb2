"""The list of what was sent: number, day, where it stands, what comes next, and nothing of the subject."""

import re

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.inbox.conftest import Home
from webapp.history.tables import Step
from webapp.i18n import speaker
from webapp.people.models import Person
from webapp.references import shown

DAY = r"\d{1,2}\xa0\w+\xa0\d{4}"


def test_nothing_sent_yet(home: Home) -> None:
    page = home.page("grievances")
    assert "Nothing was sent from this account yet." in page
    assert 'href="/en/submit"' in page


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_each_line(home: Home, language: str) -> None:
    reference, others = home.place.file(), home.place.file("stranger")
    page, say = home.page("grievances", language), speaker(language)
    assert shown(reference) in page
    assert shown(others) not in page
    assert say("Received") in page
    promised = re.escape(say("An official should confirm by %(date)s that it was read.")).replace(
        re.escape("%(date)s"), "\\u2068[^\\u2069]+\\u2069"
    )
    assert re.search(promised, page)
    for told in ("Synthetic", "Peshawar", "پشاور", "پېښور", "khyber", "Mohmand"):
        assert told not in page


def test_news_are_marked_until_they_are_read(home: Home) -> None:
    reference = home.place.file()
    assert "New reply" not in home.page("grievances")
    home.officials(reference, Step.ACKNOWLEDGE)
    assert "New reply" in home.page("grievances")
    home.leave_it()
    home.page(f"grievances/{reference}")
    assert "New reply" in home.page("grievances"), "what is locked was not read"
    home.client.post(
        f"/en/grievances/{reference}/password", data={"password": factories.PASSWORD}, headers=factories.SAME_SITE
    )
    home.page(f"grievances/{reference}")
    assert "New reply" not in home.page("grievances")


def test_what_one_did_oneself_is_no_news(home: Home) -> None:
    reference = home.place.file()
    home.send(reference, Step.WITHDRAW)
    assert "New reply" not in home.page("grievances")


def test_late_is_said(home: Home) -> None:
    home.place.file()
    home.clock.forward(days=2)
    factories.sign_in(home.client, owner(home))
    assert "It is late." not in home.page("grievances")
    home.clock.forward(days=5)
    factories.sign_in(home.client, owner(home))
    assert "It is late." in home.page("grievances")


def owner(home: Home) -> Person:
    """Who asks."""
    found = home.place.session.get(Person, home.place.people["owner"].id)
    assert found
    return found


def test_twenty_a_page(home: Home) -> None:
    sent = [shown(home.place.file(gathering_date=f"2025-03-{day:02d}")) for day in range(1, 24)]
    first = home.page("grievances")
    assert sum(one in first for one in sent) == 20
    after = re.findall(r'href="(/en/grievances\?after=\w+)"', first)[0]
    rest = home.page(after.removeprefix("/en/"))
    assert {one for one in sent if one in first} | {one for one in sent if one in rest} == set(sent)
    assert not {one for one in sent if one in first} & {one for one in sent if one in rest}
    assert "after=" not in rest


def test_a_place_in_the_list_that_is_not_ones_own_gives_the_first_page(home: Home) -> None:
    reference, other = home.place.file(), home.place.file("stranger")
    for after in (other, "nonsense", "", "A" * 500):
        assert shown(reference) in home.page(f"grievances?after={after}")


def test_what_was_sent_before_a_new_code_shows_number_and_status_alone(home: Home, session: Session) -> None:
    reference = home.place.file()
    home.clock.forward(minutes=1)
    code = factories.reset(session, owner(home))
    good = "quiet river 7 lanterns hill"
    home.client.post(f"/en/join/{code}", data={"password": good}, headers=factories.SAME_SITE)
    factories.sign_in(home.client, owner(home), password=good)
    for path in ("grievances", f"grievances/{reference}"):
        page = home.page(path)
        assert shown(reference) in page
        assert "Received" in page
        assert not re.search(DAY, page)
        assert "An official should" not in page
        assert "District of the problem" not in page
