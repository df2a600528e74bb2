"""Reading what people wrote."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.texts.models import Text
from webapp.vault import CannotOpen, Vault


def unopened(session: Session, vault: Vault) -> Iterator[str]:
    """The ids of texts that do not open: changed, moved, or sealed with a key that is not in the ring."""
    rows = session.execute(
        select(Text.id, Text.sealed).where(Text.sealed.is_not(None)).execution_options(yield_per=500)
    )
    for key, sealed in rows:
        try:
            vault.open(sealed or b"", ("texts", "sealed", str(key)))
        except CannotOpen:
            yield str(key)
