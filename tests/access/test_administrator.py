"""An administrator looks after people and the system, and sees nothing of what jirgas say."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from http import HTTPMethod
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import factories
from tests.access.planted import Planted, plant
from tests.access.site import Asker, Site, address, names, rules
from tests.access.things import THINGS
from webapp import db, guard
from webapp.concerns.queries import taxonomy
from webapp.config import LANGUAGES, Settings
from webapp.grievances.models import Grievance
from webapp.i18n import day, number
from webapp.people.rules import Role
from webapp.places.queries import atlas
from webapp.references import shown

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
WORDS: Mapping[str, str] = {
    "narrative": "Synthetic canary: the flood took the bridge to the upper village.",
    "remedy_text": "Synthetic canary: build it again before the winter.",
    "area_name": "Canary Kalay",
}
DAY, PEOPLE = date(2025, 11, 9), 1_287_461
TEHSILS = ("bannu.domel", "bannu.baka-khel")
FORM = factories.full(
    gathering_date=DAY.isoformat(), gathering_district="bannu", gathering_tehsil=TEHSILS[0], district="bannu",
    tehsil=TEHSILS[1], subcategory="house_damage", people_number=str(PEOPLE), checked="yes", **WORDS,
)  # fmt: skip


class Told(NamedTuple):
    """Where a word was told."""

    endpoint: str
    language: str
    word: str


def words(session: Session) -> set[str]:
    """What is in the form: words, numbers, days, codes and names of what was chosen, as any language writes them."""
    known, topics = atlas(session), taxonomy(session)
    chosen = [known.districts["bannu"].names, *(known.tehsils[code].names for code in TEHSILS)]
    chosen.append(topics.subcategories["house_damage"].labels)
    codes = {"bannu", *TEHSILS, "house_damage", DAY.isoformat(), str(PEOPLE), number(PEOPLE)}
    days = {day(DAY, language) for language in LANGUAGES}
    return {*WORDS.values(), *codes, *days, *(name for several in chosen for name in several.values())}


def numbers(site: Site) -> set[str]:
    """File the form; the numbers under which it is kept."""
    answer = site.ask(site.of(Role.REPRESENTATIVE), "POST", "/en/submit", FORM, json=True)
    assert answer.status_code == 201, answer.text
    site.session.rollback()
    row = site.session.scalars(select(Grievance).where(Grievance.reference == answer.get_json()["reference"])).one()
    return {str(row.id), str(row.client_id), str(row.gathering_id), row.reference, shown(row.reference)}


def told(planted: Planted, wanted: set[str]) -> Counter[Told]:
    """How often each word stands in a page that an administrator can open, of some places or of all."""
    found = Counter[Told]()
    for asker in planted.site.askers:
        if asker.person and asker.person.role is Role.ADMINISTRATOR:
            for rule, language, text in opened(planted, asker):
                for word in wanted:
                    here = Told(rule.endpoint, language, word)
                    found[here] = max(found[here], text.count(word))
    return found


def opened(planted: Planted, asker: Asker) -> Iterator[tuple[Rule, str, str]]:
    """Every page that opens to somebody, in every language, for every thing that is theirs to open."""
    app = planted.site.app
    for rule in rules(app):
        if HTTPMethod.GET in (rule.methods or ()) and asker.may_open(app.view_functions[rule.endpoint]):
            things = THINGS[rule.endpoint].made(planted, asker) if rule.endpoint in THINGS else []
            for values in [one.values for one in things if one.within] if names(rule) else [{}]:
                for language in LANGUAGES:
                    answer = planted.site.ask(asker, "GET", address(app, rule, values, language))
                    yield rule, language, answer.data.decode(errors="replace")


def leaks(site: Site, settings: Settings) -> set[Told]:
    """What is told more often once grievances stand: an empty form names districts and topics, too."""
    wanted = words(site.session)
    before = told(Planted(site, factories.person(site.session), {}), wanted)
    planted = plant(site, settings)
    wanted |= numbers(site)
    return set(told(planted, wanted) - before)


def test_an_administrator_sees_no_content(site: Site, settings: Settings) -> None:
    assert leaks(site, settings) == set()


@guard.public
def last_filed() -> str:
    """A page that says too much: a number, a district."""
    last = db.session().scalars(select(Grievance).order_by(Grievance.received_at.desc()).limit(1)).one_or_none()
    return f"{last.reference} came from {last.district}" if last else "Nothing came yet; it may come from bannu."


@ONE
def test_the_check_finds_a_page_that_says_too_much(app: Flask, session: Session, settings: Settings) -> None:
    """The number was not there before; the district was, as often."""
    app.add_url_rule("/<language:lang>/last-filed", "last_filed", last_filed)
    found = leaks(Site(app, session), settings)
    assert {(one.endpoint, one.language) for one in found} == {("last_filed", language) for language in LANGUAGES}
    assert len({one.word for one in found}) == 1
