"""What the script of the form is told: its words in one language, the months, and which topics ask for more."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import json, url_for

from webapp import blank, dangers
from webapp.concerns.rules import Taxonomy
from webapp.drafts.forms import REFERRAL_FIELDS, TEXTS
from webapp.forms import Say
from webapp.i18n import MONTHS
from webapp.submit.labels import WORDS

#: Files that the script asks for when it needs them.
FILES = {"sheet": "form.css", "icons": "icons.svg", "topics": "topics.svg"}


def steps(taxonomy: Taxonomy, language: str, say: Say) -> bytes:
    """form.js for one language: what it is told, then what it does."""
    told: dict[str, Any] = {name: say(message) for name, message in WORDS.items()}
    told |= {name: _address(file) for name, file in FILES.items()}
    told["months"] = MONTHS[language]
    told["asked"] = [topic.code for topic in taxonomy.subcategories.values() if topic.person_asked]
    told["referral"], told["texts"] = list(REFERRAL_FIELDS), list(TEXTS)
    words = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"const STEPS = {words};\n".encode() + blank.FILES["form.js"].read_bytes()


def _address(file: str) -> str:
    return url_for("static", filename=file, v=blank.static_tag(file))


#: Scripts of the form, each drawn once for a language.
SCRIPTS: Mapping[str, Callable[[Taxonomy, str, Say], bytes]] = {
    "form": steps,
    "dangers": lambda taxonomy, language, say: dangers.script(say).encode(),
}
