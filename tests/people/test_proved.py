"""The password typed once more opens what was written to a jirga, for ten minutes."""

from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from webapp.people import actions, rules
from webapp.people.queries import Signed, signed_in


def test_typing_the_password_once_more(session: Session, clock: Clock) -> None:
    """It opens for ten minutes, in this sign-in alone; one that is over stays over."""
    someone = factories.person(session)
    one, other = (actions.sign_in(factories.operator(session), someone, own_phone=True) for _ in range(2))
    assert rules.proved(signed(session, one).proved_at, clock.at)
    clock.forward(minutes=10)
    assert not rules.proved(signed(session, one).proved_at, clock.at)
    actions.prove(factories.operator(session), signed(session, one).session_id)
    assert rules.proved(signed(session, one).proved_at, clock.forward(seconds=599))
    assert not rules.proved(signed(session, one).proved_at, clock.forward(seconds=1))
    assert signed(session, other).proved_at == signed(session, other).started_at
    assert not rules.proved(None, clock.at)


def signed(session: Session, token: str) -> Signed:
    """Whose sign-in it is, as every page asks."""
    found = signed_in(session, token, factories.now())
    assert found is not None
    return found
