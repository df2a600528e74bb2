"""What the help says of questions, statuses and choices beyond their names."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.grievances.rules import Status

#: Questions whose hint is not in the form itself, for the weight of its first visit, or says only part.
PLAIN: Mapping[str, str] = {
    "gathering_tehsil": N_("The tehsil where the jirga met. Leave it empty if you are not sure."),
    "youth_heard": N_("Whether young men and women spoke for themselves, in the jirga or in a separate meeting."),
    "displaced_heard": N_("Whether families who had to leave their homes spoke for themselves."),
    "district": N_("The district where people suffer from the problem, even if the jirga met elsewhere."),
    "tehsil": N_("The tehsil where people suffer from the problem. If the whole district does, choose Whole district."),
    "subcategory": N_("No story is kept on those with a star (*): they can put a single person in danger."),
    "timing": N_("Say how it is today. You can also report what you fear before it happens."),
    "people_number": N_("Only if somebody counted them. If not, leave it empty: the number of households is enough."),
    "groups_affected": N_("Those whom it hits hardest, four at most. If it hits all alike, choose Everyone."),
    "remedy_text": N_("What the jirga decided to ask for, in a sentence or two, without names."),
    "raised_before": N_("To any office, officer, court or elected member, in writing or by word of mouth."),
    "consent_statistics": N_("Totals say how many, never who. If you say no, officials can still read it and answer."),
}

MEANINGS: Mapping[Status, str] = {
    Status.SUBMITTED: N_("The form has arrived. No official has read it yet. One sent only as a number stays here."),
    Status.ACKNOWLEDGED: N_("An official has read it and confirms that it arrived."),
    Status.UNDER_REVIEW: N_("An official is looking into it."),
    Status.INFO_REQUESTED: N_("The official asks the jirga a question and waits for the answer."),
    Status.REFERRED: N_("It was passed on to the office that is responsible for it. The reason is told."),
    Status.ACTION_PLANNED: N_("An office has said what it will do, and by which date."),
    Status.ACTION_TAKEN: N_("The office has told the jirga what it did. Now the jirga says whether that solves it."),
    Status.CLOSED: N_("Work on it has ended, and the reason is told. Only the jirga can say that it is solved."),
    Status.REOPENED: N_("The jirga was not satisfied. A different official, one level higher, looks at it."),
    Status.WITHDRAWN: N_("The jirga took it back. No official sees it any more."),
}

#: The choices of `confidentiality`.
WHO_SEES: Mapping[str, str] = {
    "district_officials": N_(
        "Officials of your district and of the provincial office read it, and the department that must act is told."
    ),
    "province_only": N_(
        "Choose this when someone in the district could cause harm. No official of the district sees it."
    ),
    "numbers_only": N_(
        "Nobody reads it and no reply comes; your own words are not kept. An official who knows his own list well can "
        "still tell that somebody chose this."
    ),
    "protected": N_(
        "No other official sees it. It is counted in no district, only in one number for the whole province."
    ),
}
