"""What a one-time code looks like, and who may give it out to whom. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from webapp.codes import LATIN_DIGITS, random_code
from webapp.codes import read_code as read
from webapp.people.rules import INVITES, Role
from webapp.places.rules import Atlas

LENGTH = 10
#: How long a code opens.
LASTS = timedelta(days=7)
#: How long a code stays in the list after it was used, taken back, or expired.
KEPT = timedelta(days=30)
#: Characters of a code that say which guesses are counted together; the other 35 bits are the secret.
BUCKET = 3


def new_code() -> str:
    """Ten characters, 50 bits, that can be said by phone."""
    return random_code(LENGTH)


def read_code(typed: str) -> str | None:
    """The code meant by what was typed, or None."""
    return read(typed.translate(LATIN_DIGITS), LENGTH)


def may_invite(by: Role, role: Role) -> bool:
    """Whether one role gives out codes for another."""
    return role in INVITES.get(by, ())


def within(scope: Sequence[str], inviter: Role, own: tuple[str, ...], atlas: Atlas) -> bool:
    """Whether an inviter may give these places: an administrator any, others those inside their own."""
    if inviter is Role.ADMINISTRATOR:
        return True
    return all(code in own or code in atlas.in_scope(own) for code in scope)


def expires(at: datetime) -> datetime:
    """When a code given out now stops opening."""
    return at + LASTS
