"""A form that came after its sign-in had lapsed: it travels, sealed, through the next one back to its person."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.vault import Vault, Where

#: The longest form that is held, in bytes of its sealed text; a longer one stays in the browser alone.
LONGEST = 100_000
#: As long as a sign-in lasts.
LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Held:
    """Where the form was sent, and its fields in order."""

    path: str
    fields: Sequence[tuple[str, str]]


def hold(vault: Vault, person_id: uuid.UUID, held: Held, at: datetime) -> str:
    """The form as one word for a hidden field; "" when it is too long. Nobody else's sign-in opens it."""
    text = json.dumps([held.path, list(held.fields), at.isoformat()], ensure_ascii=False)
    try:
        word = vault.word(text, _place(person_id))
    except ValueError:  # half a letter, which no browser sends
        return ""
    return word if len(word) <= LONGEST else ""


def give_back(
    vault: Vault, person_id: uuid.UUID, word: str, at: datetime, reset_at: datetime | None = None
) -> Held | None:
    """The form, for the person who sent it, on the same day and not before a new code; None for anything else."""
    text = vault.text_of(word, _place(person_id))
    if text is None:
        return None
    path, fields, since = json.loads(text)
    if at - datetime.fromisoformat(since) > LASTS or (reset_at and datetime.fromisoformat(since) < reset_at):
        return None
    return Held(path, [(name, value) for name, value in fields])


def _place(person_id: uuid.UUID) -> Where:
    return ("held", f"sealed for {person_id}", "1")
