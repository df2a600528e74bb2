"""Reference tables of a newer version of the product: a copy of the packaged ones, changed by a test."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Rows = list[dict[str, str]]


def changed(
    patch: pytest.MonkeyPatch, folder: Path, actions: ModuleType, name: str, change: Callable[[Rows], Rows]
) -> None:
    """Let `actions` load its tables from a copy in which the file `name` is changed."""
    if not folder.exists():
        shutil.copytree(actions.DATA, folder)
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)
    patch.setattr(actions, "DATA", folder)


def put(key: str, code: str, /, **values: str) -> Callable[[Rows], Rows]:
    """A change of the row whose column `key` is `code`."""
    return lambda rows: [{**row, **values} if row[key] == code else row for row in rows]
