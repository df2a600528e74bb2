"""Filling in the form as a person does: reading each question in the language of the page, then answering it."""

from typing import Any

from playwright.sync_api import expect

from tests import factories
from tests.browser.phone import Phone
from webapp.drafts.labels import QUESTIONS
from webapp.submit.forms import KINDS

#: Synthetic; the last part of the first kind is a mobile number that belongs to nobody.
STORIES = {
    "en": "Synthetic: the houses near the road were damaged and nobody came to look.",
    "ur": "مصنوعی مثال: سڑک کے پاس کے مکانات کو نقصان پہنچا اور کوئی دیکھنے نہیں آیا۔",
    "ps": "جوړ شوی مثال: د سړک خوا ته کورونه ویجاړ شول او هېڅوک یې کتلو ته را نه غلل.",
}
OTHER_STORIES = {
    "en": "Synthetic: the school has had no teacher since the spring.",
    "ur": "مصنوعی مثال: سکول میں بہار سے کوئی استاد نہیں ہے۔",
    "ps": "جوړ شوی مثال: په ښوونځي کې له پسرلي راهیسې ښوونکی نشته.",
}
MOBILE_NUMBER = {"en": "0300 0000000", "ur": "۰۳۰۰ ۰۰۰۰۰۰۰", "ps": "٠٣٠٠ ٠٠٠٠٠٠٠"}
REPORTED = {"raised_before": "yes", "raised_to": ["police", "mpa_mna"], "prior_result": "promise_only"}
VALUES = """() => [...document.querySelector('main form').elements].filter(field => field.name).map(
  field => [field.name, field.value, field.checked ?? null])"""


def long_form(language: str) -> dict[str, Any]:
    """Right answers to all questions of a new gathering and its first grievance."""
    more = {"people_number": "۱۲۰", "groups_affected": ["women", "students"], "place_type": "hujra"}
    return factories.full(narrative=STORIES[language], **more, **REPORTED)


def short_form(language: str) -> dict[str, Any]:
    """Right answers for another grievance of the same gathering."""
    return factories.short(narrative=OTHER_STORIES[language], subcategory="schools_closed_damaged", timing="ongoing")


def answer_all(phone: Phone, answers: dict[str, Any]) -> None:
    """Answer one question after the other."""
    for name, value in answers.items():
        answer(phone, name, value)


def answer(phone: Phone, name: str, value: Any) -> None:
    """Find the question by its words, then choose, tick or write."""
    page, question, kind = phone.page, phone.say(QUESTIONS[name][0]), KINDS.get(name, "select")
    control = page.locator(f"#{name}")
    if kind in ("radio", "multi"):
        group = page.get_by_role("group", name=question)
        for code in value if isinstance(value, list) else [value]:
            group.locator(f"label:has([name={name}][value={code}])").click()
    elif kind == "check":
        page.get_by_label(question, exact=True).check()
    else:
        expect(page.locator(f"label[for={name}]")).to_contain_text(question)
        _ = control.select_option(value) if kind in ("select", "grouped") else control.fill(value)


def contents(phone: Phone) -> list[Any]:
    """Everything that stands in the form."""
    found: list[Any] = phone.page.evaluate(VALUES)
    return found
