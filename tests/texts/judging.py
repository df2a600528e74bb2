"""What the rules say of a text, one half at a time."""

from webapp.texts.rules import dangers


def refused(text: str) -> list[str]:
    """Codes of what a text may not hold."""
    return dangers(text)[0]


def area_refused(text: str) -> list[str]:
    """Codes of what the name of a village may not hold."""
    return dangers(text, area=True)[0]


def doubtful(text: str) -> list[str]:
    """Codes of what a person should look at once more."""
    return dangers(text)[1]
