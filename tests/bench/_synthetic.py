"""Synthetic grievances by the million for the benchmark of the summary: stored past the rules of the form, but not past
the checks of the tables; counted, posted and published by the product's own code."""

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from webapp.concerns.rules import Sensitivity, Topic
from webapp.config import now
from webapp.export.queries import Reference
from webapp.grievances.queries import changed_since
from webapp.grievances.rules import Facts, Heard, Outcome, Status, contribution
from webapp.office import Office
from webapp.summary import actions as ledger
from webapp.summary.rules import Cell, Counts, plus

#: Months as the ledger numbers them; each release publishes those of its own time.
FIRST, MONTHS, RELEASES = 2019 * 12, 18, 5
WISHES = {"district_officials": 88, "province_only": 4, "numbers_only": 4, "protected": 4}
HEARD = (None, "no", "in_jirga", "separately")
REMEDIES = ("compensation", "survey_register", "security", "stop_harm", "return_plan", "restore_service", "inquiry")
HOUSEHOLDS = (None, "h1_10", "h11_50", "h51_200", "h201_1000", "h1001_5000")
YEARS = (None, 2009, 2016, 2021, 2025)
MOMENT = "2026-01-05 08:00:00.000000"
Meeting = tuple[Heard, list[Facts]]
#: A row as both databases read it.
Row = dict[str, Any]


def meetings(reference: Reference, release: int, count: int) -> Iterator[Meeting]:
    """Gatherings with so many grievances in all, some five each, uneven by district and topic; always the same ones."""
    atlas, taxonomy = reference
    dice = random.Random(f"{release} of {count}")
    places, topics = list(atlas.districts), list(taxonomy.subcategories.values())
    near = list(itertools.accumulate(1 / (8 + position) for position in range(len(places))))
    common = [
        0.2 if topic.sensitivity is Sensitivity.REFERRAL_ONLY else 1 + number % 3 for number, topic in enumerate(topics)
    ]
    often = list(itertools.accumulate(common))
    while count:
        size = min(count, 1 + int(dice.expovariate(0.22)))
        count -= size
        (place,) = dice.choices(places, cum_weights=near)
        month = FIRST + release * MONTHS + dice.randrange(MONTHS)
        fixed = {"month": month, "district": place, "province": atlas.province_of(place)}
        raised = dice.choices(topics, cum_weights=often, k=size)
        yield Heard(dice.randrange(4096), *dice.choices(HEARD, k=4)), [_facts(dice, topic, fixed) for topic in raised]


def _facts(dice: random.Random, topic: Topic, fixed: Mapping[str, Any]) -> Facts:
    asked = topic.sensitivity is not Sensitivity.REFERRAL_ONLY
    wish = dice.choices(list(WISHES), list(WISHES.values()))[0] if asked else "protected"
    solved = dice.random() < 0.1
    return Facts(
        **fixed,
        record_key=dice.randrange(4096),
        category=topic.category,
        subcategory=topic.code,
        sensitivity=topic.sensitivity,
        themes=topic.themes,
        urgency=topic.urgency.value,
        status=Status.CLOSED if solved else Status.SUBMITTED,
        outcome=Outcome.SOLVED if solved else None,
        confidentiality=wish,
        threatened=asked and dice.random() < 0.02,
        consented=wish == "numbers_only" or dice.random() < 0.97,
        remedies=tuple(dice.sample(REMEDIES, dice.randrange(4))) if asked else (),
        start_year=dice.choice(YEARS),
        households=dice.choice(HOUSEHOLDS) if asked else None,
    )


def contributions(reference: Reference, release: int, count: int) -> dict[Cell, Counts]:
    """What these gatherings add to the ledger."""
    total: dict[Cell, Counts] = {}
    for heard, facts in meetings(reference, release, count):
        for cell, counts in contribution(heard, facts).items():
            total[cell] = plus(total[cell], counts) if cell in total else counts
    return total


def fill(offices: Sequence[Office], count: int) -> dict[Cell, Counts]:
    """Store so many grievances in each of these, a release after the other; all that was posted."""
    reference, part = offices[0].reference, count // RELEASES
    people = [_person(office) for office in offices]
    posted: dict[Cell, Counts] = {}
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        found = [pool.submit(contributions, reference, release, part) for release in range(RELEASES)]
        for release in range(RELEASES):
            met = list(meetings(reference, release, part))
            cells = found[release].result()
            posted |= cells
            for office, person in zip(offices, people, strict=True):
                with office.writing() as session:
                    load(session, "gatherings", _gatherings(met, release, person))
                    load(session, "grievances", _grievances(met, release, person))
                    ledger.post(session, cells)
                    publish(session, office)
    return posted


def fill_ledger(office: Office, cells: Mapping[Cell, Counts]) -> None:
    """One release of these cells, without grievances."""
    with office.writing() as session:
        load(
            session, "ledger", ({**cell._asdict(), **counts._asdict(), "release": 1} for cell, counts in cells.items())
        )
        publish(session, office)


def fuller(cells: Mapping[Cell, Counts], times: int) -> dict[Cell, Counts]:
    """The cells of so many times the grievances, if area, month and code have nothing to do with each other.

    Each cell holds what is to be expected there, rounded up or down by chance; those that hold nothing are not there.
    """
    areas, months, codes, sums = Counter[Any](), Counter[Any](), Counter[Any](), Counter[str]()
    for (area, month, dimension, code), counts in cells.items():
        areas[dimension, area] += counts.grievances
        months[dimension, month] += counts.grievances
        codes[dimension, code] += counts.grievances
        sums[dimension] += counts.grievances
    dice, found = random.Random(1), {}
    for (dimension, code), common in codes.items():
        whole = times * common / sums[dimension] ** 2
        here = [(area, number * whole) for (kind, area), number in areas.items() if kind == dimension]
        then = [(month, number) for (kind, month), number in months.items() if kind == dimension]
        for (area, share), (month, number) in itertools.product(here, then):
            if count := int(share * number + dice.random()):
                keys = dice.randrange(4096 * count)
                found[Cell(area, month, dimension, code)] = Counts(count, count // 5, count // 10, keys, keys, keys)
    return found


def load(session: Session, table: str, rows: Iterator[Row]) -> None:
    """Store rows of equal columns as fast as the database takes them."""
    first = next(rows)
    names, values = ", ".join(first), (tuple(row.values()) for row in itertools.chain([first], rows))
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(first))})", values)
        return
    driver.execute("SET LOCAL session_replication_role = replica")
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def publish(session: Session, office: Office) -> None:
    """Close the open release."""
    changed = partial(changed_since, session)
    ledger.release(session, office.vault, by=None, why="bench", changed=changed, at=now(), force=True)


def _person(office: Office) -> str:
    with office.writing() as session:
        return factories.person(session).id.hex


def _gatherings(met: Iterable[Meeting], release: int, person: str) -> Iterator[Row]:
    fixed = {"person_id": person, "created_at": MOMENT, "fields_hash": "\\x00", "gathering_date": "2018-12-31"}
    for number, (heard, facts) in enumerate(met):
        key = f"{release:08x}{number:024x}"
        yield {**fixed, **vars(heard), "id": key, "gathering_district": facts[0].district}


def _grievances(met: Iterable[Meeting], release: int, person: str) -> Iterator[Row]:
    fixed = {
        "person_id": person, "content_hash": "\\x00", "received_at": MOMENT, "consent_version": 1,
        "consent_language": "en", "contact_preference": "none",
    }  # fmt: skip
    same = ("record_key", "district", "subcategory", "confidentiality", "start_year", "households", "urgency")
    for serial, (number, facts) in enumerate((number, facts) for number, (_, all_) in enumerate(met) for facts in all_):
        key = f"{release:08x}{serial:024x}"
        yield {
            **fixed,
            **{name: getattr(facts, name) for name in same},
            "id": key,
            "client_id": key,
            "reference": f"{release}{serial:09}",
            "gathering_id": f"{release:08x}{number:024x}",
            "received_date": f"{facts.month // 12}-{facts.month % 12 + 1:02}-15",
            "status": facts.status.value,
            "outcome": facts.outcome and facts.outcome.value,
            "sensitivity": facts.sensitivity.value,
            "remedies": " ".join(facts.remedies) or None,
            "raised_before": "yes" if facts.threatened else None,
            "prior_result": "threatened" if facts.threatened else None,
            "consent_statistics": int(facts.consented),
            "posted_release": release + 1 if facts.consented else None,
        }
