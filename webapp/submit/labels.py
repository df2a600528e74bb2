"""What the form says of itself once scripts turn it into steps; questions and answers are `drafts.labels`'."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.drafts.labels import PROBLEMS, QUESTIONS, WARNINGS

CATEGORY = N_("What is it about?")
#: word of the script -> message
WORDS: Mapping[str, str] = {
    "next": N_("Continue"),
    "back": N_("Back"),
    "step": N_("Step %(number)s of %(total)s"),
    "category": CATEGORY,
    "choose": QUESTIONS["subcategory"][1],
    "topic": QUESTIONS["subcategory"][0],
    "more": N_("More questions, if you can answer them"),
    "otherYear": N_("Another year"),
    "noStory": N_("No story: it is only counted"),
    "check": N_("Check your answers"),
    "change": N_("Change"),
    "none": N_("Not answered"),
    "yes": N_("Yes"),
    "checked": N_("I have checked, send it"),
    "read": N_("I have read this"),
    "sending": N_("Sending…"),
    "failed": N_(
        "Not sent yet. All your words are still here. Do not close this page. Try again when the connection is better."
    ),
    "again": N_("Send again"),
    "refused": N_("Not sent yet. Please look at these answers."),
    "doubtful": N_("Not sent yet. Please look once more."),
    "tick": N_("Read the marked places, then tick the box at the end of the form and send it."),
    "sent": N_("Thank you. Your grievance is recorded."),
    "number": N_("Tracking number"),
    "receipt": N_("Receipt"),
    "another": N_("Another grievance of the same jirga"),
    "new": N_("New jirga session"),
    "required": PROBLEMS["required"],
    "sensitive": WARNINGS["sensitive"],
    "mines": WARNINGS["mines"],
    "threatened": WARNINGS["threatened"],
    "life": WARNINGS["life_danger"],
}
