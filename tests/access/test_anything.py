"""Whatever is sent to any page by anybody: no error of ours, no mark given back, nothing stored that was refused."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

import pytest
from flask import Flask, redirect, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy import delete, func, select

from tests import factories
from tests.access.anything import CHANGES, PICK, RAW, WORDS, Changes, changed, encoded, wrong
from tests.access.planted import Planted
from tests.access.site import Asker, address, names, rules
from tests.access.things import THINGS
from tests.attack.pages import Page
from tests.bulk.handing_in import KIND, enveloped
from tests.paper.test_unreadable import PIECES
from webapp.attempts.models import Attempt
from webapp.guard import public
from webapp.orm import Base
from webapp.people.rules import Role

#: Parsing is the same on both databases; what is stored through forms is tried on both elsewhere.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
FEW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FORM = "application/x-www-form-urlencoded"
#: What may be written though the answer is a refusal: the log, guesses and who is told of them, who signs in.
ANYWAY = {"audit_entries", "audit_members", "audit_seals", "attempts", "notices", "sign_ins"}


class Door(NamedTuple):
    """A page as somebody may open it."""

    asker: Asker
    address: str


class House:
    """The site, and all doors that are open for somebody; kept out of what hypothesis prints."""

    def __init__(self, planted: Planted) -> None:
        self.site = planted.site
        self.doors = [door for asker in self.site.askers for door in self._doors(planted, asker)]

    def _doors(self, planted: Planted, asker: Asker) -> list[Door]:
        found = []
        for rule in rules(self.site.app):
            if "GET" in (rule.methods or ()) and asker.may_open(self.site.app.view_functions[rule.endpoint]):
                things = THINGS[rule.endpoint].made(planted, asker) if names(rule) else None
                values = [{}] if things is None else [dict(one.values) for one in things if one.within][:3]
                found += [Door(asker, address(self.site.app, rule, one)) for one in values]
        return [door for door in found if "/exit" not in door.address]

    def forgive(self) -> None:
        """Nobody waits for guesses that are made here."""
        self.site.session.rollback()
        self.site.session.execute(delete(Attempt))
        self.site.session.commit()

    def stored(self) -> dict[str, int]:
        """Table -> rows."""
        self.site.session.rollback()
        tables = [table for name, table in Base.metadata.tables.items() if name not in ANYWAY]
        return {table.name: self.site.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.fixture
def house(planted: Planted) -> House:
    """Every kind of grievance stands in it."""
    return House(planted)


@FEW
@given(which=PICK, asked=CHANGES, form=PICK, changes=CHANGES, json=st.booleans())
def test_any_words_in_any_form(
    house: House, which: int, asked: Changes, form: int, changes: Changes, json: bool
) -> None:
    """A page is opened with some words, and one of its forms sent with right answers but for some."""
    door = house.doors[which % len(house.doors)]
    house.forgive()
    page = house.site.ask(door.asker, "GET", f"{door.address}?{encoded(changed({}, asked))}")
    assert wrong(page) == []
    forms = Page(page.text).forms if page.mimetype == "text/html" else []
    forms = [one for one in forms if "/sign-out" not in one[1]]
    if not forms:
        return
    method, action, answers = forms[form % len(forms)]
    sent, before = encoded(changed(answers, changes)), house.stored()
    where = action or door.address
    if method == "GET":
        where, sent = f"{where}?{sent}", ""
    answer = house.site.ask(door.asker, method, where, sent, json=json, kind=FORM)
    assert wrong(answer) == []
    if answer.status_code >= 400:
        assert house.stored() == before


HEADERS = (
    "Accept", "Accept-Language", "Accept-Encoding", "Cookie", "Content-Type", "Host", "If-None-Match",
    "If-Modified-Since", "Origin", "Range", "Referer", "Sec-Fetch-Site", "User-Agent", "X-Forwarded-For",
    "X-Forwarded-Host", "X-Forwarded-Proto", "X-Requested-With",
)  # fmt: skip
SAID = (
    RAW, "application/json", "en-GB,ps;q=0.9", "xx;q=nan", "multipart/form-data", "multipart/form-data; boundary=part",
    f"{FORM}; charset=utf-7", "same-origin", "null", "http://localhost", "http://[", "localhost:99999", "bytes=0-,-1",
    'W/"', "gzip;q=0, *", "session=a; language=xx; device=a.b.c; due=1", "session=; session==; =", "a" * 5000,
)  # fmt: skip
#: What a header can hold at all.
LINES = st.one_of(st.sampled_from(SAID), st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")


@FEW
@given(
    method=st.sampled_from(METHODS),
    which=PICK | WORDS,
    names=st.lists(WORDS, min_size=3, max_size=3),
    headers=st.dictionaries(st.sampled_from(HEADERS), LINES, max_size=4),
    body=st.binary(max_size=60) | st.sampled_from([b"--part\r\n", b"--part\r\nContent-Disposition: x\r\n\r\n", b"{"]),
)
def test_any_request(
    app: Flask, method: str, which: int | str, names: list[str], headers: Mapping[str, str], body: bytes
) -> None:
    """Any address, of ours or not, with any name in it, headers and cookies; nobody is signed in."""
    client, found = app.test_client(use_cookies=False), rules(app)
    if isinstance(which, int):
        spelled, rest = found[which % len(found)].rule, iter(names)
        path = re.sub("<language:lang>", "ps", spelled)
        path = re.sub("<[^>]*>", lambda _: quote(next(rest), safe="", errors="surrogatepass"), path)
    else:
        path = "/" + quote(which, safe="/", errors="surrogatepass")
    answer = client.open(path, method=method, headers={**factories.SAME_SITE, **headers}, data=body)
    assert wrong(answer) == []


@FEW
@given(pieces=st.lists(PIECES | st.binary(max_size=5), max_size=30), name=WORDS, kind=LINES)
def test_any_file_handed_in(house: House, pieces: list[bytes], name: str, kind: str) -> None:
    """Whatever a browser sends as a sheet, and whatever it calls it."""
    elder = house.site.of(Role.REPRESENTATIVE)
    named = name.replace('"', "").replace("\r", "").replace("\n", "").encode("utf-8", "replace").decode()
    answer = house.site.ask(elder, "POST", "/en/import", enveloped(b"".join(pieces), named), kind=KIND)
    assert wrong(answer) == []
    other = house.site.ask(elder, "POST", "/en/import", enveloped(b"".join(pieces), named), kind=kind)
    assert wrong(other) == []


def test_what_must_not_be_is_found(app: Flask) -> None:
    """A page that breaks, one that gives words back as they came, one that leads wherever it is told."""
    views = {
        "breaks": lambda: 1 / 0,
        "repeats": lambda: f"<p>{request.args['word']}",
        "leads": lambda: redirect(request.args["word"]),
        "is-right": lambda: f"<p>{escape(request.args['word'])}",
    }
    for name, view in views.items():
        app.add_url_rule(f"/en/{name}", name, public(view))
    found = {name: wrong(app.test_client().get(f"/en/{name}?{encoded([('word', RAW)])}")) for name in views}
    assert {name for name, said in found.items() if said} == {"breaks", "repeats", "leads"}
