"""What is said of a file of paper forms, at the command line and on the page."""

from collections.abc import Callable, Mapping

from webapp.config import N_
from webapp.drafts.forms import Problem
from webapp.drafts.labels import PROBLEMS, QUESTIONS
from webapp.files import Unreadable

#: code -> why a file cannot be read, and the cure.
UNREADABLE: Mapping[str, str] = {
    "no_file": N_("Choose a file first, then hand it in."),
    "empty": N_("The file is empty. Give the sheet with the forms."),
    "binary": N_("This is not a CSV file. Save the sheet as XLSX or as CSV UTF-8 and give that file."),
    "utf16": N_("This is a UTF-16 text file. Save the sheet as XLSX or as CSV UTF-8 and give that file."),
    "not_utf8": N_(
        "Line %(line)s is not UTF-8, perhaps Latin-1 or Windows letters. Save the sheet as XLSX or as CSV UTF-8 and "
        "give that file."
    ),
    "no_header": N_("The first line has no column names. Start the file with them."),
    "no_column_name": N_("Column %(column)s has no name in the first line. Name it or remove it."),
    "repeated_header": N_("The column %(column)s stands twice in the first line. Remove one of the two."),
    "missing_columns": N_("Columns are missing: %(columns)s. Add them to the first line of the file."),
    "broken_quotes": N_("Line %(line)s has a quotation mark that is not closed. Close or remove it."),
    "no_rows": N_("The file has column names but no rows. Write the forms below them."),
    "too_many_rows": N_("The file has more than %(most)s rows. Divide it into several files."),
    "not_workbook": N_("This is not an Excel workbook, or it is damaged. Save the sheet as XLSX and give that file."),
    "old_workbook": N_(
        "This is an old Excel file, or one locked with a password. Save it as XLSX without a password and give that "
        "file."
    ),
    "too_much_unpacked": N_(
        "The workbook is too big: more than %(most)s MB when it is opened. Divide it, or save the sheet as CSV UTF-8."
    ),
}

#: Columns of a file that no question of the form has.
COLUMN_NAMES: Mapping[str, str] = {
    "gathering_ref": N_("Number or name of the jirga session in your file"),
    "received_date": N_("Day on which the paper reached the office"),
    "language": N_("Language of the text"),
    "category": N_("Category"),
    "-": N_("The whole row"),
}


def unreadable(error: Unreadable, say: Callable[[str], str] = str) -> str:
    """Why a file cannot be read, and the cure."""
    return say(UNREADABLE[error.code]) % dict(error.named)


def reason(problem: Problem, say: Callable[[str], str] = str) -> str:
    """Why a row is refused, without the row's words."""
    return say(PROBLEMS[problem.code]) % dict(problem.named)


def column(name: str) -> str:
    """What a column asks for, as a message of the catalogues."""
    return QUESTIONS[name][0] if name in QUESTIONS else COLUMN_NAMES[name]
