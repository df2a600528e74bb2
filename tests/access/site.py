"""The site as everyone meets it: one browser for each role and for a stranger, and every address that there is."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPMethod
from itertools import product
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import factories
from webapp.guard import SAFE
from webapp.people.models import Person
from webapp.people.rules import SCOPE_OPTIONAL, Permission, Role, may

#: One district, and another province as a whole.
SCOPE = ("bannu", "PK-BA")


class Asker(NamedTuple):
    """Who asks; a stranger has no account."""

    name: str
    person: Person | None = None

    def may_open(self, view: Any) -> bool:
        """Whether the marks of the view and the table of roles let them in."""
        if not hasattr(view, "permission"):
            return False
        permission: Permission | None = view.permission
        return permission is None or (self.person is not None and may(self.person.role, permission))


STRANGER = Asker("a stranger")
#: The names of nothing, by the kind of number that an address takes.
NO_ID = "00000000-0000-4000-8000-000000000000"
NOTHING = {"uuid": NO_ID, "int": "2147483647"}
ARGUMENT = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")


class Site:
    """The site, its database, and who asks."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.askers = [STRANGER, *(self._asker(role, SCOPE) for role in Role)]
        self.askers += [self._asker(role, ()) for role in Role if role in SCOPE_OPTIONAL]
        self._browsers: dict[str, FlaskClient] = {}

    def _asker(self, role: Role, scope: tuple[str, ...]) -> Asker:
        name = f"{role.value} of {' and '.join(scope) or 'all places'}"
        return Asker(name, factories.person(self.session, role, scope))

    def of(self, role: Role) -> Asker:
        """The first asker of a role."""
        return next(asker for asker in self.askers if asker.person and asker.person.role is role)

    def ask(
        self, asker: Asker, method: str, address: str, form: Any = None, *, json: bool = False, kind: str | None = None
    ) -> TestResponse:
        """The answer; whoever signed out, or was signed out, by a request before signs in again.

        `form` may be the body itself, of the content type `kind`.
        """
        answer = self._ask(asker, method, address, form, json, kind)
        if asker.person and (sent_to_sign_in(answer) or answer.status_code == 401):
            self._browsers.pop(asker.name)
            answer = self._ask(asker, method, address, form, json, kind)
        if "Clear-Site-Data" in answer.headers:
            self._browsers.pop(asker.name)
        return answer

    def _ask(self, asker: Asker, method: str, address: str, form: Any, json: bool, kind: str | None) -> TestResponse:
        headers = factories.JSON if json else factories.SAME_SITE
        data = None if method in SAFE else form
        return self._browser(asker).open(address, method=method, data=data, headers=headers, content_type=kind)

    def _browser(self, asker: Asker) -> FlaskClient:
        if asker.name not in self._browsers:
            self._browsers[asker.name] = self.app.test_client()
            self._browsers[asker.name].get("/en/")  # which sets the cookie of the language, once
            if asker.person:
                answer = factories.sign_in(self._browsers[asker.name], asker.person)
                assert answer.status_code == 303, f"{asker.name} cannot sign in: {answer.text}"
                self._browsers[asker.name].get("/en/account")  # the first page says what is due, once
        return self._browsers[asker.name]


def sent_to_sign_in(answer: TestResponse) -> bool:
    """Whether the answer leads to the page for signing in."""
    return 300 <= answer.status_code < 400 and answer.headers["Location"].partition("?")[0].endswith("/sign-in")


def rules(app: Flask) -> list[Rule]:
    """Every rule of the site but that of static files."""
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda one: one.rule)


def names(rule: Rule) -> set[str]:
    """The arguments by which the address of a rule names a single thing."""
    return set(rule.arguments) - {"lang", *_words(rule)}


def _words(rule: Rule) -> dict[str, str]:
    """Arguments that are one of a few words, with the first of these."""
    return {name: words.partition(",")[0] for kind, words, name in ARGUMENT.findall(rule.rule) if kind == "any"}


def nothing(rule: Rule) -> dict[str, str]:
    """Arguments with which the address of a rule names nothing."""
    kinds = {name: kind for kind, _, name in ARGUMENT.findall(rule.rule)}
    return {name: NOTHING.get(kinds[name], "0000000000") for name in names(rule)}


def address(app: Flask, rule: Rule, values: Mapping[str, str], language: str = "en") -> str:
    """The address of a rule, for a thing with these names."""
    spoken = _words(rule) | ({"lang": language} if "lang" in rule.arguments else {})
    return app.url_map.bind("localhost").build(rule.endpoint, {**spoken, **values})


def addresses(app: Flask, rule: Rule) -> Iterator[str]:
    """Every spelling of the address of a rule, for nothing."""
    words = [(name, words.split(",")) for kind, words, name in ARGUMENT.findall(rule.rule) if kind == "any"]
    for chosen in product(*(spelled for _, spelled in words)):
        said = dict(zip((name for name, _ in words), (word.strip() for word in chosen), strict=True))
        yield address(app, rule, {**nothing(rule), **said})


def asked(rule: Rule) -> Iterator[tuple[str, bool]]:
    """Method and whether JSON is wanted, for everything that a rule answers."""
    for method in sorted(rule.methods or ()):
        yield method, False
        if method in (HTTPMethod.GET, HTTPMethod.POST):
            yield method, True
