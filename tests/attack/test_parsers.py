"""What people, files and settings can say to a parser: it is read, or refused in the parser's own way."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from os import fsdecode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import factories
from tests.access.anything import WORDS
from tests.backup.test_no_damage_is_restored import content_of, sealed
from tests.paper.sheets import FULL
from webapp.codes import ALPHABET, read_code
from webapp.concerns.queries import taxonomy
from webapp.config import BadSetting, now, settings_from
from webapp.drafts.forms import World, read_day
from webapp.files import Row
from webapp.held import Held, give_back, hold
from webapp.helplines.queries import Book
from webapp.helplines.rules import BadNumbers, read
from webapp.i18n import speaker
from webapp.paper.rules import batches
from webapp.places.queries import atlas
from webapp.places.rules import Atlas
from webapp.questions.labels import sentence
from webapp.questions.rules import NAMES, Unanswerable, question
from webapp.references import check_character, read_reference
from webapp.vault import CannotOpen

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TODAY = date(2026, 3, 1)


class Known:
    """Places and topics, which hypothesis need not print."""

    def __init__(self, session: Session) -> None:
        self.atlas: Atlas = atlas(session)
        self.world = World(self.atlas, taxonomy(session), self.atlas.in_scope(("PK-KP",)), TODAY, paper=True)


@pytest.fixture
def known(session: Session) -> Known:
    """All of them."""
    return Known(session)


@given(WORDS, st.integers(1, 12))
def test_any_code(typed: str, length: int) -> None:
    code = read_code(typed, length)
    assert code is None or (len(code) == length and set(code) <= set(ALPHABET))
    read_reference(typed)


TEN = {"min_size": 10, "max_size": 10}


@given(
    st.text(st.sampled_from(ALPHABET), min_size=9, max_size=9),
    st.lists(st.integers(0, 9), **TEN),
    st.lists(st.sampled_from(["", " ", "-", "\u00a0"]), **TEN),
)
def test_a_reference_is_read_however_it_is_typed(body: str, turns: list[int], gaps: list[str]) -> None:
    reference, spelled = body + check_character(body), {"0": "0Oo", "1": "1IiLl"}
    letters = [spelled.get(one, one + one.lower()) for one in reference]
    typed = "".join(gap + among[turn % len(among)] for gap, among, turn in zip(gaps, letters, turns, strict=True))
    assert read_reference(typed) == reference


@given(WORDS)
@example("9999-99-99")
@example("29/2/2025")
def test_any_day(typed: str) -> None:
    day = read_day(typed)
    assert day is None or read_day(day.isoformat()) == day


@given(
    st.dates(date(1900, 1, 1)),
    st.sampled_from(["{0:%Y-%m-%d}", "{0.day}/{0.month}/{0.year}", "{0.day}.{0.month}.{0.year}"]),
)
def test_a_day_is_read_however_it_is_typed(day: date, way: str) -> None:
    latin = way.format(day)
    for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"):
        assert read_day(latin) == read_day(latin.translate(str.maketrans("0123456789", digits))) == day


@ONE
@SHARED
@given(given=st.dictionaries(st.sampled_from(NAMES) | WORDS, st.lists(WORDS, max_size=2), max_size=5))
def test_any_question(known: Known, given: Mapping[str, Sequence[str]]) -> None:
    """What is a question can be asked again by its own words; what is none can be said in three languages."""
    try:
        asked = question(given, known.atlas)
    except Unanswerable as refused:
        for language in ("en", "ur", "ps"):
            sentence(refused, speaker(language))
        return
    assert question({name: [word] for name, word in asked.words().items()}, known.atlas) == asked


CELLS = st.dictionaries(
    st.sampled_from(sorted(FULL)), WORDS | st.sampled_from(["45742", "1,200", "[bannu]", "a;b"]), max_size=4
)


@ONE
@SHARED
@given(changes=CELLS, other=CELLS)
def test_any_cells(known: Known, changes: dict[str, str], other: dict[str, str]) -> None:
    """Two rows of paper are good or have something wrong, each in its place."""
    rows = [Row(2, {**FULL, **changes}), Row(3, {**FULL, **changes, **other})]
    for batch in batches(rows, known.world, "en"):
        wrong, good = {one.line for one in batch.errors}, {one.line for one in batch.rows}
        assert wrong.isdisjoint(good)
        assert {*wrong, *good} <= {2, 3}


NUMBERS = "place,kind,number,label_en,label_ur,label_ps,checked_on"
PIECES = st.sampled_from(
    ["all", "PK-KP", "bannu", "police", "other", "15", "۱۱۲۲", "+92 91 000", "2026-01-01", ",", '"', "\n", "\r"]
)


@ONE
@SHARED
@given(pieces=st.lists(PIECES | WORDS, max_size=30), headed=st.booleans())
def test_any_help_numbers(known: Known, tmp_path: Path, pieces: list[str], headed: bool) -> None:
    """A file of the operator's is read or refused as a whole, and the site shows numbers whatever stands in it."""
    text = (f"{NUMBERS}\n" if headed else "") + "".join(pieces)
    places = {*known.atlas.provinces, *known.atlas.districts}
    with suppress(BadNumbers):
        read(text, places, TODAY)
    (tmp_path / "help_numbers.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert Book(tmp_path).lines(places, TODAY)


VARIABLES = st.sampled_from([
    "DATABASE_URL", "SECRET_KEY", "DEFAULT_LANGUAGE", "BASE_URL", "TRUSTED_PROXIES", "OPERATOR_NAME", "SITE_NAME",
    "QUICK_EXIT_URL", "SECOND_FACTOR", "LOG_LEVEL", "REMINDER_HOOK",
])  # fmt: skip


@SHARED
@given(given=st.dictionaries(VARIABLES, WORDS, max_size=4))
@example(given={"BASE_URL": "http://["})
@example(given={"TRUSTED_PROXIES": "9" * 5000})
@example(given={"SECRET_KEY": "\udcff" * 40})
def test_any_settings(tmp_path: Path, given: Mapping[str, str]) -> None:
    """They are taken, or the error names the variable."""
    right = {"JIRGA_DATA_DIR": str(tmp_path), "JIRGA_SECRET_KEY": "x" * 32, "JIRGA_VAULT_KEYS": factories.KEYS}
    named = {f"JIRGA_{name}": fsdecode(word.encode("utf-8", "surrogatepass")) for name, word in given.items()}
    try:
        settings_from({**right, **named})
    except BadSetting as refused:
        said = str(refused)
    else:
        said = ""
    assert not said or any(name in said for name in named)


ME = uuid.UUID(int=1)
FORM = Held("/en/submit", [("narrative", "Synthetic.")])


@given(WORDS, st.integers(0, 300), st.text(st.sampled_from("AZaz09-_=+/ é"), min_size=1, max_size=3))
def test_any_held_form(word: str, place: int, other: str) -> None:
    """Nothing but the very word opens."""
    assert give_back(factories.VAULT, ME, word, now()) is None
    right = hold(factories.VAULT, ME, FORM, now())
    damaged = right[:place] + other + right[place + len(other) :]
    found = give_back(factories.VAULT, ME, damaged, now())
    assert found is None or found.path == FORM.path


BACKUP = b"Synthetic backup. " * 40


@given(st.binary(max_size=200), st.integers(0, 2000), st.binary(min_size=1, max_size=4), st.booleans())
def test_any_backup(noise: bytes, place: int, other: bytes, cut: bool) -> None:
    """Noise, a cut or a changed byte: it is refused, and nothing of it is taken for whole."""
    whole = sealed(BACKUP)
    place %= len(whole)
    damaged = whole[:place] + (b"" if cut else other + whole[place + len(other) :])
    for file in (noise, whole[:20] + noise, damaged):
        if file != whole:
            with pytest.raises(CannotOpen):
                content_of(file)
