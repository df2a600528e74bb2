"""Whose queue holds what: exactly what each may read; nothing opened; an auditor is told no place."""

import random
from itertools import product

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests import factories
from tests.grievances import kinds
from tests.handling.acting import signed
from tests.queue.conftest import Desk, counts, numbers, page, rows
from tests.watching import statements
from webapp.clocks.rules import CALM, NEVER
from webapp.concerns.queries import taxonomy
from webapp.config import day_of, now
from webapp.grievances.models import Event, Grievance
from webapp.grievances.queries import visible_to
from webapp.grievances.rules import Status
from webapp.history.tables import ANSWERED, OPEN, Step
from webapp.people.models import Person
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.places.queries import atlas
from webapp.queue import queries
from webapp.queue.rules import Asked

PLACES = ("bannu", "khyber", "khuzdar")
SCOPES = (("bannu",), ("PK-KP",), ("khuzdar", "PK-KP"), ("PK-BA", "bannu"), ())
#: What tells of people or of the grievance's words.
TELLING = ("Synthetic", "wrote down", "11-50", "synthetic")


@pytest.fixture
def standing(session: Session) -> Session:
    """Every kind in every status in three places, with places in the queue that are often the same."""
    dice, owner = random.Random(6), factories.person(session).id
    met, today, made = kinds.gathering(session, owner), day_of(now()).toordinal(), []
    for kind, status, place in product(kinds.KINDS, Status, PLACES):
        waits = status in OPEN - ANSWERED and kind.confidentiality != "numbers_only"
        key = today + dice.randrange(-2, 3) + CALM if waits else NEVER
        again = 3 if status is Status.REOPENED and dice.random() < 0.5 else 0
        made.append({**kinds.row(kind, status, owner, met, place), "queue_key": key, "reopened": again})
    kinds.add(session, made)
    events = [
        {"grievance_id": one["id"], "at": now(), "to_status": Status.REOPENED, "codes": {"step": Step.REOPEN.value}}
        for one in made for _ in range(one["reopened"])
    ]  # fmt: skip
    session.execute(insert(Event), events)
    session.commit()
    return session


def listed(session: Session, person: Signed, asked: Asked) -> list[tuple[int, str]]:
    """Place and reference of all pages."""
    whole, topics = atlas(session), taxonomy(session)
    scope, after, found = queries.scope_of(session, person, whole, day_of(now())), None, []
    while True:
        some = queries.page(session, scope, asked, topics, after)
        found += [one.reference for one in some.states]
        after = some.next
        if after is None:
            break
    key = dict(map(tuple, session.execute(select(Grievance.reference, Grievance.queue_key))))
    return [(key[one], one) for one in found]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR, Role.PROTECTION_OFFICER, Role.AUDITOR])
def test_a_queue_holds_exactly_what_one_may_read(standing: Session, role: Role) -> None:
    """For every scope: what waits, each status; in order, none twice."""
    for scope in SCOPES if role is Role.AUDITOR else SCOPES[:-1]:
        standing.rollback()
        person = signed(factories.person(standing, role, scope))
        mine = visible_to(select(Grievance.queue_key, Grievance.reference), person)
        waits = {tuple(row) for row in standing.execute(mine.where(Grievance.queue_key < NEVER))}
        found = listed(standing, person, Asked())
        assert len(found) == len(waits)
        assert set(found) == waits
        assert [key for key, _ in found] == sorted(key for key, _ in waits)
        for status in Status:
            kept = {tuple(row) for row in standing.execute(mine.where(Grievance.status == status))}
            some = listed(standing, person, Asked(status=status))
            assert (set(some), len(some)) == (kept, len(kept)), f"{role} {scope} {status}"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR, Role.PROTECTION_OFFICER, Role.AUDITOR])
def test_counts_count_what_is_listed(standing: Session, role: Role) -> None:
    for scope in SCOPES[:-1]:
        standing.rollback()
        person = signed(factories.person(standing, role, scope))
        within = queries.scope_of(standing, person, atlas(standing), day_of(now()))
        assert queries.counts(standing, within).waiting == len(listed(standing, person, Asked()))


def test_nothing_of_other_places(desk: Desk) -> None:
    desk.file(), desk.file(district="khyber", tehsil="whole_district")
    text = page(desk.of(Role.REVIEWER, "khuzdar"))
    assert rows(text) == []
    assert set(counts(text).values()) == {"0"}
    assert len(rows(page(desk.of(Role.REVIEWER, "khyber")))) == 1


def test_no_words_are_opened_and_none_is_shown(desk: Desk) -> None:
    """Neither is the table of texts read; nor does a row tell how many people it concerns."""
    mine = desk.file(people_number="4321", groups_affected=["widows_orphans"])
    desk.take("reviewer", mine, Step.ACKNOWLEDGE, Step.NOTE)
    browser = desk.browser("reviewer")
    page(browser)  # the first one after a sign-in also says what is due
    with statements(desk.app) as said:
        text = page(browser)
    assert numbers(text) == [mine]
    assert not any(word in text for word in (*TELLING, "4321", "4,321", "Widows"))
    assert not [one for one in said if "texts" in one or "people_number" in one]
    assert len(said) < 20


def test_only_protection_officers_see_what_is_protected(desk: Desk) -> None:
    """Under its own heading, with a line on why it stands apart."""
    plain, kept = desk.file(), desk.file(confidentiality="protected")
    desk.file(confidentiality="numbers_only", narrative=None)
    text = page(desk.browser("protector"))
    assert numbers(text) == [kept]
    assert "Protected grievances" in text
    assert "They stand apart because somebody could be harmed" in text
    for name in ("reviewer", "supervisor"):
        text = page(desk.browser(name))
        assert numbers(text) == [plain]
        assert "Protected grievances" not in text


def test_the_province_alone(desk: Desk) -> None:
    """A reviewer of the district never sees what was meant for the province; its supervisor does, as the first."""
    plain, alone = desk.file(), desk.file(confidentiality="province_only")
    assert numbers(page(desk.browser("reviewer"))) == [plain]
    assert set(numbers(page(desk.browser("supervisor")))) == {plain, alone}
    assert numbers(page(desk.of(Role.SUPERVISOR, "bannu"))) == [plain]


def again(desk: Desk, reference: str, times: int) -> None:
    """Answered, and opened again by the jirga so often."""
    desk.take("reviewer", reference, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    for number in range(times):
        desk.take("owner", reference, Step.REOPEN)
        if number + 1 < times:
            desk.take(("supervisor", "second")[number], reference, Step.ANSWER_REOPENED, Step.REPORT_ACTION)


def test_an_auditor_sees_what_was_reopened_a_third_time_and_the_closed(desk: Desk) -> None:
    """No district, no filter for one, nothing of whoever filed it."""
    third, once, closed = desk.file(), desk.file(), desk.file()
    again(desk, third, 3)
    again(desk, once, 1)
    desk.take("reviewer", closed, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    desk.take("owner", closed, Step.CONFIRM)
    browser = desk.browser("auditor")
    waits, done = page(browser), page(browser, "/en/queue?status=closed")
    assert numbers(waits) == [third]
    assert numbers(done) == [closed]
    owner = desk.place.username("owner")
    for text in (waits, done):
        assert "Bannu" not in text
        assert 'name="district"' not in text
        assert owner not in text
        assert counts(text) == {"All that wait for an official": "1"}
    for refused in ("district=bannu", "whose=mine", "status=submitted", "whose=supervisor"):
        assert rows(page(browser, f"/en/queue?{refused}", 400)) == []


def test_whoever_handles_nothing_has_no_queue(desk: Desk) -> None:
    desk.file()
    for name in ("owner", "analyst", "administrator"):
        assert desk.browser(name).get("/en/queue").status_code == 403
    assert desk.app.test_client().get("/en/queue").status_code == 302


@pytest.mark.parametrize(("name", "start"), [
    ("reviewer", "/en/queue"), ("supervisor", "/en/queue"), ("protector", "/en/queue"), ("auditor", "/en/admin/audit"),
    ("analyst", "/en/summary"), ("owner", "/en/submit"),
])  # fmt: skip
def test_where_a_sign_in_leads(desk: Desk, name: str, start: str) -> None:
    person = desk.place.session.get(Person, desk.place.people[name].id)
    desk.place.session.rollback()
    assert person
    assert factories.sign_in(desk.app.test_client(), person).location == start
    browser = desk.browser(name)
    assert ('href="/en/queue"' in browser.get("/en/account").text) is (name not in ("analyst", "owner"))
