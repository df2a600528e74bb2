"""The public number of a grievance: random, sayable, and a single slip of the pen is found."""

import pytest

from webapp.codes import ALPHABET
from webapp.references import check_character, new_reference, read_reference, shown

MADE = [new_reference() for _ in range(40)]


def test_nothing_is_inside() -> None:
    """No letter that is taken for another, and no two alike."""
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert set("ILOU").isdisjoint(ALPHABET)
    many = [new_reference() for _ in range(2000)]
    assert len(set(many)) == 2000
    assert {len(reference) for reference in many} == {10}
    assert all({reference[place] for reference in many} == set(ALPHABET) for place in range(10))


def test_every_single_wrong_character_is_found() -> None:
    for reference in MADE:
        assert read_reference(reference) == reference
        for place in range(10):
            for other in set(ALPHABET) - {reference[place]}:
                assert read_reference(reference[:place] + other + reference[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_found() -> None:
    swaps = [
        one[:n] + one[n + 1] + one[n] + one[n + 2 :]
        for one in (new_reference() for _ in range(500))
        for n in range(9)
        if one[n] != one[n + 1]
    ]
    missed = sum(read_reference(swapped) is not None for swapped in swaps)
    assert missed < len(swaps) / 100


@pytest.mark.parametrize("reference", MADE[:5], ids=range(5))
def test_it_is_read_as_people_type_it(reference: str) -> None:
    assert shown(reference) == f"{reference[:5]}-{reference[5:]}"
    forms = (
        shown(reference),
        reference.lower(),
        " ".join(reference),
        f" {reference[:3]} {reference[3:]}\n",
        f"-{reference}-",
    )
    assert {read_reference(form) for form in forms} == {reference}


def test_letters_taken_for_digits() -> None:
    body = "0O1IL0000"
    meant = "001110000"
    whole = meant + check_character(meant)
    assert read_reference(body + whole[-1]) == whole
    assert read_reference(body.lower() + whole[-1].lower()) == whole


@pytest.mark.parametrize(
    "typed", ["", "-", "ABCDE", "0" * 11, "U" * 10, "00000-0000*", "۰" * 10, "0" * 100_000, "\x00" * 10]
)
def test_what_is_no_reference(typed: str) -> None:
    assert read_reference(typed) is None
