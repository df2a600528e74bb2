"""The base of our forms: every message is ours, every field knows how the macros draw it. Never models."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

import segno
from flask_babel import gettext
from markupsafe import Markup
from wtforms import BooleanField, Field, Form, PasswordField, StringField
from wtforms.validators import ValidationError

from webapp.codes import LATIN_DIGITS
from webapp.concerns.rules import Sensitivity, Taxonomy
from webapp.config import N_
from webapp.drafts.forms import Problem, World
from webapp.drafts.labels import PROBLEMS
from webapp.places.rules import Atlas, Place

REQUIRED = PROBLEMS["required"]
#: (code, label) of each choice
Choices = list[tuple[str, str]]
Say = Callable[[str], str]


class BaseForm(Form):
    """A form whose messages come from our catalogues alone."""

    class Meta:
        """The form library speaks neither Urdu nor Pashto, so it is not asked to."""

        locales = ("en",)


class Required:
    """Refuse an empty answer in our own words."""

    field_flags: dict[str, Any] = {}

    def __call__(self, form: Form, field: Field) -> None:
        """Raise our message."""
        if not field.data:
            raise ValidationError(gettext(REQUIRED))


class UsernameField(StringField):
    """A user name, in small letters."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Without spaces around, in small letters, with the digits of this script."""
        self.data = valuelist[0].strip().lower().translate(LATIN_DIGITS) if valuelist else ""


class SecretField(PasswordField):
    """A password that never comes back in a page."""

    secret = True


class SignInForm(BaseForm):
    """User name and password."""

    username = UsernameField(N_("User name"), [Required()])
    password = SecretField(N_("Password"), [Required()])
    own_phone = BooleanField(N_("This is my own phone, and nobody else uses it"))


class CodeForm(BaseForm):
    """One code: of an app, of a recovery sheet, of an invitation."""

    code = StringField(N_("Code"), [Required()])


class NewPasswordForm(BaseForm):
    """A password being chosen; the user name only where it is chosen too."""

    username = UsernameField(N_("User name"))
    password = StringField(N_("Password"), [Required()])


class PasswordForm(BaseForm):
    """The password once more, before something that matters."""

    password = SecretField(N_("Password"), [Required()])


class ChangePasswordForm(PasswordForm):
    """The old password and the new one."""

    new_password = StringField(N_("New password"), [Required()])


class AnswerField(Field):
    """One question of the form as our macros draw it: kind, choices, limits; it keeps all that was given, as typed."""

    def __init__(self, label: str = "", *, kind: str = "text", optional: bool = False, **bound: Any) -> None:
        super().__init__(label, **bound)
        self.kind = kind
        self.optional = optional
        self.hint = ""
        self.choices: Sequence[Any] = ()
        self.max: int | None = None
        self.min_day: date | None = None
        self.max_day: date | None = None
        self.warnings: list[str] = []
        self.given: list[str] = []

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Keep everything."""
        self.given = list(valuelist)
        self.data = self.given[0] if self.given else ""

    @property
    def value(self) -> str | list[str]:
        """What was given: a list for questions with several answers."""
        return self.given if self.kind == "multi" else (self.given[0] if self.given else "")


class Questions:
    """A form of our own questions, which tells what is wrong with the answers in the person's language."""

    #: code of a problem -> its message
    said: Mapping[str, str] = PROBLEMS

    def __init__(self, fields: Mapping[str, AnswerField], say: Say) -> None:
        self.fields, self.say = fields, say
        #: (id of a field, its label, message) for the summary on top
        self.problems: list[tuple[str, str, str]] = []
        self.ask_checked = False

    def tell(self, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        """Put errors and warnings at their fields; errors also into the summary on top, in the form's order."""
        for name, message in self.messages(errors):
            field = self.fields.get(name)
            if field is not None:
                field.errors = (*field.errors, message)
            self.problems.append((field.id, str(field.label.text), message) if field else (name, "", message))
        order = [field.id for field in self.fields.values()]
        self.problems.sort(key=lambda problem: order.index(problem[0]) if problem[0] in order else -1)
        for name, message in self.messages(warnings):
            self.fields[name].warnings.append(message)
        self.ask_checked = bool(warnings)

    def messages(self, problems: Sequence[Problem]) -> list[tuple[str, str]]:
        """Field and message."""
        return [(field, self.say(self.said[code]) % dict(named)) for field, code, named in problems]

    def by_field(self, problems: Sequence[Problem]) -> dict[str, list[str]]:
        """Field -> messages, for scripts."""
        found: dict[str, list[str]] = {}
        for field, message in self.messages(problems):
            found.setdefault(field, []).append(message)
        return found


def _names(places: Sequence[Place], language: str) -> Choices:
    return [(place.code, place.names[language]) for place in places]


def districts(world: World, allowed: Any, language: str) -> list[tuple[str, Choices]]:
    """Districts that are offered today, by province."""
    offered = [code for code, place in world.atlas.districts.items() if code in allowed and place.valid(world.today)]
    return by_province(world.atlas, offered, language)


def by_province(atlas: Atlas, codes: Collection[str], language: str) -> list[tuple[str, Choices]]:
    """Districts by province, in the order of the lists."""
    groups = []
    for province in atlas.provinces.values():
        inside = [place for place in atlas.districts.values()
                  if place.code in codes and atlas.province_of(place.code) == province.code]  # fmt: skip
        if inside:
            groups.append((province.names[language], _names(inside, language)))
    return groups


def tehsils(atlas: Atlas, allowed: Any, language: str, day: date) -> list[tuple[str, Choices]]:
    """Tehsils by district, where the district has a tehsil table."""
    return [
        (atlas.districts[code].names[language], _names([place for place in inside if place.valid(day)], language))
        for code, inside in atlas.tehsils_of.items()
        if code in allowed
    ]


def topics(taxonomy: Taxonomy, world: World, language: str) -> list[tuple[str, Choices]]:
    """Subcategories by category; the sensitive ones, of which no story is kept, carry a star."""
    groups = []
    for category in taxonomy.categories.values():
        inside = [
            (topic.code, topic.labels[language] + (" *" if topic.sensitivity is Sensitivity.REFERRAL_ONLY else ""))
            for topic in taxonomy.of(category.code)
            if topic.valid(world.today)
        ]
        groups.append((category.labels[language], inside))
    return groups


def scope_names(scope: Sequence[str], atlas: Atlas, language: str) -> list[str]:
    """The names of the provinces and districts of a scope."""
    known = {**atlas.provinces, **atlas.districts}
    return [known[code].names[language] for code in scope if code in known]


def qr_code(text: str) -> Markup:
    """A text as a picture that a phone reads; part of the page, so that no other address holds the text."""
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 numbers alone, no text of anybody
