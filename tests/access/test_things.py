"""Single things x role x scope x kind: what is out of reach answers like what does not exist."""

from collections.abc import Iterator, Mapping
from http import HTTPMethod
from typing import Any

import pytest
from flask import Flask, abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.access.planted import Planted, plant
from tests.access.site import Asker, Site, address, names, nothing, rules, sent_to_sign_in
from tests.access.things import THINGS, Named, Thing, grievances, lacking
from webapp import db, guard
from webapp.config import Settings, now
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.grievances.rules import READS
from webapp.people.rules import SCOPE_OPTIONAL, Permission, Role
from webapp.references import shown
from webapp.texts.models import Text
from webapp.uploads.models import Upload

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
#: An answer to a script is written once for all, so every so many are asked for one; no multiple of how many statuses
#: or places there are, so that all of these come up.
EACH = 4
#: Those whom the guard stops before any view sees what they name are tried with this many things.
FEW = 3
TODAY = now().toordinal()


@ONE
def test_every_route_that_names_a_thing_is_tried(app: Flask) -> None:
    assert lacking(app) == []


def same(answer: TestResponse, values: Mapping[str, str]) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without the names that stood in its address."""

    def plain(text: str) -> str:
        for value in values.values():
            text = text.replace(value, "…")
        return text

    return answer.status_code, sorted((name, plain(value)) for name, value in answer.headers), plain(answer.text)


def findings(planted: Planted, rule: Rule, named: Named, every: int = 1) -> Iterator[str]:
    """What is answered wrongly at the addresses of a rule, reading first, then writing; for one thing in so many."""
    view = planted.site.app.view_functions[rule.endpoint]
    for method in sorted((rule.methods or set()) & {HTTPMethod.GET, HTTPMethod.POST}):
        for asker in planted.site.askers:
            lets_in = asker.may_open(view)
            things = named.made(planted, asker)
            things = things[TODAY % every % len(things) :: every] if things else things
            out = [one for one in things if not (lets_in and one.within)]
            yield from _out_of_reach(planted, rule, named, method, asker, out if lets_in else out[:FEW])
            within = [one for one in things if lets_in and one.within]
            yield from (said for one in within for said in _within_reach(planted, rule, named, method, asker, one))


def _out_of_reach(
    planted: Planted, rule: Rule, named: Named, method: str, asker: Asker, things: list[Thing]
) -> Iterator[str]:
    site, before, missing = planted.site, rows(planted), nothing(rule)
    for json, tried in ((False, things), (True, things[::EACH])):
        unknown = site.ask(asker, method, address(site.app, rule, missing), named.form, json=json)
        none = same(unknown, missing)
        for one in tried:
            answer = site.ask(asker, method, address(site.app, rule, one.values), named.form, json=json)
            if same(answer, one.values) != none:
                yield f"{method} {rule.rule} tells {asker.name} that there is {one.said} ({answer.status_code})"
    if rows(planted) != before:
        yield f"{method} {rule.rule} let {asker.name} write to what is out of reach"


def _within_reach(planted: Planted, rule: Rule, named: Named, method: str, asker: Asker, one: Thing) -> Iterator[str]:
    answer = planted.site.ask(asker, method, address(planted.site.app, rule, one.values), named.form)
    reads = method == HTTPMethod.GET and not (answer.status_code == 302 and not sent_to_sign_in(answer))
    right = answer.status_code == 200 if reads else answer.status_code not in (401, 403, 404)
    if not right or answer.status_code >= 500:
        yield f"{method} {rule.rule} answers {answer.status_code} to {asker.name} for {one.said}"
    elif reads and one.seen.encode() not in answer.data:
        yield f"{method} {rule.rule} does not show {asker.name} {one.said}"


def rows(planted: Planted) -> list[Any]:
    """How much stands."""
    planted.site.session.rollback()
    tables = (Gathering, Grievance, Event, Text, Upload)
    return [planted.site.session.scalar(select(func.count()).select_from(table)) for table in tables]


@pytest.mark.parametrize(
    ("settings", "every"),
    [
        ("sqlite", 1),
        pytest.param("postgresql", EACH, id="postgresql-others-each-day"),
        pytest.param("postgresql", 1, marks=pytest.mark.nightly),
    ],
    indirect=["settings"],
)
def test_what_is_out_of_reach_looks_like_nothing(planted: Planted, every: int) -> None:
    named = [rule for rule in rules(planted.site.app) if rule.endpoint in THINGS]
    assert [said for rule in named for said in findings(planted, rule, THINGS[rule.endpoint], every)] == []


@ONE
def test_both_answers_are_tried(planted: Planted) -> None:
    """Whoever may open such pages finds things; some theirs and some not, unless only those ask who have all places."""
    for rule in (one for one in rules(planted.site.app) if one.endpoint in THINGS):
        view = planted.site.app.view_functions[rule.endpoint]
        askers = [one for one in planted.site.askers if one.person and one.may_open(view)]
        things = [{one.within for one in THINGS[rule.endpoint].made(planted, asker)} for asker in askers]
        limited = view.permission and {one.person.role for one in askers if one.person} - SCOPE_OPTIONAL
        assert all(things), f"nothing to try at {rule.rule}"
        assert set().union(*things) >= ({True, False} if limited else {True}), f"only one answer at {rule.rule}"


@ONE
def test_grievances_of_every_kind_stand(planted: Planted) -> None:
    """For the queues to come: each role that may read any finds some within its reach, and some out of it."""
    within = {role: {one.within for one in grievances(planted, planted.site.of(role))} for role in Role}
    assert {role for role, answers in within.items() if answers == {True, False}} == set(READS)
    assert {role for role, answers in within.items() if answers == {False}} == set(Role) - set(READS)


def stored(reference: str) -> bool:
    """Whether there is one, whoever asks."""
    return db.session().scalar(select(Grievance.id).where(Grievance.reference == reference)) is not None


@guard.requires(Permission.FILE_GRIEVANCE)
def refuses(reference: str) -> str:
    """Tells by its refusal that there is one."""
    abort(403 if stored(reference) else 404)


@guard.requires(Permission.FILE_GRIEVANCE)
def shows(reference: str) -> str:
    """Asks for the permission, not whose it is."""
    return shown(reference) if stored(reference) else abort(404)


@guard.requires(Permission.FILE_GRIEVANCE)
def hides(reference: str) -> str:
    """Keeps from people what is theirs."""
    abort(404)


@ONE
def test_the_check_finds_what_tells_too_much(app: Flask, session: Session, settings: Settings) -> None:
    """And what tells too little; none of the three is in the table."""
    for view in (refuses, shows, hides):
        app.add_url_rule(f"/en/{view.__name__}/<reference>", view.__name__, view)
    missing = [said.partition(" names ")[0] for said in lacking(app)]
    assert missing == ["/en/hides/<reference>", "/en/refuses/<reference>", "/en/shows/<reference>"]
    planted, named = plant(Site(app, session), settings), Named(grievances)
    found = {
        rule.endpoint: list(findings(planted, rule, named))
        for rule in rules(app)
        if names(rule) and rule.rule in missing
    }
    assert all("representative" in said for lines in found.values() for said in lines)
    assert {name: {said.split()[2] for said in lines} for name, lines in found.items()} == {
        "refuses": {"tells", "answers"},
        "shows": {"tells"},
        "hides": {"answers"},
    }
    assert "no route" in lacking(app, {"submit.gone": named})[-1]
