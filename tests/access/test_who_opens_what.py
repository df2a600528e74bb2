"""Route x role: every address answers everyone as the mark of its view and the table of roles say."""

import enum
from collections import defaultdict
from http import HTTPMethod

import pytest
from flask import Flask, abort
from werkzeug.test import TestResponse

from tests.access.site import Asker, Site, address, addresses, asked, names, nothing, rules, sent_to_sign_in
from webapp import guard
from webapp.guard import SAFE
from webapp.people.rules import Permission, Role, may

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


class Outcome(enum.StrEnum):
    """How an answer receives whoever asks."""

    OPENS = "opens"
    SENT = "sends to sign-in"
    UNKNOWN = "401"
    FORBIDDEN = "403"
    BROKEN = "breaks"


def outcome(answer: TestResponse) -> Outcome:
    """Not found, or a form with mistakes, is an open door with nothing behind it."""
    if answer.status_code >= 500:
        return Outcome.BROKEN
    if sent_to_sign_in(answer):
        return Outcome.SENT
    return {401: Outcome.UNKNOWN, 403: Outcome.FORBIDDEN}.get(answer.status_code, Outcome.OPENS)


def expected(view: object, asker: Asker, method: str, *, json: bool) -> set[Outcome]:
    """What the view is marked with decides, and nothing else."""
    if asker.may_open(view):
        leads = getattr(view, "permission", None) is None or method not in SAFE
        return {Outcome.OPENS, Outcome.SENT} if leads else {Outcome.OPENS}
    if asker.person or not hasattr(view, "permission"):
        return {Outcome.FORBIDDEN}
    return {Outcome.SENT} if method in SAFE and not json else {Outcome.UNKNOWN}


def findings(site: Site, start: str = "/") -> list[str]:
    """Every answer that is not the expected one, of the rules that start so."""
    wrong = []
    for rule in [one for one in rules(site.app) if one.rule.startswith(start)]:
        view = site.app.view_functions[rule.endpoint]
        where = address(site.app, rule, nothing(rule))
        for method, json in asked(rule):
            for asker in site.askers:
                wanted = expected(view, asker, method, json=json)
                got = outcome(site.ask(asker, method, where, json=json))
                if got not in wanted:
                    kind = "JSON" if json else "page"
                    wrong.append(f"{method} {where} ({kind}) {got} for {asker.name}, not {' or '.join(wanted)}")
    return wrong


def test_every_route_for_every_role(site: Site) -> None:
    assert findings(site) == []


@ONE
def test_pages_open_for_those_who_hold_the_permission(site: Site) -> None:
    """An open door leads somewhere: of the pages behind one permission, one at least is shown."""
    pages = defaultdict(list)
    for rule in rules(site.app):
        permission = getattr(site.app.view_functions[rule.endpoint], "permission", None)
        halfway = permission is Permission.GIVE_CODE  # whose page is for half a sign-in: tests/account
        if permission and not halfway and HTTPMethod.GET in (rule.methods or ()) and not names(rule):
            pages[permission].append(address(site.app, rule, {}))
    shut = [
        f"{asker.name}, {permission}"
        for permission, addresses in pages.items()
        for asker in site.askers
        if asker.person and may(asker.person.role, permission)
        if all(site.ask(asker, "GET", where).status_code != 200 for where in addresses)
    ]
    assert pages
    assert shut == []


@ONE
def test_what_an_address_does_not_take(site: Site) -> None:
    """Other methods are refused, whoever asks."""
    taken = defaultdict(set)
    for rule in rules(site.app):
        for where in addresses(site.app, rule):
            taken[where] |= rule.methods or set()
    others = {where: {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods for where, methods in taken.items()}
    answers = {
        (method, where): site.ask(asker, method, where).status_code
        for where, methods in others.items()
        for method in methods
        for asker in (site.askers[0], site.of(Role.ADMINISTRATOR))
    }
    assert {asked: status for asked, status in answers.items() if status != 405} == {}


@ONE
def test_the_matrix_finds_a_route_that_answers_otherwise(site: Site) -> None:
    """Refusing whom it should let in, or breaking; one that nobody marked is closed."""

    @guard.requires(Permission.FILE_GRIEVANCE)
    def shut() -> str:
        abort(403)

    @guard.public
    def breaks() -> str:
        raise ZeroDivisionError

    for view in (shut, breaks):
        site.app.add_url_rule(f"/en/{view.__name__}", view.__name__, view)
    site.app.add_url_rule("/en/forgotten", "forgotten", lambda: "open")
    found = findings(site, "/en/")
    assert {line.partition(" of ")[0] for line in found if "/en/shut" in line} == {
        f"{asked} 403 for representative"
        for asked in ("GET /en/shut (page)", "GET /en/shut (JSON)", "HEAD /en/shut (page)")
    }
    assert len({line for line in found if "GET /en/breaks" in line}) == 2 * len(site.askers)
    assert [line for line in found if "/en/shut" not in line and "/en/breaks" not in line] == []


@ONE
def test_the_matrix_finds_a_guard_that_sleeps(app: Flask, site: Site) -> None:
    """Without the guard every page of a permission is open to strangers."""
    app.before_request_funcs[None].remove(guard.enforce)
    app.add_url_rule("/en/forgotten", "forgotten", lambda: "open")
    found = findings(site, "/en/")
    assert any("GET /en/submit" in line and "a stranger" in line for line in findings(site, "/<language:lang>/submit"))
    assert any("GET /en/forgotten" in line and "representative" in line for line in found)
