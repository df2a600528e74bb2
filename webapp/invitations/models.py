"""The table of one-time codes."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.config import LANGUAGES
from webapp.orm import Base, Codes, Key, Moment, by_value, one_of
from webapp.people.rules import Role


class Invitation(Base):
    """A code that opens once, until it expires, is used or is taken back; the code itself is on its card alone."""

    __tablename__ = "invitations"
    __table_args__ = (
        one_of("language", LANGUAGES),
        CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),
    )

    id: Mapped[Key]
    #: keyed hash, under a secret that is not in the database
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[Role] = mapped_column(by_value(Role))
    #: province and district codes
    scope: Mapped[tuple[str, ...]] = mapped_column(Codes, nullable=True)
    #: of the card and the page it leads to
    language: Mapped[str] = mapped_column(String(2))
    #: who gave it out; NULL is the operator at the command line
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    #: the account that a new password is for, or that was made with it
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    #: whether the account was there before
    again: Mapped[bool]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
