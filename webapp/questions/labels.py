"""What is said to somebody who asks for a table that does not exist: whole sentences that tell what to do."""

from collections.abc import Callable, Mapping

from webapp.config import N_
from webapp.questions.rules import Area, Unanswerable

#: From an English message to the same in the reader's language.
Say = Callable[[str], str]

AREAS: Mapping[Area, str] = {
    Area.DISTRICT: N_("District"),
    Area.DIVISION: N_("Division"),
    Area.PROVINCE: N_("Province"),
}
ALL_TIME = N_("All time")
#: What stands beside every table of figures.
NOISE = N_(
    "To protect people, every number is changed a little: by 3 at most, and 1 or 2 are never shown. A 0 does not prove "
    "that nothing was reported."
)
UNPLACED = N_("Grievances that were meant for the provincial office only are counted by province, not here.")
CHANGED_ONLY = N_("Numbers change only with a release, so a new grievance appears here after the next one.")


PROBLEMS: Mapping[str, str] = {
    "unknown_name": N_("There is no such filter. Use only these: %(known)s."),
    "given_twice": N_("This filter is given twice. Give it once."),
    "not_listed": N_("“%(given)s” is not in the list. Use one of these: %(known)s."),
    "bad_period": N_(
        "“%(given)s” is not a period. Write a year like 2025, a quarter like 2025-Q3, a month like 2025-09, or all."
    ),
    "bad_year": N_("“%(given)s” is not a year. Write a year like 2025, or all."),
    "bad_release": N_("Write the number of a release, like 3, or leave it out for the last one."),
    "no_release": N_("There is no release %(given)s. The last one is %(last)s; leave it out for the last one."),
    "live_has_no_release": N_("Figures that are not protected belong to no release. Leave out the release."),
    "in_no_queue": N_("Protected grievances are counted apart, in the summary, and in no other table."),
    "not_in_scope": N_("These exact figures cover whole areas of your own only. Choose one of those in the list."),
    "too_many_to_count": N_(
        "There are more than %(most)s grievances in this period. Choose a shorter one, like a year or a quarter."
    ),
    "unknown_province": N_("There is no such province here. Use one of these: %(known)s."),
    "unknown_district": N_("There is no district “%(given)s” here. Use the code of a district, like bannu or khyber."),
    "district_rows_only": N_(
        "A district can be chosen only in a table by district. Choose districts as the area, or leave out the district."
    ),
    "other_province": N_("This district is not in the chosen province. Choose one of the two."),
    "province_rows_only": N_("To protect people, this table exists by province only. Choose provinces as the area."),
    "years_only": N_("To protect people, this table exists by whole years only. Choose a year, or all for every year."),
    "longer_than_period": N_("The parts are longer than the period. Choose shorter parts or a longer period."),
    "no_value": N_("“%(given)s” is not counted in this table. Use one of these: %(known)s."),
    "not_counted_here": N_(
        "To protect people, “%(given)s” is in no table of its own. See the table of protected grievances by province."
    ),
    "too_long_for_xlsx": N_(
        "This table has %(rows)s rows, and an Excel sheet takes %(most)s. Choose one province, a shorter period or "
        "longer parts of it, or take the CSV."
    ),
    "province_value_only": N_(
        "To protect people, “%(given)s” is counted by province only. Choose provinces as the area."
    ),
}


def sentence(refused: Unanswerable, say: Say, code: Callable[[str], str] = str) -> str:
    """The whole sentence, in the language of `say`; `code` sets what was typed and what is allowed apart."""
    return say(PROBLEMS[refused.code]) % {name: code(value) for name, value in refused.named.items()}
