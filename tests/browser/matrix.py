"""Journeys in every language, on a phone and a wide screen, with scripts and without: a part every day, all by night.

`make test` runs what EVERY_DAY names, `make nightly` the rest; `pytest -m "" -k JOURNEY` runs both.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from webapp.config import LANGUAGES

Way = tuple[int, bool]
#: width of the screen, and whether the browser runs scripts
WAYS: Mapping[str, Way] = {
    "360-plain": (360, False), "360-scripts": (360, True), "1280-plain": (1280, False), "1280-scripts": (1280, True),
}  # fmt: skip
#: journey -> language -> the way that is gone every day. Over the journeys each language meets each way
#: (test_matrix.py), and filing on a small phone is met with scripts and without in each.
EVERY_DAY: Mapping[str, Mapping[str, str]] = {
    "two grievances of one gathering": {"en": "360-plain", "ur": "360-scripts", "ps": "1280-scripts"},
    "a sensitive subject": {"ur": "1280-plain", "ps": "360-plain"},
    "mistakes": {"ur": "360-plain"},
    "a lost network": {"ps": "360-scripts"},
    "confirm": {"ur": "1280-scripts", "ps": "1280-plain"},
    "reopen": {"en": "1280-plain"},
    "withdraw and take back": {"en": "1280-scripts"},
    "a lapsed sign-in": {"en": "360-scripts"},
    "the back button": {"ps": "360-scripts"},
    "keys alone": {"ps": "360-scripts"},
}


class Case(NamedTuple):
    """Who makes a journey, and with what."""

    language: str
    width: int
    scripts: bool


def made(journey: str, *, needs_scripts: bool = False) -> pytest.MarkDecorator:
    """Parametrize a test over the whole product as `case`; what is not for every day is marked nightly."""
    return pytest.mark.parametrize("case", list(_cases(EVERY_DAY[journey], needs_scripts)))


def _cases(every_day: Mapping[str, str], needs_scripts: bool) -> Iterator[object]:
    for language in LANGUAGES:
        for name, (width, scripts) in WAYS.items():
            if scripts or not needs_scripts:
                marks = [] if every_day.get(language) == name else [pytest.mark.nightly]
                yield pytest.param(Case(language, width, scripts), id=f"{language}-{name}", marks=marks)


def languages(every_day: str) -> list[Any]:
    """All languages for a page that is looked at in one of them every day, in the others by night."""
    return [pytest.param(one, id=one, marks=() if one == every_day else pytest.mark.nightly) for one in LANGUAGES]
