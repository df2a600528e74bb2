"""Giving out one-time codes, taking them back, and what happens when one is used. Actions flush; callers commit."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, or_, update
from sqlalchemy.orm import Session

from webapp.audit.actions import Acting
from webapp.invitations import rules
from webapp.invitations.models import Invitation
from webapp.invitations.queries import code_hash
from webapp.invitations.rules import KEPT
from webapp.orm import deleted
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.people.queries import Signed, by_id
from webapp.people.rules import Role, missing_scope
from webapp.places.rules import Atlas


class Void(Exception):
    """The code opens nothing any more: somebody else used it first, or it was taken back."""


def allowed(by: Signed, role: Role, scope: Sequence[str], atlas: Atlas) -> None:
    """Confirm that a person may invite for this role and these places; raises Unfit."""
    if not rules.may_invite(by.role, role):
        raise people.Unfit("role", "role")
    if missing_scope(role, scope):
        raise people.Unfit("scope", "scope")
    if not rules.within(scope, by.role, by.scope, atlas):
        raise people.Unfit("outside", "scope")


def invite(acting: Acting, role: Role, scope: Sequence[str], language: str) -> tuple[Invitation, str]:
    """A code for a new account, and its row; the code is told now and never again. Raises Unfit."""
    if missing_scope(role, scope):
        raise people.Unfit("scope", "scope")
    made, code = _make(acting, role, scope, language, None)
    acting.note("invited", invitation=str(made.id), role=role, scope=list(scope))
    return made, code


def reissue(acting: Acting, person: Person) -> tuple[Invitation, str]:
    """A code for the same account: its password and sign-ins end now, and what it filed is veiled from now on.

    Raises Unfit for the last account that can manage people, but for the operator.
    """
    if acting.by:
        people.keep_an_administrator(acting, person)
    revoke_for(acting, person)
    acting.session.flush()
    acting.session.refresh(person, with_for_update=True)  # a code of before may be in use just now
    person.password_hash, person.reset_at = None, acting.at
    made, code = _make(acting, person.role, person.scope, person.language, person.id)
    acting.note("code_reissued", invitation=str(made.id), person=str(person.id))
    people.end_all(acting, person.id)
    people.tell(acting, person.id, people.RESET)
    people.warn(acting, person)
    return made, code


def _make(
    acting: Acting, role: Role, scope: Sequence[str], language: str, person_id: uuid.UUID | None
) -> tuple[Invitation, str]:
    code = rules.new_code()
    made = Invitation(
        code_hash=code_hash(acting.vault, code), role=role, scope=tuple(scope), language=language,
        invited_by=acting.by, person_id=person_id, again=person_id is not None,
        created_at=acting.at, expires_at=rules.expires(acting.at),
    )  # fmt: skip
    acting.session.add(made)
    acting.session.flush()
    return made, code


def redeem(acting: Acting, invitation: Invitation, username: str, password_hash: str, language: str) -> Person:
    """Use a code: a new account, or a new password for the old one. Raises Void, and Unfit for the user name."""
    inviter = by_id(acting.session, invitation.invited_by) if invitation.invited_by else None
    if inviter and inviter.disabled_at:
        raise Void
    living = (Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    used = update(Invitation).where(*living, Invitation.expires_at > acting.at).values(used_at=acting.at)
    if acting.session.scalar(used.returning(Invitation.id)) is None:
        raise Void
    if invitation.again:
        person = _again(acting, invitation, password_hash)
    else:
        role, scope, by = invitation.role, invitation.scope, invitation.invited_by
        person = people.add(acting, username, password_hash, role, scope, language, invited_by=by, themselves=True)
        tied = update(Invitation).where(Invitation.id == invitation.id).values(person_id=person.id)
        acting.session.execute(tied)
        people.warn(acting, person)
    replace(acting, by=person.id).note("invitation_used", invitation=str(invitation.id))
    return person


def _again(acting: Acting, invitation: Invitation, password_hash: str) -> Person:
    person = by_id(acting.session, invitation.person_id) if invitation.person_id else None
    if person is None or person.disabled_at:
        raise Void
    people.set_password(replace(acting, by=person.id), person, password_hash)
    people.tell_again(acting, person.id)
    return person


def revoke(acting: Acting, invitation: Invitation) -> bool:
    """Take a code back; False when it was used or taken back before."""
    living = (Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    revoked = update(Invitation).where(*living).values(revoked_at=acting.at).returning(Invitation.id)
    if acting.session.scalar(revoked) is None:
        return False
    acting.note("invitation_revoked", invitation=str(invitation.id))
    return True


def forget_for(acting: Acting, person: Person) -> None:
    """Nothing of somebody who leaves stays with the codes they used; open ones are taken back."""
    revoke_for(acting, person)
    theirs = update(Invitation).where(Invitation.person_id == person.id)
    acting.session.execute(theirs.values(person_id=None, scope=None))


def forget(session: Session, at: datetime) -> int:
    """Remove codes that have opened nothing for long; the log keeps that there were some. How many."""
    over = func.coalesce(Invitation.used_at, Invitation.revoked_at, Invitation.expires_at)
    return deleted(session, delete(Invitation).where(over < at - KEPT))


def revoke_for(acting: Acting, person: Person) -> None:
    """Take back the codes for an account and those that it gave out."""
    theirs = or_(Invitation.person_id == person.id, Invitation.invited_by == person.id)
    living = (theirs, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    acting.session.execute(update(Invitation).where(*living).values(revoked_at=acting.at))


def revoke_every(acting: Acting) -> None:
    """Take back every code that still opens something."""
    living = (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    acting.session.execute(update(Invitation).where(*living).values(revoked_at=acting.at))
