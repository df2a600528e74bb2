"""Tables of people and of their sign-ins."""

import uuid

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.config import LANGUAGES
from webapp.orm import Base, Codes, Key, Moment, by_value, one_of
from webapp.people.rules import Role


class Person(Base):
    """An account: no name, no phone, no address."""

    __tablename__ = "people"
    __table_args__ = (one_of("language", LANGUAGES),)

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(40), unique=True)
    #: argon2id
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(by_value(Role))
    #: province and district codes
    scope: Mapped[tuple[str, ...]] = mapped_column(Codes, nullable=True)
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[Moment]
    disabled_at: Mapped[Moment | None]


class SignIn(Base):
    """One signed-in browser; the token itself is only in its cookie."""

    __tablename__ = "sign_ins"

    #: SHA-256 of the token
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    started_at: Mapped[Moment]
    #: kept to the minute, so that reading pages does not write each time
    last_seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
