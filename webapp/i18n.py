"""Languages: which one to speak, in which direction, and how numbers and days are written in it."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from babel.support import Translations
from flask import Flask, current_app, request
from flask_babel import Babel
from werkzeug.routing import BaseConverter

from webapp.config import LANGUAGES, resource

OWN_NAMES = {"en": "English", "ur": "اردو", "ps": "پښتو"}
DIRECTIONS = {"en": "ltr", "ur": "rtl", "ps": "rtl"}
#: Babel's Pashto months are the Afghan ones; these are Khyber Pakhtunkhwa's.
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر".split(),
    "ps": "جنوري فروري مارچ اپرېل مئي جون جولائي اګست ستمبر اکتوبر نومبر دسمبر".split(),
}


def day(moment: date, language: str) -> str:
    """A day written out, like 22 نومبر 2026, which no line breaks."""
    return f"{moment.day}\u00a0{MONTHS[language][moment.month - 1]}\u00a0{moment.year}"


def number(value: int) -> str:
    """Latin digits in groups of three, the same in all languages, so that no amount reads a thousand times apart."""
    return f"{value:,}"


def isolated(code: str) -> str:
    """A code inside a sentence, so that 2025-Q3 is not drawn back to front among right-to-left words (UAX 9)."""
    return f"\u2068{code}\u2069"


@cache
def translations(language: str) -> Translations:
    """The catalogue of a language, also outside a request; English is the source and has none."""
    return Translations.load(str(resource("translations")), [language])  # type: ignore[return-value]


def speaker(language: str) -> Callable[[str], str]:
    """A function from English messages to those of a language."""
    return translations(language).gettext if language != "en" else str


def negotiate() -> str:
    """The language for somebody who asked for none: chosen before, wished by the browser, else the default."""
    cookie = request.cookies.get("__Host-language") or request.cookies.get("language")
    if cookie in LANGUAGES:
        return cookie
    default: str = current_app.config["DEFAULT_LANGUAGE"]
    return request.accept_languages.best_match(LANGUAGES) or default


def current() -> str:
    """The language of the page's address, else what suits the browser."""
    args: dict[str, Any] = request.view_args or {}
    asked = args.get("lang") or request.path.split("/")[1]
    return asked if asked in LANGUAGES else negotiate()


def init_app(app: Flask, default: str) -> None:
    """Let Flask-Babel find our catalogues and speak the language of the address."""
    missing = [language for language in LANGUAGES if not list(resource("translations").glob(f"{language}/*/*.mo"))]
    if set(missing) - {"en"}:
        raise RuntimeError(f"catalogues are not compiled for {', '.join(missing)}; run make demo or make test")
    Babel(app, default_translation_directories=str(resource("translations")), locale_selector=current)
    app.config["DEFAULT_LANGUAGE"] = default


class LanguageConverter(BaseConverter):
    """The first part of an address: one of our languages, and nothing else."""

    regex = "|".join(LANGUAGES)
