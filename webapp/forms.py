"""The base of our forms: every message is ours, every field knows how the macros draw it. Never models."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import Field, Form, PasswordField, StringField
from wtforms.validators import ValidationError

from webapp.config import N_
from webapp.drafts.labels import PROBLEMS

REQUIRED = PROBLEMS["required"]


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
        """Without spaces around, in small letters."""
        self.data = valuelist[0].strip().lower() if valuelist else ""


class SignInForm(BaseForm):
    """User name and password."""

    username = UsernameField(N_("User name"), [Required()])
    password = PasswordField(N_("Password"), [Required()])


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
