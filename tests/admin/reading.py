"""What a test reads off the pages, and off the database after a request."""

import re
from html import unescape
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.audit.models import AuditEntry


def rows(page: str) -> list[list[str]]:
    """The cells of every row of the page's tables, as text."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found if "<td" in row]
    return [[plain(cell) for cell in row] for row in cells]


def plain(page: str) -> str:
    """The words of a piece of a page, with single spaces."""
    page = re.sub(r"</?bdi[^>]*>|[\u2066-\u2069]", "", page)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def link(page: str, words: str) -> str | None:
    """Where the link that says so leads."""
    found = re.search(rf'href="([^"]*)">{words}</a>', page)
    return unescape(found[1]) if found else None


def noted(session: Session, what: str) -> list[dict[str, Any]]:
    """What the log holds of one kind, oldest first, as others see it now."""
    session.rollback()
    query = select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.id)
    return [entry.about for entry in session.scalars(query)]


def again(session: Session, one: Any) -> Any:
    """A row as it stands now."""
    session.rollback()
    session.refresh(one)
    return one
