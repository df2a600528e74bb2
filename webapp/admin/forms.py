"""The administrator's forms, which check shape alone: roles, places and languages; what the lists are filtered by."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from webapp.admin.labels import KINDS, PROBLEMS
from webapp.codes import LATIN_DIGITS
from webapp.config import LANGUAGES, N_, start_of
from webapp.forms import AnswerField, BaseForm, Choices, UsernameField
from webapp.i18n import OWN_NAMES
from webapp.people.rules import ROLE_NAMES, Role, username_fits
from webapp.places.rules import Atlas

#: The days that the log can be asked for.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
Given = MultiDict[str, str]


class Group(NamedTuple):
    """One province of the picker: its name, its code if all of it may be chosen, its districts, how many are ticked."""

    name: str
    whole: str
    districts: Choices
    ticked: int


class RoleForm(BaseForm):
    """A role and its places."""

    role = AnswerField(N_("Role"), kind="radio")
    scope = AnswerField(N_("Places"), kind="multi")

    def __init__(self, given: Given, roles: Collection[Role], atlas: Atlas, today: date) -> None:
        super().__init__(given)
        self.atlas, self.today = atlas, today
        self.role.choices = [(role.value, _(ROLE_NAMES[role])) for role in Role if role in roles]
        for one in self:
            one.label.text = _(one.label.text)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all that was chosen exists; whether it may be chosen is for the action to say."""
        known = {*self.atlas.provinces, *self.atlas.districts}
        if self.role.value not in set(Role):
            self.role.errors = [_said("role")]
        if not known.issuperset(self.scope.given):
            self.scope.errors = [_said("place")]
        return not self.errors

    def chosen_role(self) -> Role:
        """The role, of a form that is valid."""
        return Role(str(self.role.value))

    def chosen_scope(self) -> tuple[str, ...]:
        """The places in the order of the atlas; what lies in a whole province that is chosen too is left out."""
        given = set(self.scope.given)
        provinces = [code for code in self.atlas.provinces if code in given]
        districts = [code for code in self.atlas.districts if code in given]
        return (*provinces, *(code for code in districts if self.atlas.province_of(code) not in provinces))

    def groups(self, language: str, own: tuple[str, ...] | None = None) -> Iterator[Group]:
        """The picker: of everything, or of what an inviter who has only these places may give."""
        allowed = self.atlas.in_scope(own) if own is not None else self.atlas.districts.keys()
        for code, province in self.atlas.provinces.items():
            inside = [
                (place.code, place.names[language]) for place in self.atlas.districts.values()
                if place.code in allowed and self.atlas.province_of(place.code) == code and self._offered(place.code)
            ]  # fmt: skip
            whole = code if own is None or code in own else ""
            if inside or whole:
                ticked = sum(one in self.scope.given for one in (whole, *dict(inside)))
                yield Group(province.names[language], whole, inside, ticked)

    def _offered(self, district: str) -> bool:
        """Places of today, and those that the account has from before."""
        return self.atlas.districts[district].valid(self.today) or district in self.scope.given

    def tell(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put what an action refused at its fields."""
        for name, messages in errors.items():
            self[name].errors = list(messages)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """For the summary on top: field, label, message."""
        return [(one.name, one.label.text, str(message)) for one in self for message in one.errors]


class InviteForm(RoleForm):
    """Whom to invite, and the language of the card."""

    language = AnswerField(N_("Language of the card"), kind="radio")

    def __init__(self, given: Given, roles: Collection[Role], atlas: Atlas, today: date) -> None:
        super().__init__(given, roles, atlas, today)
        self.language.choices = list(OWN_NAMES.items())
        if len(self.role.choices) == 1 and not self.role.given:
            self.role.given = [self.role.choices[0][0]]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also whether we speak the language."""
        super().validate()
        if self.language.value not in LANGUAGES:
            self.language.errors = [_said("language")]
        return not self.errors


class PeopleFilter(BaseForm):
    """Part of a user name, and a role; what fits nothing is left out."""

    name = UsernameField()
    role = AnswerField(kind="select")
    after = UsernameField()

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.role.choices = [(role.value, _(label)) for role, label in ROLE_NAMES.items()]

    def chosen(self) -> dict[str, Any]:
        """As people.queries.listed takes it."""
        role = Role(self.role.value) if self.role.value in set(Role) else None
        return {"name": _printable(self.name.data), "role": role, "after": _printable(self.after.data)}


class AuditFilter(BaseForm):
    """What happened, who did it, between which days."""

    what = AnswerField(kind="select")
    name = UsernameField()
    since = AnswerField(kind="date")
    until = AnswerField(kind="date")
    before = AnswerField()

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.what.choices = [(code, _(label)) for code, label in KINDS.items()]
        self.bounds = {"since": self._bound(self.since, 0), "until": self._bound(self.until, 1)}
        if self.what.value and self.what.value not in KINDS:
            self.what.errors = [_said("kind")]

    def chosen(self) -> dict[str, Any]:
        """As the query takes it, without the person."""
        return {"what": self.what.value or None, "before": str(self.before.value), **self.bounds}

    def username(self) -> str:
        """The user name that was given, if it could be one."""
        return self.name.data if self.name.data and username_fits(self.name.data) else ""

    def check_name(self, *, found: bool) -> None:
        """Say that there is nobody of the name that was given."""
        if self.name.data and not found:
            self.name.errors = [_said("stranger")]

    def _bound(self, field: AnswerField, after: int) -> datetime | None:
        """The start of a day in Karachi, or of the day after it."""
        typed = str(field.value).strip().translate(LATIN_DIGITS)
        if not typed:
            return None
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            day = date.min
        if not FIRST_DAY <= day <= LAST_DAY:
            field.errors = [_said("day")]
            return None
        return start_of(day + timedelta(days=after))


def moment(text: str) -> datetime | None:
    """A moment out of an address, or None."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _printable(text: str | None) -> str:
    """A database refuses some characters that no user name has."""
    return text[:40] if text and text.isprintable() else ""


def _said(code: str) -> str:
    message = PROBLEMS[code]
    return _(message)
