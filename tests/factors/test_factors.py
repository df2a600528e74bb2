"""The arithmetic of one-time passwords against RFC 6238, and a secret that opens in its own row alone."""

import base64
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.watching import rows
from webapp.factors import queries, rules
from webapp.factors.models import Factor
from webapp.sealed import unopened
from webapp.vault import CannotOpen

#: RFC 6238, appendix B: the shared secret, and the last six digits at these seconds.
SECRET = base64.b32encode(b"12345678901234567890").decode()
KNOWN = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


@pytest.mark.parametrize(("second", "code"), list(KNOWN.items()))
def test_published_codes(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert rules.counter_of(SECRET, code, at, 0) == second // 30
    assert rules.counter_of(SECRET, code, at, second // 30) is None, "spent"
    for other in (code[:-1], code + "0", code[::-1] + "x", ""):
        assert rules.counter_of(SECRET, other, at, 0) is None


def test_an_earlier_code_is_spent_by_a_later_one() -> None:
    at = datetime.fromtimestamp(1111111111, UTC)
    now, before = rules.counter_of(SECRET, "050471", at, 0), rules.counter_of(SECRET, "081804", at, 0)
    assert now is not None
    assert before == now - 1
    assert rules.counter_of(SECRET, "081804", at, now) is None


def test_recovery_codes_and_secrets_are_new() -> None:
    codes = rules.new_recovery_codes() + rules.new_recovery_codes()
    assert len(set(codes)) == 20
    assert len({rules.new_secret() for _ in range(20)}) == 20
    assert len(base64.b32decode(rules.new_secret())) == 20
    assert rules.read_recovery_code("abcde-fghj0") == "ABCDEFGHJ0"


def test_a_secret_opens_in_its_own_row_alone(session: Session) -> None:
    mine, other = (factories.person(session) for _ in "ab")
    for someone in (mine, other):
        factories.factor(session, someone)
    assert list(unopened(session, factories.VAULT, queries.SEALED)) == []
    sealed = {one.person_id: one.sealed for one in rows(session, Factor)}
    session.execute(update(Factor).where(Factor.person_id == other.id).values(sealed=sealed[mine.id]))
    session.commit()
    with pytest.raises(CannotOpen):
        queries.secret_of(session, factories.VAULT, other.id)
    assert list(unopened(session, factories.VAULT, queries.SEALED)) == [other.id]
