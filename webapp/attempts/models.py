"""The table of guesses in a row."""

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Moment


class Attempt(Base):
    """Wrong guesses at one thing since the last right one; `name` is a keyed hash of what was guessed at."""

    __tablename__ = "attempts"

    name: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[Moment] = mapped_column(index=True)
    next_at: Mapped[Moment]
