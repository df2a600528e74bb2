"""What the help and its fragment hold: categories with their topics, questions, statuses, choices, help numbers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from webapp.concerns.rules import Sensitivity, Taxonomy, Topic
from webapp.drafts.labels import PERSON_ONLY, QUESTIONS, SECTIONS
from webapp.drafts.tables import OPTIONS
from webapp.grievances.labels import STATUSES
from webapp.home.labels import MEANINGS, PLAIN, WHO_SEES

Say = Callable[[str], str]
#: (code, name, plain line)
Explained = tuple[str, str, str]
#: name of a field or topic -> address of its recording
Sounds = Mapping[str, str]


def offered(taxonomy: Taxonomy, today: date) -> list[tuple[Topic, list[Topic]]]:
    """Each category with the topics that the form offers today."""
    found = [
        (category, [topic for topic in taxonomy.of(category.code) if topic.valid(today)])
        for category in taxonomy.categories.values()
    ]
    return [(category, inside) for category, inside in found if inside]


def topics(taxonomy: Taxonomy, today: date, language: str) -> list[tuple[Explained, list[Explained]]]:
    """The same in the words of a language; those of which no story is kept carry a star, as in the form."""
    return [
        (_explained(category, language), [_starred(topic, language) for topic in inside])
        for category, inside in offered(taxonomy, today)
    ]


def _explained(topic: Topic, language: str) -> Explained:
    return topic.code, topic.labels[language], topic.descriptions[language]


def _starred(topic: Topic, language: str) -> Explained:
    code, label, line = _explained(topic, language)
    return code, f"{label} *" if topic.sensitivity is Sensitivity.REFERRAL_ONLY else label, line


def fragment(taxonomy: Taxonomy, today: date, language: str, say: Say, sounds: Sounds) -> dict[str, Any]:
    """What a script adds to the form after its first visit; "sound" only where there is a recording."""

    def told(topic: Topic, **more: Any) -> dict[str, Any]:
        code, label, line = _explained(topic, language)
        sound = {"sound": sounds[code]} if code in sounds else {}
        return {"code": code, "label": label, "line": line, **more, **sound}

    def one(topic: Topic) -> dict[str, Any]:
        return told(topic, sensitivity=topic.sensitivity.value, person_asked=topic.person_asked)

    return {
        "categories": [
            told(category, icon=category.code, topics=[one(topic) for topic in inside])
            for category, inside in offered(taxonomy, today)
        ],
        "questions": {code: say(line) for code, line in PLAIN.items()},
    }


def questions(say: Say) -> list[tuple[str, list[Explained]]]:
    """The form, section by section, each question with all that is said of it."""

    def line(code: str) -> str:
        said = [PERSON_ONLY] if code == "person_asked" else []
        said += [text for text in (QUESTIONS[code][1], PLAIN.get(code, "")) if text]
        return " ".join(say(text) for text in said)

    return [(say(title), [(code, say(QUESTIONS[code][0]), line(code)) for code in codes]) for title, codes in SECTIONS]


def statuses(say: Say) -> list[tuple[str, str]]:
    """Each status and what it means."""
    return [(say(name), say(MEANINGS[status])) for status, name in STATUSES.items()]


def choices(say: Say) -> list[tuple[str, str]]:
    """Each answer to who may see a grievance, and what follows from it."""
    return [(say(name), say(WHO_SEES[code])) for code, name in OPTIONS["confidentiality"].items()]
