"""A one-time code opens once; whatever opens nothing is answered alike, as fast, and not without end."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import SAME_SITE
from tests.join.conftest import Newcomer
from tests.watching import rows, statements, stored
from webapp.codes import grouped
from webapp.invitations.models import Invitation
from webapp.people.models import Person
from webapp.people.rules import Role

#: Ten characters of which no code was given out, beginning unlike any other here.
UNKNOWN = "0000000000"
MALFORMED = "not-a-code"


def said(answer: TestResponse, code: str) -> tuple[int, str]:
    """Status and body, but for the address in its links."""
    return answer.status_code, answer.text.replace(code, "CODE")


def void(session: Session, newcomer: Newcomer) -> dict[str, str]:
    """A code of each kind that opens nothing."""
    codes = {kind: factories.invite(session) for kind in ("used", "expired", "revoked")}
    assert newcomer.take(codes["used"]).status_code == 303
    made = {one.id: one for one in rows(session, Invitation)}
    used = next(one.id for one in made.values() if one.used_at)
    expired, revoked = (one for one in made if one != used)
    long_ago = next(iter(made.values())).created_at - timedelta(days=8)
    session.execute(update(Invitation).where(Invitation.id == expired).values(expires_at=long_ago))
    session.execute(update(Invitation).where(Invitation.id == revoked).values(revoked_at=long_ago))
    session.commit()
    return {**codes, "unknown": UNKNOWN, "malformed": MALFORMED}


def test_a_code_makes_one_account(newcomer: Newcomer, session: Session) -> None:
    inviter = factories.person(session, Role.SUPERVISOR, ("PK-KP",))
    code = factories.invite(session, Role.REVIEWER, ("bannu", "lakki-marwat"), by=inviter)
    assert "Reviewer" in newcomer.open(code).text
    assert newcomer.take(code).location == "/en/sign-in?joined=yes"
    made = next(one for one in rows(session, Person) if one.username == "newcomer")
    assert (made.role, made.scope, made.invited_by) == (Role.REVIEWER, ("bannu", "lakki-marwat"), inviter.id)
    assert newcomer.signs_in("newcomer")
    assert newcomer.take(code, "another-name").status_code == 404
    assert len(rows(session, Person)) == 2


def test_every_code_that_opens_nothing_is_answered_alike(app: Flask, newcomer: Newcomer, session: Session) -> None:
    codes = void(session, newcomer)
    for ask in (newcomer.open, newcomer.take):
        answers, counts = {}, {}
        for kind, code in codes.items():
            with statements(app) as seen:
                answers[kind] = said(ask(code), code)
            counts[kind] = len(seen)
        assert len(set(answers.values())) == 1, {kind: answer[1][-300:] for kind, answer in answers.items()}
        assert answers["unknown"][0] == 404
        assert len(set(counts.values())) == 1, counts
    assert newcomer.open(factories.invite(session)).status_code == 200


def test_json_is_answered_alike_too(newcomer: Newcomer, session: Session) -> None:
    answers = [newcomer.open(code, Accept="application/json") for code in void(session, newcomer).values()]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1


@pytest.mark.parametrize(("seconds", "opens"), [(7 * 86_400 - 1, True), (7 * 86_400, False)])
def test_a_code_lasts_seven_days(newcomer: Newcomer, session: Session, clock: Clock, seconds: int, opens: bool) -> None:
    code = factories.invite(session)
    clock.forward(seconds=seconds)
    assert (newcomer.open(code).status_code, newcomer.take(code).status_code) == ((200, 303) if opens else (404, 404))


def test_a_code_that_lapses_while_the_form_is_typed(newcomer: Newcomer, session: Session, clock: Clock) -> None:
    code = factories.invite(session)
    assert newcomer.open(code).status_code == 200
    clock.forward(days=7)
    assert newcomer.take(code).status_code == 404
    assert rows(session, Person) == []


def test_a_code_may_be_typed_as_people_do(newcomer: Newcomer, app: Flask, session: Session) -> None:
    browser = app.test_client()
    for number in range(40):
        code = factories.invite(session)
        if "0" in code and "1" in code and number >= 3:
            break
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    urdu = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    looks = code.replace("0", "O").replace("1", "l")
    for typed in (code, code.lower(), grouped(code), f"  {grouped(code, 2)} ", " ".join(code), arabic, urdu, looks):
        leads = browser.post("/en/join", data={"code": typed}, headers=SAME_SITE).location
        assert leads == f"/en/join/{code}", typed
        assert newcomer.open(typed.strip()).status_code == 200, typed


@pytest.mark.parametrize(
    "typed", ["A/B", "..", "/", "ABCDEFGHJKM", "ABCDEFGHJ", "ABCDEFGHJU", "پښتو", "a\x00b", "?x=#y"]
)
def test_what_is_no_code_leads_to_the_same_page(newcomer: Newcomer, app: Flask, typed: str) -> None:
    browser = app.test_client()
    wanted = newcomer.open(UNKNOWN).text.replace(UNKNOWN, "")
    answer = browser.post("/en/join", data={"code": typed}, headers=SAME_SITE, follow_redirects=True)
    assert answer.status_code == 404
    main = re.compile("<main.*</main>", re.DOTALL)
    assert main.findall(answer.text) == main.findall(wanted)


def test_nothing_typed_is_said_at_its_field(app: Flask) -> None:
    answer = app.test_client().post("/en/join", data={"code": ""}, headers=SAME_SITE)
    assert (answer.status_code, "Please answer this question" in answer.text) == (422, True)


def test_guesses_wait_and_nothing_is_looked_at_meanwhile(newcomer: Newcomer, session: Session, clock: Clock) -> None:
    code = factories.invite(session)
    wrong = code[:3] + ("0000000" if code[3:] != "0000000" else "1111111")
    assert [newcomer.open(wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    held = newcomer.open(code)
    assert (held.status_code, held.headers["Retry-After"]) == (429, "1")
    assert "1 seconds" in held.text
    assert newcomer.take(code).status_code == 429
    assert rows(session, Person) == []
    clock.forward(seconds=1)
    assert newcomer.take(code).status_code == 303


@pytest.mark.parametrize("kind", ["used", "expired", "revoked", "unknown", "malformed"])
def test_each_kind_waits_alike(newcomer: Newcomer, session: Session, clock: Clock, kind: str) -> None:
    code = void(session, newcomer)[kind]
    waits = []
    for _ in range(9):
        while (answer := newcomer.open(code)).status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            clock.forward(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 30]


def test_guesses_elsewhere_delay_nobody(newcomer: Newcomer, session: Session, clock: Clock) -> None:
    code = factories.invite(session)
    other = ("1" if code[0] == "0" else "0") + code[1:]
    for guess in (other, MALFORMED):
        while newcomer.open(guess).status_code != 429:
            pass
    assert newcomer.open(code).status_code == 200
    assert newcomer.take(code).status_code == 303


def test_only_a_hash_is_stored(newcomer: Newcomer, session: Session) -> None:
    code = factories.invite(session)
    newcomer.open(code)
    newcomer.take(code)
    newcomer.take(code)
    held = stored(session)
    for trace in (code, code.lower(), grouped(code), code.encode().hex()):
        assert trace not in held
    assert "newcomer" in held, "the scan sees what is there"
