"""Words, answers and requests of every kind, for hypothesis. Synthetic noise."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

from tests.drafts.test_anything import EDGES

#: Nobody may find these letters in a page as they are.
RAW = "<zq'\">"
#: Words that mean something somewhere.
MEANT = (
    *EDGES, RAW, f"/en/{RAW}", "all", "district", "province", "division", "2025-Q1", "2025-03", "month", "long", "wide",
    "overdue", "mine", "submitted", "pdma", "solved", "partly_solved", "duplicate", "representative", "PK-KP", "-1",
    "9" * 19, "https://elsewhere.invalid/", "//elsewhere.invalid", "/en//elsewhere.invalid", "/en/\\elsewhere.invalid",
    "/en/\r\nSet-Cookie: a=b", "' OR 1=1 --", "{{7*7}}", "%s%n", "../../secrets", "=1+1", "AAAA-" * 8, "\U0010ffff",
)  # fmt: skip
WORDS = st.one_of(st.sampled_from(MEANT), st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
#: A number that picks one of however many there are.
PICK = st.integers(0, 10**6)
#: Names that are asked for though no form shows them, or not always.
NAMES = (
    "next", "held", "seen", "show", "template", "for", "other", "after", "before", "checked", "category", "release",
    "subject", "step", "client_id", "value", "every",
)  # fmt: skip
#: Which answers are exchanged, and for what.
CHANGES = st.lists(st.tuples(PICK | st.sampled_from(NAMES) | WORDS, st.lists(WORDS, max_size=2)), max_size=3)
Changes = Sequence[tuple[int | str, Sequence[str]]]


def changed(answers: Mapping[str, str], changes: Changes) -> list[tuple[str, str]]:
    """Name and value of right answers but for these."""
    given, names = {name: [value] for name, value in answers.items()}, sorted(answers)
    for which, values in changes:
        if isinstance(which, str):
            given[which] = list(values)
        elif names:
            given[names[which % len(names)]] = list(values)
    return [(name, value) for name, values in given.items() for value in values]


def encoded(pairs: Sequence[tuple[str, str]]) -> str:
    """As a form is sent, half letters too."""
    return "&".join("=".join(quote_plus(one, errors="surrogatepass") for one in pair) for pair in pairs)


def wrong(answer: Any) -> list[str]:
    """What no answer may be, whatever was asked: broken, leading elsewhere, or with words that are marks of a page."""
    found = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    leads = answer.headers.get("Location", "/")
    if not leads.startswith("/") or leads.startswith("//") or "\\" in leads:
        found.append(f"leads to {leads}")
    if answer.mimetype == "text/html" and "<zq" in answer.text:
        found.append("gives words back as marks")
    return found
