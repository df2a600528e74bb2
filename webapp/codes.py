"""Codes that people read aloud, write down and type again: Crockford's base32, without I, L, O and U. Pure."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: The digits of Urdu, Pashto and Arabic keyboards, for str.translate.
LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_MEANT = str.maketrans("OIL", "011")


def random_code(length: int) -> str:
    """Random characters, 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read_code(typed: str, length: int) -> str | None:
    """The code meant by what a person typed (small letters, dashes, spaces, O for 0, I and L for 1), or None."""
    text = "".join(typed.upper().replace("-", "").split()).translate(_MEANT)
    return text if len(text) == length and all(character in ALPHABET for character in text) else None


def grouped(code: str, size: int = 5) -> str:
    """A code in groups, as it is read over the phone."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
