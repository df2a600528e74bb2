"""The overview of the figures: every number on it is a cell of the summary file. All grievances are synthetic."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.export.drawn import (
    BARS,
    HEARD,
    PEOPLE,
    TILE,
    bars,
    cells,
    expected,
    facts,
    given,
    hatched,
    look,
    publish,
    some,
    tiles,
)
from tests.export.test_files import six
from tests.figures.test_page import KEPT
from tests.summary import counts
from tests.summary.counts import MARCH, Made
from webapp.config import LANGUAGES, now
from webapp.places.queries import atlas
from webapp.questions.rules import Dimension
from webapp.timeliness.models import ServiceCounts

MOST_BYTES = 60_000


def test_every_number_of_the_map_is_a_cell_of_the_file(reading: FlaskClient, published: Session) -> None:
    """By name; a district without a report is hatched, and never said to have 0."""
    numbers = given(published, by="none")
    page = look(reading)
    assert set(tiles(page).values()) == expected(numbers)
    assert hatched(page) == list(numbers.values()).count("") == len(numbers) - 4
    assert "Figures of release 1" in page
    table = dict(re.findall(r'<tr><th scope="row"><a href="[^"]*">(.*?)</a></th><td>(.*?)</td></tr>', page))
    assert {f"{name}: {text}" for name, text in table.items()} == expected(numbers)


def test_every_number_of_the_bars_is_a_cell_of_the_file(reading: FlaskClient, published: Session) -> None:
    """Provinces beside each other, each total a cell of its own."""
    page = look(reading)
    titles = ("Category", "Urgency", "Households", "Theme", "When it began")
    for by, title in zip(BARS, titles, strict=True):
        assert bars(page, title) == given(published, by=by, area="province"), by


def test_who_was_heard_in_how_many_gatherings(reading: FlaskClient, published: Session) -> None:
    """The file's gatherings, with its words for few."""
    page = look(reading)
    (chart,) = re.findall(r"In how many gatherings they were heard.*?</table>", page, re.DOTALL)
    parts = re.findall(r"<tbody>.*?</tbody>", chart, re.DOTALL)
    for by, part in zip(HEARD, parts, strict=True):
        assert cells(chart, part) == given(published, "gatherings", by=by, area="province"), by


def test_the_months_are_those_of_the_file(reading: FlaskClient, published: Session) -> None:
    """As a table behind the lines, none of them left out between the first and the last."""
    page = look(reading)
    (table,) = re.findall(r"The months as a table.*?</table>", page, re.DOTALL)
    numbers = given(published, by="none", area="province", every="month")
    assert list(cells(table, table).values()) == list(numbers.values())
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["March 2025", "April 2025", "May 2025", "June 2025"]


def test_headlines_are_cells_of_the_file(reading: FlaskClient, published: Session) -> None:
    """Received, gatherings, confirmed, of each province; nothing is added up over both."""
    page = look(reading)
    for name in ("Khyber Pakhtunkhwa", "Balochistan"):
        shown = facts(page, name)
        labels = {"Grievances received": "grievances", "Confirmed by the jirga": "confirmed"}
        for label, figure in {**labels, "Gatherings": "gatherings"}.items():
            number = given(published, figure, by="none", area="province")[name, "Total"]
            assert shown[label].removesuffix(" for each 10,000 people").split()[0] == number


def test_where_voices_went_unheard(reading: FlaskClient, session: Session) -> None:
    """Of the districts with a report, those in which nothing is shown of gatherings that heard women in person: to be
    spoken for is not to be heard. The link leads to the table that says it by district.
    """
    counts.opened(session, now())
    told = {"bannu": "in_jirga", "khyber": "separately", "swat": "through_others", "hangu": "no", "quetta-east": "no"}
    people = [Made(area, MARCH, code, 97 * n) for area, code in told.items() for n in range(1, 20)]
    counts.publish(session, counts.cells(people, Dimension.WOMEN_HEARD), now())
    session.commit()
    for query, told_of in (("", "3 of 5"), ("?province=PK-KP", "2 of 4"), ("?period=2024", "5 of 5")):
        page = look(reading, query)
        found = re.search(r'<li><a href="([^"]*)">Were women heard\?</a> <b>(.*?)</b>', page)
        assert found
        assert found[2] == told_of
        below = look(reading, found[1].replace("&amp;", "&"))
        table = re.search(r'<div class="scroll".*?</table>', below, re.DOTALL)
        assert table
        lines = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table[0], re.DOTALL)
        numbers = {name: re.findall(r"<td>([\d,]+)</td>", line) for name, line in lines}
        unheard = [name for name, line in numbers.items() if line and line[:2] == ["0", "0"]]
        assert f"{len(unheard)} of {sum(map(bool, numbers.values()))}" == told_of
    assert "they went unheard" not in look(reading, "?district=bannu")


def test_gatherings_that_noise_took_away(reading: FlaskClient, session: Session) -> None:
    """Beside grievances they are few, not none."""
    counts.opened(session, now())
    publish(session, [one._replace(gathering_key=0 if n == 0 else None) for n, one in enumerate(six("bannu", ""))])
    assert facts(look(reading), "Khyber Pakhtunkhwa")["Gatherings"] == "Fewer than 4"


def test_in_time_comes_with_what_it_is_taken_of(reading: FlaskClient, published: Session) -> None:
    """As the release kept it for the year; too few lead on, and parts of years have none."""
    for (spot, office, year), one in KEPT.items():
        kept = ServiceCounts(release=1, area="/".join(spot), office=office, year=year, **one._asdict())
        published.add(kept)
    published.commit()
    page = look(reading)
    assert facts(page, "Khyber Pakhtunkhwa")["Acknowledged in time"] == "75% 3,000 of 4,000"
    assert facts(page, "Balochistan")["Acknowledged in time"] == "Fewer than about 20: not shown."
    assert facts(look(reading, "?period=2025"), "Khyber Pakhtunkhwa")["Acknowledged in time"] == "75% 30 of 40"
    told = facts(look(reading, "?period=2025-Q1"), "Khyber Pakhtunkhwa")["Acknowledged in time"]
    assert told == "This is kept for whole years and for all time only."
    told = facts(look(reading, "?district=peshawar"), "Peshawar")["Acknowledged in time"]
    assert told == "Fewer than about 20: see the province Khyber Pakhtunkhwa."
    assert 'href="/en/service"' in page


@pytest.mark.parametrize("released", [False, True])
def test_nothing_is_drawn_of_nothing(reading: FlaskClient, session: Session, released: bool) -> None:
    """Before the first release, and after one that is empty, the page says so."""
    if released:
        counts.opened(session, now())
        publish(session, [])
    page = look(reading)
    assert "<figure" not in page
    assert "<svg viewBox" not in page
    assert 'class="bars"' not in page
    assert ("No report published" if released else "No figures have been published yet") in page


@pytest.mark.parametrize(("key", "shown"), [(0, None), (2731, "3"), (4095, "4")], ids=["away", "three", "four"])
def test_a_single_grievance(reading: FlaskClient, session: Session, key: int, shown: str | None) -> None:
    """In the whole country: it shows as none at all or as more than it is, by its secret key alone."""
    counts.opened(session, now())
    publish(session, [Made("bannu", MARCH, "", key)])
    page = look(reading)
    assert [label for label in tiles(page).values() if "No report" not in label] == (
        [f"Bannu: {shown}"] if shown else []
    )
    assert ("<figure" in page) == (shown is not None)


def test_a_province_leaves_only_its_tiles(reading: FlaskClient, published: Session) -> None:
    """And its column, and no border."""
    numbers = given(published, by="none", province="PK-BA")
    page = look(reading, "?province=PK-BA")
    assert set(tiles(page).values()) == expected(numbers)
    assert 'class="border"' not in page
    assert 'class="border"' in look(reading)
    assert bars(page, "Urgency") == given(published, by="urgency", area="province", province="PK-BA")


def test_a_district_stands_on_the_map_of_its_province(reading: FlaskClient, published: Session) -> None:
    """Figures are the district's, but for what is known of provinces only; one link leads to its own page."""
    page = look(reading, "?district=bannu&period=2025")
    assert 'href="/en/summary/bannu?period=2025"' in page
    page = look(reading, "?district=bannu")
    assert [label.split(":")[0] for _, current, label in TILE.findall(page) if current] == ["Bannu"]
    assert set(tiles(page).values()) == expected(given(published, by="none", province="PK-KP"))
    assert bars(page, "Urgency") == given(published, by="urgency", district="bannu")
    part = re.findall(r"<tbody>.*?</tbody>", page[page.index("In how many gatherings") :], re.DOTALL)[3]
    assert "Khyber Pakhtunkhwa" in part


def test_one_value_is_what_the_map_shows(reading: FlaskClient, published: Session) -> None:
    """Its tiles lead to the districts' own pages, of the same period and release."""
    page = look(reading, "?area=province&by=urgency&value=high&period=2025")
    assert set(tiles(page).values()) == expected(given(published, by="urgency", value="high", period="2025"))
    assert "Grievances by district · Urgency · Serious harm within days" in page
    links = dict(link.split("?") for link, _, _ in TILE.findall(page))
    assert links["bannu"] == "period=2025"
    assert set(links.values()) == {"period=2025"}


@pytest.mark.parametrize("query", ["by=minorities_heard&value=no", "by=subcategory&value=armed_group_presence"])
def test_what_is_known_of_provinces_only(reading: FlaskClient, published: Session, query: str) -> None:
    """No map: a bar for each province."""
    page = look(reading, f"?area=province&{query}")
    assert "this is counted by province only" in page
    assert not tiles(page)
    words = dict(pair.split("=") for pair in query.split("&"))
    title = re.search(r'only\.</p>\s*<table class="bars">\s*<caption><strong>(.*?)</strong>', page, re.DOTALL)
    assert title
    assert bars(page, title[1]) == given(published, area="province", **words)


def test_an_older_release_stays_as_it_was(reading: FlaskClient, published: Session) -> None:
    """The same page to the letter, but for when the next one is due; the last one has moved on."""
    before = look(reading, "?release=1")
    publish(published, some("hangu", 40))
    after, last = look(reading, "?release=1"), look(reading)
    assert tiles(after) == tiles(before)
    assert tiles(last) != tiles(before)
    assert "Figures of release 1," in after
    assert "Figures of release 2," in last
    assert all(link.endswith("?release=1") for link, _, _ in TILE.findall(after))


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_page_weighs_little(reading: FlaskClient, session: Session, everywhere: bool) -> None:
    """Where few districts have reports, and where all have many."""
    counts.opened(session, now())
    publish(session, [one for area in atlas(session).districts for one in some(area, 19)] if everywhere else PEOPLE)
    for language in LANGUAGES:
        assert len(reading.get(f"/{language}/summary").data) <= MOST_BYTES, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_time_runs_with_the_writing_and_north_stays_up(reading: FlaskClient, published: Session, language: str) -> None:
    """The last month stands at the end of the line, on the left in Urdu and Pashto; tiles stand in the same places."""
    page = look(reading, "", language)
    ends = {int(x) for x in re.findall(r'<circle cx="(\d+)"', page)}
    assert ends == ({304} if language == "en" else {16})
    places = [re.findall(r'transform="translate\((\d+ \d+)\)"', look(reading, "", one)) for one in ("en", language)]
    assert places[0] == places[1]
    assert places[0]


def test_the_table_below_is_short_until_districts_are_asked_for(reading: FlaskClient, published: Session) -> None:
    """Who asks for nothing sees provinces, and a link to the long table, which the address still opens."""
    page = look(reading)
    link = re.search(r'<a href="([^"]*)">The same table by district</a>', page)
    assert link
    assert '<option value="province" selected>' in page
    for address in (link[1].replace("&amp;", "&"), "/en/summary?area=district&by=category"):
        below = re.search(r'<div class="scroll".*?</table>', reading.get(address).text, re.DOTALL)
        assert below
        assert below[0].count('<th scope="row">') == 81


def test_one_value_and_the_release_can_be_chosen(reading: FlaskClient, published: Session) -> None:
    """Values are those of the dimension; a value of another one is refused at its filter, which then offers the right
    ones.
    """
    page = look(reading, "?by=urgency&value=high&release=1")
    assert '<option value="high" selected>' in page
    assert '<option value="1" selected>' in page
    answer = reading.get("/en/summary?by=era&value=high")
    assert answer.status_code == 400
    assert 'id="value-error"' in answer.text
    assert '<option value="before_2014"' in answer.text
