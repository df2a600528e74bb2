"""References of grievances: random, with a check character, said in two groups over the phone. Pure."""

from collections.abc import Mapping

from webapp.codes import ALPHABET, grouped, random_code, read_code

#: language -> how each character of ALPHABET is said, in its order
SAID: Mapping[str, list[str]] = {
    "en": "zero one two three four five six seven eight nine A B C D E F G H J K M N P Q R S T V W X Y Z".split(),
    "ur": (
        "صفر ایک دو تین چار پانچ چھ سات آٹھ نو "
        "اے بی سی ڈی ای ایف جی ایچ جے کے ایم این پی کیو آر ایس ٹی وی ڈبلیو ایکس وائی زیڈ"
    ).split(),
    "ps": (
        "صفر یو دوه درې څلور پنځه شپږ اووه اته نهه "
        "اې بي سي ډي اي اېف جي اېچ جې کې اېم اېن پي کیو آر اېس ټي وي ډبليو اېکس واۍ زېډ"
    ).split(),
}


def new_reference() -> str:
    """Nine random characters of Crockford's base32 and a check character: no district, date or sequence inside."""
    body = random_code(9)
    return body + check_character(body)


def check_character(body: str) -> str:
    """Luhn's check character in base 32: finds every single wrong character and most swaps of neighbours."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def read_reference(typed: str) -> str | None:
    """The reference meant by what a person typed, or None."""
    text = read_code(typed, 10)
    return text if text and check_character(text[:9]) == text[9] else None


def shown(reference: str) -> str:
    """A reference in two groups, as it is read over the phone."""
    return grouped(reference)


def spoken(reference: str, language: str) -> list[str]:
    """A reference as it is said over the phone, character by character."""
    return [SAID[language][ALPHABET.index(character)] for character in reference]
