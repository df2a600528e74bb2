"""Tables of people, of their sign-ins, and of what each must be told."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.config import LANGUAGES
from webapp.orm import Base, Codes, Key, Moment, by_value, one_of
from webapp.people.rules import Role


class Person(Base):
    """An account: no name, no phone, no address. One that was left keeps its id and role, and nothing else."""

    __tablename__ = "people"
    __table_args__ = (
        one_of("language", LANGUAGES),
        CheckConstraint("username IS NOT NULL OR (disabled_at IS NOT NULL AND password_hash IS NULL)", name="left"),
    )

    id: Mapped[Key]
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    #: argon2id; NULL opens to nothing: a new password is awaited
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(by_value(Role))
    #: province and district codes
    scope: Mapped[tuple[str, ...]] = mapped_column(Codes, nullable=True)
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[Moment]
    disabled_at: Mapped[Moment | None]
    #: who may give out a new code, besides an administrator
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    #: when a new code was last given out: whoever did could read along, so what was filed before shows its status alone
    reset_at: Mapped[Moment | None]
    #: since when a second factor is asked for
    factor_at: Mapped[Moment | None]


class SignIn(Base):
    """One signed-in browser; the token itself is only in its cookie."""

    __tablename__ = "sign_ins"

    id: Mapped[Key]
    #: SHA-256 of the token
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    started_at: Mapped[Moment]
    #: kept to the minute, so that reading pages does not write each time
    last_seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    own_phone: Mapped[bool]
    #: when the password was last typed in it
    proved_at: Mapped[Moment | None]
    #: when the second factor's code was given in it
    factor_given_at: Mapped[Moment | None]


class Notice(Base):
    """Something that was done to an account, until its person says that it was read."""

    __tablename__ = "notices"

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    at: Mapped[Moment]
