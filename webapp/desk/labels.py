"""What the page of the queue says by role: headings, captions, filters, what to do where nothing is."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.people.rules import Role

#: role -> heading, and a line on what stands here
HEADS: Mapping[Role, tuple[str, str]] = {
    Role.REVIEWER: (N_("What waits for you"), N_("Lives in danger stand first, then what is due first.")),
    Role.SUPERVISOR: (N_("What waits for you"), N_("Lives in danger stand first, then what is due first.")),
    Role.PROTECTION_OFFICER: (
        N_("Protected grievances"),
        N_(
            "They stand apart because somebody could be harmed if it became known that they spoke. Only protection "
            "officers see them. Speak of them with nobody else."
        ),
    ),
    Role.AUDITOR: (
        N_("Reopened a third time"),
        N_(
            "You decide that a different supervisor looks at these again. Closed ones are here too, with the status "
            "“Closed”. You are shown no district and nothing of the representative."
        ),
    ),
}
FILTERS: Mapping[str, str] = {
    "status": N_("Status"),
    "topic": N_("Exact problem"),
    "urgency": N_("Urgency"),
    "district": N_("District"),
    "whose": N_("Who has it"),
    "due": N_("Due"),
}
WAITING, ANY_TOPIC, ANY_URGENCY = N_("What waits for an official"), N_("All problems"), N_("All")
ALL_DISTRICTS, ANY_TIME, WHOLE_CATEGORY = N_("All districts"), N_("At any time"), N_("All in %(name)s")

#: count -> what is counted
COUNTS: Mapping[str, str] = {
    "danger": N_("Lives in danger"),
    "overdue": N_("Overdue"),
    "today": N_("Due today"),
    "waiting": N_("All that wait for an official"),
}
MORE_THAN = N_("more than %(number)s")

#: Where nothing is: what that means, and what to do.
EMPTY: Mapping[str, str] = {
    "places": N_("Your account has no districts. Ask your administrator to give you some."),
    "after": N_("There is nothing more. Go back to the start of the list."),
    "mine": N_("You have nothing in hand. See what nobody has taken up yet, open it and take it in hand."),
    "filters": N_("Nothing fits. Choose fewer filters."),
    "auditor": N_("Nothing waits for you. To look through closed ones, choose the status “Closed”."),
    "all": N_("Nothing waits for you now. Look again tomorrow: what is received until then stands here."),
}
