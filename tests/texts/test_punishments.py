"""Demands that punish, and the ordinary ones that use the same words."""

from pathlib import Path

import pytest

from webapp.texts.rules import punitive

HERE = Path(__file__).parent


def demands(name: str) -> list[str]:
    """The lines of a file of synthetic demands."""
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize("text", demands("punitive.txt"))
def test_punitive(text: str) -> None:
    """Each is noticed, alone and between ordinary demands."""
    assert punitive(text)
    assert punitive(f"Open the road. {text}")
    assert punitive(f"سڑک کھولی جائے۔ {text}\nپانی دیا جائے")


@pytest.mark.parametrize("text", demands("ordinary.txt"))
def test_ordinary(text: str) -> None:
    """Losses, lawful action, and asking that a punishment stops are left alone."""
    assert not punitive(text)


def test_a_word_elsewhere_excuses_nothing() -> None:
    """What is said of one demand does not undo another."""
    assert punitive("Stop the burning of houses. Expel the family from the village.")
    assert punitive("Compensation for all; burn the house of the accused")
    assert punitive("معاوضہ دیا جائے۔ اس کا گھر جلا دیا جائے")


def test_spelling_does_not_matter() -> None:
    """Arabic letters, invisible characters and spaces between the parts of a word."""
    assert punitive("اس كا گھر مسمار كيا جائے")
    assert punitive("کور دې يې وسوزول شي")
    assert punitive("علاقہ\u200cبدر کیا جائے")
    assert punitive("جلاوطن کیا جائے")
    assert punitive("BURN\u00a0HIS\u200b HOUSE")
