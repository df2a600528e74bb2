"""Setting the second factor up, its recovery codes, doing without it, and having it taken away when it is lost."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import PASSWORD, SAME_SITE, digits, give_code
from tests.watching import rows, stored
from webapp.factors import actions as factors
from webapp.factors.models import Factor, RecoveryCode
from webapp.people.models import Person
from webapp.people.rules import Role

CODE = re.compile(r'<bdi class="code small" dir="ltr" lang="en" translate="no">([^<]+)</bdi>')
MY_PASSWORD = {"password": PASSWORD}


def set_up(client: FlaskClient, clock: Clock) -> tuple[str, list[str]]:
    """Set a second factor up through the page; its secret and the recovery codes."""
    if 'name="password"' in client.get("/en/account/factor").text:
        assert proven(client).location == "/en/account/factor"
    secret = shown_secret(client)
    answer = switch_on(client, digits(secret, clock.at))
    assert answer.status_code == 200, answer.text
    return secret, CODE.findall(answer.text)


def proven(client: FlaskClient, password: str = PASSWORD, **more: str) -> TestResponse:
    """Type the password, after which the secret is shown."""
    return client.post("/en/account/factor", data={"password": password, **more}, headers=SAME_SITE)


def switch_on(client: FlaskClient, code: str) -> TestResponse:
    """Send the first code, which puts the factor in force."""
    return client.post("/en/account/factor", data={"code": code}, headers=SAME_SITE)


def shown_secret(client: FlaskClient) -> str:
    """The secret as the page shows it."""
    (shown,) = CODE.findall(client.get("/en/account/factor").text)
    return shown.replace(" ", "").replace("-", "")


def post(client: FlaskClient, page: str, password: str = PASSWORD) -> TestResponse:
    """Send one of the forms of the factor's page."""
    return client.post(f"/en/account/factor/{page}", data={"password": password}, headers=SAME_SITE)


def comes_in(app: Flask, someone: Person, code: str) -> bool:
    """Whether password and code let a new browser in."""
    browser = app.test_client()
    assert factories.sign_in(browser, someone).location == "/en/sign-in/code"
    return give_code(browser, code).status_code == 303


def test_one_secret_is_shown_in_three_ways(at_home: FlaskClient, session: Session, elder: Person) -> None:
    proven(at_home)
    page = at_home.get("/en/account/factor").text
    secret = factories.secret(session, elder)
    (link,) = re.findall(r'href="(otpauth://[^"]+)"', page)
    assert f"secret={secret}" in html.unescape(link)
    assert "elder" in link
    assert page.index(link) < page.index('<div class="picture"><svg'), "whoever has the app here need not look on"
    assert shown_secret(at_home) == secret, "a page loaded twice fits the app that read it first"


def test_two_pages_at_once_show_one_secret(strict: Flask, session: Session) -> None:
    someone, first, gate = factories.person(session, Role.ANALYST, ()), strict.test_client(), Barrier(4, timeout=20)
    factories.sign_in(first, someone)
    (cookie,) = (found for found in [first.get_cookie("session")] if found)

    def one(browser: FlaskClient) -> str:
        browser.set_cookie("session", cookie.value)
        gate.wait()
        return shown_secret(browser)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, [strict.test_client() for _ in range(4)]))) == 1
    assert len(rows(session, Factor)) == 1


def test_a_wrong_code_switches_nothing_on(at_home: FlaskClient, session: Session, elder: Person, clock: Clock) -> None:
    proven(at_home)
    secret = shown_secret(at_home)
    for typed in ("", "000000" if digits(secret, clock.at) != "000000" else "111111"):
        answer = switch_on(at_home, typed)
        assert (answer.status_code, 'name="code"' in answer.text) == (422, True)
    assert factories.again(session, elder).factor_at is None
    assert shown_secret(at_home) == secret
    assert switch_on(at_home, digits(secret, clock.at)).status_code == 200


def test_an_open_phone_shows_no_secret(
    app: Flask, at_home: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    """Whoever finds one cannot keep its person out, nor learn what the person will set up: the password comes first."""
    for password, said in (("", "Please answer"), ("not the pass phrase", "This is not your password")):
        answer = proven(at_home, password)
        assert (answer.status_code, said in answer.text) == (422, True)
    for page in (at_home.get("/en/account/factor"), switch_on(at_home, "000000")):
        assert 'name="password"' in page.text
        assert CODE.findall(page.text) == []
    assert rows(session, Factor) == []
    assert proven(at_home, next="/ur/account").location == "/en/account/factor?next=/ur/account"
    secret = shown_secret(at_home)
    clock.forward(minutes=11)
    late = switch_on(at_home, digits(secret, clock.at))
    assert (late.status_code, CODE.findall(late.text)) == (422, [])
    assert CODE.findall(at_home.get("/en/account/factor").text) == []
    assert factories.again(session, elder).factor_at is None
    assert factories.sign_in(app.test_client(), elder).location == "/en/submit"
    new, _ = set_up(at_home, clock)
    assert new != secret, "one that was left on an open page is not what counts"
    assert factories.again(session, elder).factor_at == clock.at


def test_guesses_at_the_password_wait(at_home: FlaskClient, session: Session, clock: Clock) -> None:
    """Together with those at the other forms of the account; what was typed never comes back."""
    answers = [proven(at_home, "not the pass phrase") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert not any("not the pass phrase" in answer.text for answer in answers)
    assert proven(at_home).status_code == 429
    assert at_home.post("/en/account/leave", data=MY_PASSWORD, headers=SAME_SITE).status_code == 429
    assert rows(session, Factor) == []
    clock.forward(seconds=1)
    assert proven(at_home).status_code == 303


def test_an_official_on_the_way_in_is_not_asked_twice(strict: Flask, session: Session, clock: Clock) -> None:
    """For ten minutes after the password, while nothing else opens; then the page asks them too."""
    someone, browser = factories.person(session, Role.ANALYST, ()), strict.test_client()
    for minutes, status in ((11, 422), (9, 200)):
        factories.sign_in(browser, someone)
        secret = shown_secret(browser)
        clock.forward(minutes=minutes)
        late = switch_on(browser, digits(secret, clock.at))
        assert (late.status_code, 'name="password"' in late.text) == (status, status == 422)
        if status == 422:
            assert proven(browser, "not the pass phrase").status_code == 422
            assert proven(browser).status_code == 303
            assert shown_secret(browser) != secret
            assert factories.again(session, someone).factor_at is None
    assert factories.again(session, someone).factor_at == clock.at


def test_it_is_asked_for_from_then_on(app: Flask, at_home: FlaskClient, elder: Person, clock: Clock) -> None:
    secret, codes = set_up(at_home, clock)
    assert len(set(codes)) == 10
    assert at_home.get("/en/submit").status_code == 200
    assert not comes_in(app, elder, digits(secret, clock.at)), "the code that switched it on is spent"
    clock.forward(seconds=30)
    assert comes_in(app, elder, digits(secret, clock.at))
    assert secret not in at_home.get("/en/account/factor").text.replace(" ", "")
    again = switch_on(at_home, digits(secret, clock.at))
    assert CODE.findall(again.text) == [], "recovery codes are shown once"


def test_secret_and_codes_are_not_in_the_database(at_home: FlaskClient, session: Session, clock: Clock) -> None:
    secret, codes = set_up(at_home, clock)
    held = stored(session)
    for trace in (secret, secret.lower(), secret.encode().hex(), *codes, *(code.replace("-", "") for code in codes)):
        assert trace not in held
    assert (len(rows(session, Factor)), len(rows(session, RecoveryCode))) == (1, 10)


def test_a_recovery_code_is_good_once_in_any_spelling(
    app: Flask, at_home: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    _, codes = set_up(at_home, clock)
    urdu = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    spelled = [codes[0], codes[1].lower(), codes[2].replace("-", " "), codes[3].translate(urdu), " ".join(codes[4])]
    for typed in spelled:
        assert comes_in(app, elder, typed)
    assert not any(comes_in(app, elder, typed) for typed in spelled[:2])
    assert "Recovery codes left: <bdi>5</bdi>" in at_home.get("/en/account").text
    assert sum(1 for one in rows(session, RecoveryCode) if one.used_at) == 5


def test_a_recovery_code_at_once_is_good_once(app: Flask, at_home: FlaskClient, elder: Person, clock: Clock) -> None:
    _, codes = set_up(at_home, clock)
    gate = Barrier(3, timeout=20)
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        factories.sign_in(browser, elder)

    def one(browser: FlaskClient) -> int:
        gate.wait()
        return give_code(browser, codes[0]).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(one, browsers)) == [303, 422, 422]


def test_codes_of_somebody_else_open_nothing(app: Flask, session: Session, elder: Person, clock: Clock) -> None:
    other = factories.person(session)
    browsers = [app.test_client() for _ in "ab"]
    kept = []
    for browser, someone in zip(browsers, (elder, other), strict=True):
        factories.sign_in(browser, someone)
        kept.append(set_up(browser, clock))
    clock.forward(seconds=30)
    (secret, codes), _ = kept
    assert not comes_in(app, other, codes[0])
    assert not comes_in(app, other, digits(secret, clock.at))
    assert comes_in(app, elder, codes[0])


def test_new_recovery_codes_replace_the_old(app: Flask, at_home: FlaskClient, elder: Person, clock: Clock) -> None:
    _, old = set_up(at_home, clock)
    assert post(at_home, "recovery", "not the pass phrase").status_code == 422
    new = CODE.findall(post(at_home, "recovery").text)
    assert len(set(new) - set(old)) == 10
    assert (comes_in(app, elder, old[0]), comes_in(app, elder, new[0])) == (False, True)


def test_a_representative_may_do_without(at_home: FlaskClient, session: Session, elder: Person, clock: Clock) -> None:
    assert (post(at_home, "remove").status_code, post(at_home, "recovery").status_code) == (404, 404)
    first, _ = set_up(at_home, clock)
    assert post(at_home, "remove", "not the pass phrase").status_code == 422
    assert post(at_home, "remove").location == "/en/account"
    assert (rows(session, Factor), rows(session, RecoveryCode)) == ([], [])
    assert factories.sign_in(at_home, elder).location == "/en/submit"
    assert set_up(at_home, clock)[0] != first


def test_an_official_may_not_where_it_is_required(strict: Flask, session: Session, clock: Clock) -> None:
    for role in Role:
        someone, browser = factories.person(session, role), strict.test_client()
        factories.sign_in(browser, someone)
        set_up(browser, clock)
        official = role is not Role.REPRESENTATIVE
        assert ("factor/remove" in browser.get("/en/account/factor").text) is not official
        assert post(browser, "remove").status_code == (404 if official else 303)
        assert bool(factories.again(session, someone).factor_at) is official


def test_a_lost_one_is_taken_away_and_told(
    client: FlaskClient, at_home: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    set_up(at_home, clock)
    factors.reset(factories.operator(session), factories.again(session, elder))
    session.commit()
    assert at_home.get("/en/submit").status_code == 302
    assert (rows(session, Factor), rows(session, RecoveryCode)) == ([], [])
    answer = factories.sign_in(client, elder)
    assert answer.location == "/en/account/notices"
    assert "took away the second factor" in client.get(answer.location).text


def test_a_secret_of_another_sign_in_is_not_shown(
    app: Flask, at_home: FlaskClient, elder: Person, clock: Clock
) -> None:
    """Whoever signed in before, with the first code or a stolen password, knows nothing of what is set up now."""
    proven(at_home)
    before = shown_secret(at_home)
    clock.forward(minutes=1)
    later = app.test_client()
    factories.sign_in(later, elder)
    proven(later)
    mine = shown_secret(later)
    assert mine != before
    assert CODE.findall(at_home.get("/en/account/factor").text) == []
    assert switch_on(later, digits(before, clock.at)).status_code == 422
    assert switch_on(later, digits(mine, clock.at)).status_code == 200
