"""A district beside its province: numbers of the file, rates, what changed, what is not told. All is synthetic."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.export.drawn import BARS, HEARD, PEOPLE, bars, cells, facts, given, publish, some
from tests.export.test_files import file, rows
from tests.figures.test_page import KEPT
from tests.summary import counts
from tests.summary.counts import MARCH, Made
from webapp.config import LANGUAGES, day_of, now
from webapp.i18n import MONTHS
from webapp.people.rules import Permission, Role, may
from webapp.questions.rules import Dimension, Period, Unit
from webapp.summary.rules import moved
from webapp.timeliness.models import ServiceCounts

TOPICS = ("house_damage", "shop_market_loss", "crops_livestock_loss", "road_closure")
QUARTER = Period(Unit.QUARTER, 2026 * 4)  # January to March 2026


def look(browser: FlaskClient, address: str = "bannu", language: str = "en") -> str:
    """The page, without the marks that set text apart."""
    answer = browser.get(f"/{language}/summary/{address}")
    assert answer.status_code == 200
    return re.sub("</?bdi[^>]*>|[\u2066-\u2069]", "", answer.text)


def changes(page: str) -> dict[str, tuple[str, ...]]:
    """What changed, by label: before, now, change, range, the province's change."""
    (table,) = re.findall(r'<section class="overview moves">(.*?)</section>', page, re.DOTALL)
    found = {}
    for label, line in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL):
        before, later, change, around = re.findall(r"<td>(.*?)</td>", line, re.DOTALL)
        parts = re.findall(r"<(?:b|small)>(.*?)</(?:b|small)>", change)
        found[label] = (before, later, *parts, re.sub("<.*?>", "", around))
    return found


@pytest.fixture
def reading(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser in which an analyst is signed in; the first release is open."""
    assert factories.sign_in(client, factories.person(session, Role.ANALYST, ())).status_code == 303
    counts.opened(session, now())
    session.commit()
    return client


@pytest.fixture
def published(reading: FlaskClient, session: Session) -> Session:
    """Release 1 of PEOPLE."""
    publish(session, PEOPLE)
    return session


def quarters(session: Session, before: dict[str, int], later: dict[str, int]) -> None:
    """A release with so many of each exact problem in Bannu in the quarter before and in QUARTER, keys that add none
    and take none."""
    assert QUARTER.months
    assert QUARTER.before.months
    people = [
        Made("bannu", months[0], code, 1600 if n == 0 else 0)
        for months, numbers in ((QUARTER.before.months, before), (QUARTER.months, later))
        for code, number in numbers.items() for n in range(number)
    ]  # fmt: skip
    counts.publish(session, counts.cells(people, Dimension.SUBCATEGORY), now())
    session.commit()


def test_both_columns_are_cells_of_the_file(reading: FlaskClient, published: Session) -> None:
    """The district's and the province's, in every dimension that is drawn."""
    page = look(reading)
    for by, title in zip(BARS, ("Category", "Urgency", "Households", "Theme", "When it began"), strict=True):
        expected = given(published, by=by, area="province", province="PK-KP") | given(
            published, by=by, district="bannu"
        )
        assert bars(page, title) == expected, by


def test_who_was_heard_here_and_in_the_province(reading: FlaskClient, published: Session) -> None:
    """Minorities are counted by province alone."""
    (chart,) = re.findall(r"In how many gatherings they were heard.*?</table>", look(reading), re.DOTALL)
    parts = re.findall(r"<tbody>.*?</tbody>", chart, re.DOTALL)
    for by, part in zip(HEARD, parts, strict=True):
        expected = given(published, "gatherings", by=by, area="province", province="PK-KP")
        if by != "minorities_heard":
            expected |= given(published, "gatherings", by=by, district="bannu")
        assert cells(part if by == "minorities_heard" else chart.split("</thead>")[0], part) == expected, by


def test_a_bar_is_a_part_of_its_place(reading: FlaskClient, session: Session) -> None:
    """Half of a district is as long as half of a province, whatever their sizes, and a quarter half as long."""
    urgent = [Made("bannu", MARCH, "high" if n % 2 else "normal", 64 * n) for n in range(64)]
    around = [Made("swat", MARCH, "high" if n % 4 else "normal", 4 * n) for n in range(640)]
    counts.publish(session, counts.cells([*urgent, *around], Dimension.URGENCY), now())
    session.commit()
    page = look(reading)
    line = re.search(r'<tr><th scope="row">Serious harm within days</th>(.*?)</tr>', page, re.DOTALL)
    assert line
    here, wider = (int(tens) * 10 + int(ones) for tens, ones in re.findall(r'class="t(\d+) u(\d)"', line[1]))
    assert wider == 100
    numbers = [int(number.replace(",", "")) for number in re.findall(r"<td>([\d,]+)<", line[1])]
    shown = facts(page, "Bannu"), facts(page, "Khyber Pakhtunkhwa")
    wholes = [int(one["Grievances received"].split()[0]) for one in shown]
    assert here == round(100 * (numbers[0] / wholes[0]) / (numbers[1] / wholes[1]))


def test_rates_are_of_the_census(reading: FlaskClient, published: Session) -> None:
    """1,357,890 people of Bannu and 40,856,097 of the province; by category and as a headline."""
    page = look(reading)
    number = int(given(published, by="none", district="bannu")["Bannu", "Total"])
    assert facts(page, "Bannu")["Grievances received"] == f"{number} {number / 135.7890:.2f} for each 10,000 people"
    around = int(given(published, by="none", area="province")["Khyber Pakhtunkhwa", "Total"])
    told = facts(page, "Khyber Pakhtunkhwa")["Grievances received"]
    assert told == f"{around} {around / 4085.6097:.2f} for each 10,000 people"
    damage = int(given(published, by="category", district="bannu")["Bannu", "Damaged property and compensation"])
    line = re.search(r'<th scope="row">Damaged property and compensation</th>(.*?)</tr>', page, re.DOTALL)
    assert line
    assert re.findall(r"<td>([\d,]+) <small>([\d.]+)</small>", line[1])[0] == (str(damage), f"{damage / 135.7890:.2f}")


def test_a_district_whose_people_nobody_counted(reading: FlaskClient, published: Session) -> None:
    """It has no rate, and the page says why; its province has one."""
    page = look(reading, "quetta-east")
    assert "does not count the people of this district apart" in page
    assert "10,000" not in facts(page, "Quetta East")["Grievances received"]
    assert "10,000" in facts(page, "Balochistan")["Grievances received"]
    assert "<small>For each 10,000" not in page
    assert "does not count the people of this district apart" not in look(reading)


def test_what_changed_beyond_the_noise(reading: FlaskClient, session: Session) -> None:
    """What grew most is on top, what fell below; a change that noise may have made is not shown at all."""
    quarters(
        session,
        {"house_damage": 20, "shop_market_loss": 20, "crops_livestock_loss": 20, "road_closure": 40},
        {"house_damage": 35, "shop_market_loss": 50, "crops_livestock_loss": 24, "road_closure": 20},
    )
    page = look(reading, f"bannu?period={QUARTER}")
    words = {row["code"]: row["label"] for row in rows(file(session, by="subcategory", district="bannu"))}
    found = changes(page)
    shown = {words[code]: found.get(words[code]) for code in TOPICS}
    assert list(found)[1:] == [words[code] for code in ("shop_market_loss", "house_damage", "road_closure")]
    assert shown[words["crops_livestock_loss"]] is None
    parts = {
        period: given(session, by="subcategory", district="bannu", period=str(period))
        for period in (QUARTER.before, QUARTER)
    }
    for code in ("shop_market_loss", "house_damage", "road_closure"):
        before, later = (int(parts[period]["Bannu", words[code]]) for period in parts)
        bounds = moved(before, later)
        assert bounds
        sign = "+" if later > before else "\u2212"
        low, high = (f"{'+' if one > 0 else chr(0x2212)}{abs(one)}" for one in bounds)
        change = f"{sign}{abs(later - before)}"
        assert shown[words[code]] == (str(before), str(later), change, f"{low} to {high}", change)
    assert f"{QUARTER} (January to March)" in page
    assert f"compared with {QUARTER.before} (October to December)" in page


def test_too_small_a_change_is_told_of_the_whole_alone(reading: FlaskClient, session: Session) -> None:
    """As one that cannot be told, without a number."""
    quarters(session, {"house_damage": 20}, {"house_damage": 23})
    page = look(reading, f"bannu?period={QUARTER}")
    found = changes(page)
    assert list(found) == ["All grievances"]
    assert found["All grievances"][2:] == ("Not certain", "Not certain")
    assert page.count("No change is larger than the protection of numbers") == 2


def test_what_changed_is_of_the_last_whole_quarter(reading: FlaskClient, published: Session) -> None:
    """Of the day of the release, unless a period is chosen: then of that one and the one before it."""
    today = day_of(now())
    last = Period(Unit.QUARTER, today.year * 4 + (today.month - 1) // 3 - 1)
    first = MONTHS["en"][last.number % 4 * 3]
    assert f"{last} ({first} to" in look(reading)
    page = look(reading, "bannu?period=2025-03")
    assert "<strong>March 2025</strong>" in page
    assert "compared with February 2025" in page


def test_older_releases_stay_and_are_kept_in_links(reading: FlaskClient, published: Session) -> None:
    """The page of release 1 shows the same numbers after release 2."""
    before = look(reading, "bannu?release=1")
    publish(published, some("bannu", 40))
    after = look(reading, "bannu?release=1")
    assert facts(after, "Bannu") == facts(before, "Bannu")
    assert facts(look(reading), "Bannu") != facts(before, "Bannu")
    assert re.search(r'href="/en/summary\?[^"]*district=bannu[^"]*release=1"', after)


def test_figures_of_service_stand_beside_each_other(reading: FlaskClient, published: Session) -> None:
    """A district with too few is told to look at what is wider."""
    for (spot, office, year), one in KEPT.items():
        published.add(ServiceCounts(release=1, area="/".join(spot), office=office, year=year, **one._asdict()))
    published.commit()
    page = look(reading, "peshawar")
    assert facts(page, "Khyber Pakhtunkhwa")["Acknowledged in time"] == "75% 3,000 of 4,000"
    assert (
        facts(page, "Peshawar")["Acknowledged in time"] == "Fewer than about 20: see the province Khyber Pakhtunkhwa."
    )


def test_a_district_without_a_report(reading: FlaskClient, published: Session) -> None:
    """It is drawn as such, beside its province: no zeros, no change."""
    page = look(reading, "swat")
    assert '<section class="overview moves">' not in page
    assert re.search(r"<h3>Swat</h3>\s*<p><span class=\"swatch none\"></span> No report published</p>", page)
    assert bars(page, "Urgency")["Swat", "Serious harm within days"] == ""
    assert bars(page, "Urgency")["Khyber Pakhtunkhwa", "Serious harm within days"] != ""


def test_before_the_first_release(reading: FlaskClient) -> None:
    """The page says that there are no figures yet."""
    page = look(reading)
    assert "No figures have been published yet" in page
    assert "<table" not in page


@pytest.mark.parametrize("keys", [(4095, 5), (0, 0)], ids=["month-shown", "nothing-shown"])
@pytest.mark.parametrize("address", ["/bannu", "?district=bannu"])
def test_a_month_that_shows_more_than_all_time(
    reading: FlaskClient, session: Session, keys: tuple[int, int], address: str
) -> None:
    """Two grievances may show as none together and one of them as 3: then no report is published, and nothing drawn."""
    counts.publish(
        session,
        counts.cells(
            [Made("bannu", MARCH, "high", keys[0]), Made("bannu", MARCH + 2, "high", keys[1])], Dimension.URGENCY
        ),
        now(),
    )
    session.commit()
    answer = reading.get(f"/en/summary{address}")
    assert answer.status_code == 200
    assert "No report published" in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=2025-13", "is not a period"), ("period=2025-01..2025-02", "is not a period"),
        ("release=7", "There is no release 7"), ("release=x", "Write the number of a release"),
        ("by=category", "There is no such filter. Use only these: period, release."),
        ("period=2025&period=2026", "This filter is given twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(reading: FlaskClient, published: Session, query: str, said: str) -> None:
    """The reason stands at a filter, and what was typed is still there."""
    answer = reading.get(f"/en/summary/bannu?{query}")
    assert answer.status_code == 400
    assert said in re.sub("</?bdi[^>]*>|[\u2066-\u2069]", "", answer.text)
    assert "<svg viewBox" not in answer.text
    if query == "period=2025-13":
        assert 'value="2025-13"' in answer.text


@pytest.mark.parametrize("place", ["lahore", "PK-KP", "hazara", "nowhere"])
def test_what_is_no_district_here(reading: FlaskClient, published: Session, place: str) -> None:
    """Outside of the intake provinces, or something wider: not found, in the reader's words, with what to do."""
    answer = reading.get(f"/en/summary/{place}")
    assert answer.status_code == 404
    assert place in answer.text
    assert "Choose it in the summary" in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_who_may_read_it(client: FlaskClient, session: Session, role: Role) -> None:
    """Who may read the summary."""
    counts.opened(session, now())
    session.commit()
    factories.sign_in(client, factories.person(session, role, ("bannu",) if role is not Role.ANALYST else ()))
    assert client.get("/en/summary/bannu").status_code == (200 if may(role, Permission.READ_SUMMARY) else 403)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_weighs_little(reading: FlaskClient, session: Session, language: str) -> None:
    """Where everything is full."""
    publish(session, [one for area in ("bannu", "swat", "PK-KP") for one in some(area, 190)])
    assert len(reading.get(f"/{language}/summary/bannu").data) <= 60_000
