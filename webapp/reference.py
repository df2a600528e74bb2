"""Reference tables: rows of a CSV go in once; what is fixed never changes afterwards, it is retired by valid_to."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.config import Refused
from webapp.orm import Base

#: Days from which on the first tables hold; earlier than any jirga that can be entered.
FIRST = date(2014, 1, 1)


class Renamed(Refused):
    """A reference row differs from what is stored in something that never changes."""

    def __init__(self, table: str, code: str, columns: Sequence[str]) -> None:
        super().__init__(
            f"{table} {code}: {', '.join(columns)} may not change; retire it with valid_to and add a new code"
        )


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a packaged UTF-8 CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def validity(row: dict[str, str]) -> dict[str, date | None]:
    """The days between which a row is offered, from its optional columns valid_from and valid_to (excluded)."""
    start, end = row.get("valid_from"), row.get("valid_to")
    return {
        "valid_from": date.fromisoformat(start) if start else FIRST,
        "valid_to": date.fromisoformat(end) if end else None,
    }


def load(session: Session, model: type[Base], wanted: Sequence[dict[str, Any]]) -> int:
    """Insert what is new, take over a new valid_to, refuse every other change; the number of new rows."""
    stored = {row.code: row for row in session.scalars(select(model))}  # type: ignore[attr-defined]
    missing = stored.keys() - {row["code"] for row in wanted}
    if missing:
        raise Renamed(model.__tablename__, min(missing), ["its row is gone; it"])
    rows = sorted(({"position": place, **row} for place, row in enumerate(wanted)), key=lambda row: row["position"])
    _confirm_order(model.__tablename__, stored, [row["code"] for row in rows if row["code"] in stored])
    new = []
    for row in rows:
        if row["code"] in stored:
            _confirm(model.__tablename__, stored[row["code"]], row)
        else:
            new.append(row)
    if new:
        session.execute(insert(model), new)
    return len(new)


def _confirm_order(table: str, stored: dict[str, Any], order: list[str]) -> None:
    """New rows may come in between; among those that were there the order of lists and files stays."""
    before = sorted(stored, key=lambda code: stored[code].position)
    moved = [code for code, other in zip(before, order, strict=True) if code != other]
    if moved:
        raise Renamed(table, moved[0], ["its place in the order"])


def _confirm(table: str, stored: Any, row: dict[str, Any]) -> None:
    loose = ("position", "valid_to", "population_2023")
    changed = [name for name, value in row.items() if name not in loose and getattr(stored, name) != value]
    if changed:
        raise Renamed(table, stored.code, changed)
    for name in loose:
        if name in row and getattr(stored, name) != row[name]:
            setattr(stored, name, row[name])
