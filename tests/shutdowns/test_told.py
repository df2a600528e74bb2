"""What a jirga is told of a shutdown: that its days do not count; where and why only after the password."""

import pytest

from tests import factories
from tests.admin.reading import plain
from tests.shutdowns.conftest import WHY, Offices
from webapp.history.tables import Step
from webapp.i18n import day, speaker

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def words(offices: Offices, path: str, language: str = "en") -> str:
    """A page of the owner's."""
    answer = offices.browser("owner").get(f"/{language}/{path}")
    assert answer.status_code == 200
    return plain(answer.text)


def between(first: str, last: str, language: str = "en", verb: str = "cannot") -> str:
    said = f"The offices of this district {verb} work from %(first)s to %(last)s. These days do not count."
    return plain(speaker(language)(said) % {"first": first, "last": last})


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_while_it_lasts_and_after(offices: Offices, language: str) -> None:
    here = offices.place.file()
    offices.mark(first=-1, last=4)
    days = (day(offices.day(-1), language), day(offices.day(4), language))
    lasting = between(*days, language)
    assert lasting in words(offices, "grievances", language)
    page = words(offices, f"grievances/{here}", language)
    assert lasting in page
    assert f"{WHY}" in page
    assert speaker(language)("Supervisor") in page
    assert offices.place.username("supervisor") not in page
    offices.forward(days=6)
    over = between(*days, language, verb="could not")
    assert over in words(offices, "grievances", language)
    assert over in words(offices, f"grievances/{here}", language)


@ONE
def test_the_reason_stays_locked_with_the_subject(offices: Offices) -> None:
    """It could tell where the problem is: the list, and a locked page, only say that days do not count."""
    here = offices.place.file()
    offices.mark()
    assert WHY not in words(offices, "grievances")
    browser = offices.browser("owner")
    offices.clock.forward(minutes=11)
    page = plain(browser.get(f"/en/grievances/{here}").text)
    assert "These days do not count." in page
    assert WHY not in page
    browser.post(f"/en/grievances/{here}/password", data={"password": factories.PASSWORD}, headers=factories.SAME_SITE)
    assert WHY in browser.get(f"/en/grievances/{here}").text


@ONE
def test_only_where_it_moves_something(offices: Offices) -> None:
    """Not in another district, not for what waits for nobody, not before it was sent."""
    elsewhere = offices.place.file(district="khyber", tehsil="whole_district")
    withdrawn = offices.place.file()
    offices.place.take("owner", withdrawn, Step.WITHDRAW)
    offices.mark(first=-1, last=1)
    for reference in (elsewhere, withdrawn):
        assert "do not count" not in words(offices, f"grievances/{reference}")
    assert "do not count" not in words(offices, "grievances")
    offices.forward(days=5)
    later = offices.place.file()
    assert "do not count" not in words(offices, f"grievances/{later}")


@ONE
def test_several_marks(offices: Offices) -> None:
    """The list tells the last days that do not count, as one; the page each mark with its reason."""
    here = offices.place.file()
    offices.mark(first=-1, last=2)
    offices.mark(first=0, last=6, why="Synthetic: the bridge is closed too.")
    whole = between(day(offices.day(-1), "en"), day(offices.day(6), "en"))
    assert whole in words(offices, "grievances")
    page = words(offices, f"grievances/{here}")
    assert page.count("These days do not count.") == 2
    assert WHY in page
    assert "Synthetic: the bridge is closed too." in page
