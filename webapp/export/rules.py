"""The columns of the summary file, and their description as a Frictionless Data Package. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from webapp.questions.rules import PERIOD
from webapp.summary.rules import Figures

PLACES = (
    "province_code", "province_pcode", "province", "division_code", "division", "district_code", "district_pcode",
    "district",
)  # fmt: skip
LONG = ("code", "label", *Figures._fields)
WORDS = frozenset({"period", *PLACES, "by", "code", "label", "protected"})


class Column(NamedTuple):
    """A column: its title, whether it is never empty, all that can stand in it (or nothing), whether it tells rows
    apart."""

    name: str
    title: str
    required: bool
    listed: tuple[str, ...]
    key: bool


def package(
    columns: Sequence[Column], question: Mapping[str, str], release: int | None, *, size: int, digest: str
) -> dict[str, Any]:
    """Describes summary.csv of that size (bytes) and sha256 (specs.frictionlessdata.io, tabular data package)."""
    schema = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
        "primaryKey": [column.name for column in columns if column.key],
    }
    return {
        "profile": "tabular-data-package",
        "name": "jirga-summary",
        "release": release,
        "question": dict(question),
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "summary",
                "path": "summary.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": size,
                "hash": f"sha256:{digest}",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
                "schema": schema,
            }
        ],
    }


def _field(column: Column) -> dict[str, Any]:
    """Words may be of a list or of a pattern; whatever else there is counts something, and is a number or empty."""
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.name not in WORDS:
        constraints["minimum"] = 0
    if column.listed:
        constraints["enum"] = list(column.listed)
    if column.name == "period":
        constraints["pattern"] = f"(all|{PERIOD.pattern})"
    field = {"name": column.name, "type": "string" if column.name in WORDS else "integer"}
    return (
        field
        | ({"title": column.title} if column.title else {})
        | ({"constraints": constraints} if constraints else {})
    )
