"""The form as it is drawn: questions in sections, choices in the person's language, what was typed kept."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from werkzeug.datastructures import MultiDict

from webapp import i18n
from webapp.concerns.rules import Sensitivity, Topic
from webapp.drafts.forms import (
    FIRST_DAY,
    FIRST_YEAR,
    GRIEVANCE_FIELDS,
    LISTS,
    MULTI,
    OPTIONAL,
    REFERRAL_FIELDS,
    TEXTS,
    World,
    read_day,
)
from webapp.drafts.labels import PERSON_ONLY, QUESTIONS, SECTIONS, WARNINGS
from webapp.drafts.tables import OPTIONS
from webapp.forms import AnswerField, BaseForm, Questions, Say, districts, tehsils, topics

KINDS = {
    "safety_ack": "check", "person_asked": "check", "consent_share": "check", "gathering_date": "date",
    "people_number": "number", "area_name": "text", "narrative": "textarea", "remedy_text": "textarea",
    "gathering_district": "grouped", "gathering_tehsil": "grouped", "district": "grouped", "tehsil": "grouped",
    "subcategory": "grouped", "urgency": "radio", "confidentiality": "radio", "consent_statistics": "radio",
    "contact_preference": "radio", "raised_before": "radio", "timing": "radio",
} | dict.fromkeys(MULTI, "multi")  # fmt: skip

QuestionForm = type(
    "QuestionForm",
    (BaseForm,),
    {
        code: AnswerField(label, kind=KINDS.get(code, "select"), optional=code in OPTIONAL)
        for code, (label, _) in QUESTIONS.items()
    },
)


class Answer(NamedTuple):
    """One question with what was answered, in words, and what is wrong with it."""

    question: str
    words: list[str]
    errors: Sequence[str]
    warnings: Sequence[str]


class SubmitForm(Questions):
    """The long form (a new gathering and its first grievance) or the short one (another of the same gathering)."""

    def __init__(self, world: World, language: str, say: Say, *, short: bool, given: MultiDict[str, str] | None = None):
        super().__init__(cast(Any, QuestionForm(given or MultiDict()))._fields, say)
        self.language = language
        self.short = short
        self.taxonomy = world.taxonomy
        self.sections = [self._section(*section) for section in SECTIONS if not (short and section in SECTIONS[:2])]
        self._set_choices(world, language)
        if given is None:
            self.fields["confidentiality"].given = ["district_officials"]

    def _section(self, title: str, codes: Sequence[str]) -> tuple[str, list[AnswerField]]:
        for code in codes:
            label, hint = QUESTIONS[code]
            field = self.fields[code]
            field.label.text = self.say(label)
            field.hint = self.say(hint) if hint else ""
            field.max = TEXTS[code][1] if code in TEXTS else None
        asked = self.fields["person_asked"]
        if "person_asked" in codes:
            asked.hint = f"{self.say(PERSON_ONLY)} {asked.hint}"
        return self.say(title), [self.fields[code] for code in codes]

    def _set_choices(self, world: World, language: str) -> None:
        for code, options in LISTS.items():
            self.fields[code].choices = [(value, self.say(label)) for value, label in OPTIONS[options].items()]
        yes_no = OPTIONS["yes_no_not_sure"]
        self.fields["consent_statistics"].choices = [(value, self.say(yes_no[value])) for value in ("yes", "no")]
        special = OPTIONS["special"]
        years = [(str(year), str(year)) for year in range(world.today.year, FIRST_YEAR - 1, -1)]
        self.fields["start_year"].choices = [("unknown", self.say(special["unknown"])), *years]
        whole = ("", [("whole_district", self.say(special["whole_district"]))])
        atlas = world.atlas
        self.fields["gathering_district"].choices = districts(world, atlas.districts, language)
        self.fields["gathering_tehsil"].choices = tehsils(atlas, atlas.districts, language, world.today)
        self.fields["district"].choices = districts(world, world.scope, language)
        self.fields["tehsil"].choices = [whole, *tehsils(atlas, world.scope, language, world.today)]
        self.fields["subcategory"].choices = topics(world.taxonomy, world, language)
        self.fields["gathering_date"].min_day, self.fields["gathering_date"].max_day = FIRST_DAY, world.today

    def notices(self) -> dict[str, str]:
        """What is said beside questions: always the start and the sensitive subjects, the rest where it was chosen."""
        shown = {"start": self.say(WARNINGS["start"])}
        shown["sensitive"] = " ".join(self.say(WARNINGS[name]) for name in ("starred", "sensitive"))
        if self.fields["subcategory"].value == "landmines_uxo":
            shown["mines"] = self.say(WARNINGS["mines"])
        if self.fields["prior_result"].value == "threatened":
            shown["threatened"] = self.say(WARNINGS["threatened"])
        return shown

    def answers(self) -> list[tuple[str, list[Answer]]]:
        """Section by section all that will be sent on, in words; nothing of what would be discarded."""
        unasked = self._unasked()
        return [
            (title, [self._answer(field) for field in fields if field.name not in unasked])
            for title, fields in self.sections
            if any(field.name not in unasked for field in fields)
        ]

    def _topic(self) -> Topic | None:
        return self.taxonomy.subcategories.get(str(self.fields["subcategory"].value))

    @property
    def is_referral(self) -> bool:
        """Whether the chosen subject is one of which little is kept."""
        topic = self._topic()
        return topic is not None and topic.sensitivity is Sensitivity.REFERRAL_ONLY

    def _unasked(self) -> set[str]:
        topic = self._topic()
        unasked = set() if topic and topic.person_asked else {"person_asked"}
        if self.fields["raised_before"].value != "yes" and not self.fields["raised_before"].errors:
            unasked |= {"raised_to", "prior_result"}
        if self.fields["confidentiality"].value == "numbers_only":
            unasked |= set(TEXTS)
        if self.is_referral:
            unasked |= set(GRIEVANCE_FIELDS) - set(REFERRAL_FIELDS)
        return unasked

    def _answer(self, field: AnswerField) -> Answer:
        given = [value for value in field.given if value.strip()]
        if field.kind == "check":
            words = [self.say(OPTIONS["yes_no_not_sure"]["yes"])] if given else []
        elif field.kind == "date":
            words = [i18n.day(day, self.language) if (day := read_day(value)) else value for value in given]
        else:
            grouped = field.kind == "grouped"
            choices = [choice for _, inside in field.choices for choice in inside] if grouped else field.choices
            names = dict(choices)
            words = [names.get(value, value) for value in given]
        return Answer(str(field.label.text), words, field.errors, field.warnings)
