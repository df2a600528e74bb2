"""The blank form for paper: the questions of the form, numbered like the columns of the sheet."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from webapp.config import N_
from webapp.drafts.forms import GATHERING_FIELDS, LISTS, MOST, MULTI, OPTIONAL, World
from webapp.drafts.labels import PERSON_ONLY, PROBLEMS, QUESTIONS, SECTIONS, WARNINGS
from webapp.drafts.tables import OPTIONS
from webapp.forms import Choices, topics
from webapp.i18n import OWN_NAMES
from webapp.paper.labels import column
from webapp.paper.rules import DAYS, SHEET

Say = Callable[[str], str]

#: Filled in where the paper is received.
OFFICE = tuple(code for code in SHEET if code not in QUESTIONS)
#: All that is kept of a problem that carries a star, beside its jirga.
STARRED = ("district", "subcategory", "person_asked", "start_year", "consent_statistics", "contact_preference")
#: How a pen answers; every other question by ticking boxes alone.
KINDS: Mapping[str, str] = {
    "start_year": "year", "people_number": "line", "gathering_district": "line", "gathering_tehsil": "line",
    "district": "line", "tehsil": "line", "area_name": "line", "subcategory": "list", "gathering_ref": "line",
    "narrative": "story", "remedy_text": "words",
} | dict.fromkeys(DAYS, "day")  # fmt: skip
#: The safety notice of the form, as it is true of paper.
START = N_(
    "This form is for the problems of your people. It is not an emergency service. Keep it where nobody else can read "
    "it."
)
SEVERAL = N_("Several answers are possible.")
AGAIN = N_("For another problem of the same jirga take another form and answer questions %(first)s to %(last)s alike.")
ONLY = N_("For a problem with a star (*) answer only questions %(first)s to %(last)s and %(numbers)s.")


class Question(NamedTuple):
    """One question on paper; `choices` are the boxes to tick."""

    number: int
    code: str
    label: str
    hint: str
    optional: bool
    kind: str
    choices: Choices


def number(code: str) -> int:
    """The number of a question, which is that of its column in the sheet."""
    return SHEET.index(code) + 1


def numbers(codes: Sequence[str], language: str) -> str:
    """Several of these numbers, as a list inside a sentence."""
    return (", " if language == "en" else "، ").join(str(number(code)) for code in codes)


def about_the_jirga() -> dict[str, int]:
    """The first and the last number of the questions about the jirga session."""
    return {"first": number(GATHERING_FIELDS[0]), "last": number(GATHERING_FIELDS[-1])}


def answers(say: Say) -> dict[str, Choices]:
    """The answers that are the same for everybody, of every question that has some; places and topics are not."""
    found = {
        code: [(value, say(label)) for value, label in OPTIONS[options].items()] for code, options in LISTS.items()
    }
    yes, no = ((value, say(OPTIONS["yes_no_not_sure"][value])) for value in ("yes", "no"))
    special = {value: [(value, say(label))] for value, label in OPTIONS["special"].items()}
    more: dict[str, Choices] = {
        "person_asked": [yes], "consent_statistics": [yes, no], "start_year": special["unknown"],
        "tehsil": special["whole_district"], "language": list(OWN_NAMES.items()),
    }  # fmt: skip
    return found | more


def hint(code: str, say: Say) -> str:
    """What is said beside a question: its own hint, how many answers, and whom it is for."""
    said = [PERSON_ONLY] if code == "person_asked" else []
    said += [text for text in QUESTIONS.get(code, ("", ""))[1:] if text]
    if code in MULTI and code not in MOST:
        said.append(SEVERAL)
    if code in MOST and not said:
        return say(PROBLEMS["too_many"]) % {"most": MOST[code]}
    return " ".join(map(say, said))


class PaperForm:
    """Two pages of questions in one language."""

    def __init__(self, world: World, language: str, say: Say) -> None:
        self.say = say
        self.answers = answers(say)
        self.topics = topics(world.taxonomy, world, language)
        self.office = [self._question(code) for code in OFFICE]
        self.start = say(START)
        self.read, self.consent = ([say(text) for text in QUESTIONS[code]] for code in ("safety_ack", "consent_share"))
        self.again = say(AGAIN) % about_the_jirga()
        self.starred = [
            " ".join(say(WARNINGS[name]) for name in ("starred", "sensitive")),
            say(ONLY) % (about_the_jirga() | {"numbers": numbers(STARRED, language)}),
        ]
        sections = [self._section(*section) for section in SECTIONS]
        last = next(place for place, (_, codes) in enumerate(SECTIONS, start=1) if "subcategory" in codes)
        self.leaves = [list(filter(None, sections[:last])), list(filter(None, sections[last:]))]

    def _section(self, title: str, codes: Sequence[str]) -> tuple[str, list[Question]] | None:
        """A section without what paper states instead of asking."""
        asked = [self._question(code) for code in codes if code in SHEET]
        return (self.say(title), asked) if asked else None

    def _question(self, code: str) -> Question:
        choices = self.answers.get(code, [])
        said = self.say(column(code)), hint(code, self.say)
        return Question(number(code), code, *said, code in OPTIONAL, KINDS.get(code, "ticks"), choices)
