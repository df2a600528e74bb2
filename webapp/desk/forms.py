"""The filters of the queue with what was asked or refused, and its counts as links to them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from webapp.concerns.rules import Taxonomy
from webapp.desk import labels
from webapp.drafts.tables import OPTIONS
from webapp.forms import by_province
from webapp.grievances.labels import STATUSES
from webapp.i18n import isolated, number
from webapp.people.rules import Role
from webapp.places.rules import Atlas
from webapp.questions.labels import sentence
from webapp.questions.rules import Unanswerable
from webapp.queue import rules
from webapp.queue.labels import WHEN, WHOSE
from webapp.queue.queries import MOST, Counts, Scope
from webapp.queue.rules import When, Whose

Say = Callable[[str], str]
#: The choices that stand together under a name, or under none.
Group = tuple[str, list[tuple[str, str]]]
#: count -> the filters that list it
LISTS: Mapping[str, Mapping[str, str]] = {
    "danger": {"urgency": "life_danger"},
    "overdue": {"due": When.OVERDUE.value},
    "today": {"due": When.TODAY.value},
    "waiting": {},
}


class Count(NamedTuple):
    """A count in words, and the filters that list what was counted."""

    code: str
    label: str
    number: str
    #: nothing to look at
    none: bool
    words: Mapping[str, str]


def filters(
    words: Mapping[str, str], refused: Unanswerable | None, scope: Scope, reference: tuple[Atlas, Taxonomy],
    language: str, say: Say,
) -> list[dict[str, Any]]:  # fmt: skip
    """The filters of the role, each with label, groups of choices, value, and what was refused there."""
    role, (atlas, taxonomy) = scope.person.role, reference
    lists: dict[str, Mapping[Any, str]] = {
        "status": {"": labels.WAITING, **{one: STATUSES[one] for one in rules.statuses(role)}},
        "urgency": {"": labels.ANY_URGENCY, **OPTIONS["urgency"]},
        "whose": {"" if one is Whose.ALL else one: WHOSE[one] for one in rules.whose(role)},
        "due": {"": labels.ANY_TIME, **WHEN},
    }
    offered: dict[str, list[Group]] = {
        "topic": [("", [("", say(labels.ANY_TOPIC))]), *_topics(taxonomy, language, say)],
        "district": [("", [("", say(labels.ALL_DISTRICTS))]), *by_province(atlas, scope.districts, language)],
        **{name: [("", [(str(code), say(text)) for code, text in codes.items()])] for name, codes in lists.items()},
    }
    known = rules.names(role)
    at = refused and (refused.field if refused.field in known else known[0])
    return [
        {
            "name": name,
            "label": say(labels.FILTERS[name]),
            "groups": offered[name],
            "value": words.get(name, ""),
            "error": sentence(refused, say, isolated) if refused and name == at else None,
        }
        for name in known
    ]


def _topics(taxonomy: Taxonomy, language: str, say: Say) -> list[Group]:
    """Each category as a whole, and its subcategories."""
    return [
        (
            category.labels[language],
            [
                (category.code, say(labels.WHOLE_CATEGORY) % {"name": isolated(category.labels[language])}),
                *((topic.code, topic.labels[language]) for topic in taxonomy.of(category.code)),
            ],
        )
        for category in taxonomy.categories.values()
    ]


def counted(counts: Counts, say: Say) -> list[Count]:
    """The counts that were made, in words."""
    return [
        Count(name, say(labels.COUNTS[name]), _number(count, say), not count, LISTS[name])
        for name, count in counts._asdict().items() if count is not None
    ]  # fmt: skip


def _number(count: int, say: Say) -> str:
    return say(labels.MORE_THAN) % {"number": number(MOST)} if count > MOST else number(count)


def nothing(asked: rules.Asked, role: Role, scope: Scope, *, later: bool) -> tuple[str, Mapping[str, str] | None]:
    """Code of what is said where nothing is listed, and the filters of where to go instead; None for nowhere."""
    if not scope.districts:
        return "places", None
    if later:
        return "after", asked.words()
    if asked == rules.Asked(whose=Whose.MINE):
        return "mine", {"whose": Whose.NOBODY.value}
    if asked != rules.Asked():
        return "filters", {}
    return ("auditor", {"status": "closed"}) if role is Role.AUDITOR else ("all", None)
