"""Two questions of officials, answered from the pages; and a district's page printed. All grievances are synthetic."""

import csv
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SHOTS
from tests.browser.looks import Copy
from tests.browser.matrix import languages
from tests.browser.phone import Phone
from tests.browser.site import JIRGA, Site, environment, serving
from tests.paper.sheets import csv_of, row
from webapp.config import LANGUAGES, day_of, now
from webapp.questions.rules import Period, Unit

PASSWORD = "synthetic analyst of one office"
#: Exact problem: how many in the quarter before the last whole one, and how many in that one; the page is full of them.
TOPICS = {
    "house_damage": (5, 75), "road_closure": (5, 55), "electricity": (5, 40), "crossing_closed": (5, 28),
    "land_dispute": (5, 22), "operation_consultation": (30, 5), "project_environment": (25, 8), "safe_return": (22, 4),
    "taxes": (20, 4), "courts_access": (30, 33),
}  # fmt: skip
#: District: who was heard there, in ten grievances each.
HEARD = {"swat": "in_jirga", "khyber": "through_others", "kohat": "no", "quetta-east": "separately"}


def quarters() -> tuple[Period, Period]:
    """The last whole quarter and the one before it."""
    today = day_of(now())
    last = Period(Unit.QUARTER, today.year * 4 + (today.month - 1) // 3 - 1)
    return last.before, last


def first_day(quarter: Period) -> date:
    return date(quarter.number // 4, quarter.number % 4 * 3 + 1, 1)


def filed() -> bytes:
    """The sheet of all of it, a gathering for each problem and quarter."""
    rows = []
    for topic, numbers in TOPICS.items():
        for quarter, number in zip(quarters(), numbers, strict=True):
            day = first_day(quarter).isoformat()
            rows += [told(f"{topic}-{quarter}-{n // 50}", "bannu", day, n, subcategory=topic) for n in range(number)]
    for district, heard in HEARD.items():
        day = first_day(quarters()[1]).isoformat()
        rows += [told(district, district, day, n, women_heard=heard) for n in range(10)]
    return csv_of(rows)


def told(gathering: str, district: str, day: str, number: int, **more: str) -> dict[str, str]:
    places = {"gathering_district": district, "district": district}
    story = f"Synthetic: story {'one two three four five six seven eight nine ten'.split()[number % 10]} of {gathering}"
    return row(
        gathering_ref=gathering, gathering_date=day, received_date=day, narrative=f"{story}, {chr(97 + number // 10)}.",
        **{"women_heard": "not_recorded", **places, **more},
    )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served office of its own, with two accounts and a release of TOPICS and HEARD."""
    folder = tmp_path_factory.mktemp("office") / "instance"
    variables = environment(folder, JIRGA_SECOND_FACTOR="optional")

    def jirga(*words: str, given: bytes = b"") -> None:
        subprocess.run([JIRGA, *words], env=variables, input=given, check=True, capture_output=True)

    jirga("init")
    for name, role, scope in (("clerk", "representative", "PK-KP,PK-BA"), ("analyst", "analyst", "PK-KP")):
        account = ("people", "add", name, "--role", role, "--scope", scope, "--password-stdin")
        jirga(*account, given=f"{PASSWORD}\n".encode())
    sheet = folder / "sheet.csv"
    sheet.write_bytes(filed())
    jirga("import", str(sheet), "--as", "clerk")
    with serving(folder, "serve", "--workers", "1", JIRGA_SECOND_FACTOR="optional") as (base, pid, _):
        yield Site(base, folder, pid, {"analyst": PASSWORD})


@pytest.fixture
def reader(office: Site, chromium: Browser) -> Iterator[Callable[[str], Phone]]:
    """A maker of signed-in phones of an analyst, without scripts; afterwards none has a fault."""
    copy = Copy(chromium, f"{office.base}/healthz")
    with ExitStack() as stack:
        made: list[Phone] = []

        def make(language: str) -> Phone:
            made.append(stack.enter_context(Phone.switched_on(chromium, office, language, SHOTS, copy)))
            made[-1].enter("analyst")
            made[-1].open("summary")
            return made[-1]

        yield make
    copy.close()
    if faults := [line for one in made for line in one.told()]:
        pytest.fail("\n".join(faults), pytrace=False)


def published(office: Site, language: str, *words: str) -> list[dict[str, str]]:
    text = office.jirga("summary", "--language", language, *words).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("language", languages("ur"))
def test_which_three_concerns_grew_most_in_bannu(office: Site, reader: Callable[[str], Phone], language: str) -> None:
    """Summary, the map as a table, Bannu: the first three lines. The file says the same."""
    phone = reader(language)
    page = phone.page
    asked = ("--district", "bannu", "--by", "subcategory", "--period")
    numbers = [
        {one["label"]: int(one["grievances"]) for one in published(office, language, *asked, str(quarter))}
        for quarter in quarters()
    ]
    before, later = numbers
    expected = sorted(later, key=lambda label: before[label] - later[label])[:3]
    page.locator(".tiles summary").click()
    with page.expect_navigation():
        page.locator(".tiles table a[href$=bannu]").click()
    group = page.locator(".moves tbody").filter(has=page.get_by_text(phone.say("Exact problem"), exact=True))
    assert group.locator("th[scope=row]").all_inner_texts()[:3] == expected
    shown = group.locator("tr").nth(1).locator("td b").inner_text()
    assert shown.strip("\u2068\u2069") == f"+{later[expected[0]] - before[expected[0]]}"
    phone.seen("brief")


@pytest.mark.parametrize("language", languages("ps"))
def test_in_how_many_districts_women_went_unheard(office: Site, reader: Callable[[str], Phone], language: str) -> None:
    """One line of the summary. The file says the same: a report, and neither in the jirga nor in a meeting of their
    own."""
    rows = published(office, language, "--by", "women_heard")
    there = {one["district"] for one in rows if one["grievances"]}
    heard = {
        one["district"] for one in rows if one["code"] in ("in_jirga", "separately") and int(one["grievances"] or 0)
    }
    phone = reader(language)
    line = phone.page.locator("li").filter(has_text=phone.say("Were women heard?"))
    assert re.findall(r"\d+", line.locator("b").inner_text()) in (
        [str(len(there - heard)), str(len(there))], [str(len(there)), str(len(there - heard))]
    )  # fmt: skip
    assert len(there) == 5
    assert len(there - heard) == 3


def test_printed_it_is_one_sheet(office: Site, reader: Callable[[str], Phone]) -> None:
    """In each language, with as many lines as the page ever shows of what changed; its figures are on it."""
    sheets = {}
    for language in LANGUAGES:
        phone = reader(language)
        phone.open("summary/bannu")
        printed = phone.page.pdf(prefer_css_page_size=True)
        if SHOTS:
            (SHOTS / f"brief-{language}.pdf").write_bytes(printed)
        sheets[language] = len(re.findall(rb"/Type /Page\b", printed))
        phone.page.emulate_media(media="print")
        for hidden in ("form.filters", "header", "details"):
            assert not phone.page.locator(hidden).first.is_visible()
        assert phone.page.locator(".brief .card").first.is_visible()
    assert set(sheets.values()) == {1}, sheets
