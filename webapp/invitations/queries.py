"""Reading one-time codes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.invitations.models import Invitation
from webapp.invitations.rules import BUCKET, read_code
from webapp.people.models import Person
from webapp.vault import Vault

#: Codes on one page of the list.
PAGE = 20


@dataclass(frozen=True)
class Listed:
    """One line of the list: the code's row, the account it is for or made, and who gave it out."""

    invitation: Invitation
    username: str | None
    inviter: str | None

    def state(self, at: datetime) -> str:
        """open, used, revoked or expired."""
        one = self.invitation
        if one.used_at or one.revoked_at:
            return "used" if one.used_at else "revoked"
        return "open" if at < one.expires_at else "expired"


def code_hash(vault: Vault, code: str) -> bytes:
    """What is stored of a code."""
    return vault.fingerprint(code, purpose="invitation")


def bucket(vault: Vault, typed: str) -> bytes:
    """Which guesses at codes are counted together: those that begin alike; what is no code has a place of its own."""
    return vault.fingerprint((read_code(typed) or "")[:BUCKET], purpose="attempts at invitations")


def by_code(session: Session, vault: Vault, typed: str, at: datetime) -> Invitation | None:
    """The living code that was typed. Used, revoked, expired, unknown and damaged ones all take the same way."""
    hashed = code_hash(vault, read_code(typed) or "")
    found = session.scalars(select(Invitation).where(Invitation.code_hash == hashed)).one_or_none()
    if found is None or found.used_at or found.revoked_at or found.expires_at <= at:
        return None
    return found


def listed(
    session: Session, *, invited_by: uuid.UUID | None = None, before: datetime | None = None
) -> tuple[list[Listed], bool]:
    """A page of codes, the newest on top, and whether older ones follow; all, or those that one person gave out."""
    inviter = Person.__table__.alias("inviter")
    query = (
        select(Invitation, Person.username, inviter.c.username)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .outerjoin(inviter, inviter.c.id == Invitation.invited_by)
        .order_by(Invitation.created_at.desc())
        .limit(PAGE + 1)
    )
    if invited_by:
        query = query.where(Invitation.invited_by == invited_by)
    if before:
        query = query.where(Invitation.created_at < before)
    found = [Listed(*row) for row in session.execute(query)]
    return found[:PAGE], len(found) > PAGE


def by_id(session: Session, invitation_id: uuid.UUID, invited_by: uuid.UUID | None = None) -> Invitation | None:
    """One code's row; of one inviter alone if that is asked."""
    found = session.get(Invitation, invitation_id)
    return found if found and invited_by in (None, found.invited_by) else None
