"""What the page of shutdowns says: its questions, and what may be wrong with them."""

from collections.abc import Mapping

from webapp.config import N_

#: field -> (kind, label, hint); an empty hint means none
QUESTIONS: Mapping[str, tuple[str, str, str]] = {
    "district": ("grouped", N_("District"), ""),
    "first": ("date", N_("First day"), N_("Today, or up to 7 days ago.")),
    "last": ("date", N_("Last day"), N_("At most 30 days ahead. You can end it sooner, or mark more days later.")),
    "why": (
        "textarea",
        N_("Reason"),
        N_("The jirgas of the district read this. Do not write names, posts of anybody, or where forces are."),
    ),
}
PROBLEMS: Mapping[str, str] = {
    "not_your_place": N_("Choose a district that you look after."),
    "not_begun": N_("Mark it on its first day, not before."),
    "too_far_back": N_("Choose a day of the last 7 days."),
    "too_far_ahead": N_("Choose a day of the next 30 days. You can mark more days later."),
    "ends_before": N_("The last day cannot come before the first."),
}
