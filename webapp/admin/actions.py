"""What an administrator does to an account in one go, over several nouns. Actions flush; callers commit."""

from collections.abc import Sequence

from webapp.audit.actions import Acting
from webapp.invitations import actions as invitations
from webapp.invitations.models import Invitation
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.uploads.actions import forget


def change(acting: Acting, person: Person, role: Role, scope: Sequence[str]) -> None:
    """Another role or other places; what was given out under those of before opens nothing. Raises Unfit."""
    scope = person.scope if set(scope) == set(person.scope) else scope  # another order is no change
    other = (role, tuple(scope)) != (person.role, person.scope)
    people.change(acting, person, role, scope)
    if other:
        invitations.revoke_for(acting, person)
        forget(acting.session, person.id, acting.at)


def disable(acting: Acting, person: Person) -> None:
    """Close an account with all that is open of it; twice is once. Raises Unfit."""
    if person.disabled_at is None:
        people.disable(acting, person)
        invitations.revoke_for(acting, person)
        forget(acting.session, person.id, acting.at)


def enable(acting: Acting, person: Person) -> None:
    """Open an account again; twice is once."""
    if person.disabled_at is not None:
        people.enable(acting, person)


def renew(acting: Acting, person: Person) -> tuple[Invitation, str]:
    """A code for a new password of the same account, and the end of all that is open of it; raises Unfit."""
    if person.disabled_at:
        raise people.Unfit("disabled")
    made, code = invitations.reissue(acting, person)
    forget(acting.session, person.id, acting.at)
    return made, code
