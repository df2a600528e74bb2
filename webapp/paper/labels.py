"""What is said of a file of paper forms, to whoever runs the import at the command line."""

from collections.abc import Mapping

from webapp.drafts.forms import Problem
from webapp.drafts.labels import PROBLEMS
from webapp.files import Unreadable

UNREADABLE: Mapping[str, str] = {
    "empty": "the file is empty",
    "binary": "this is not a CSV file; save the sheet as CSV UTF-8 and give that file",
    "not_utf8": "line %(line)s is not UTF-8; save the sheet as CSV UTF-8 and give that file",
    "no_header": "the first line has no column names; start the file with them",
    "no_column_name": "column %(column)s has no name in the first line; name it or remove it",
    "repeated_header": "the column %(column)s stands twice in the first line; remove one",
    "broken_quotes": "line %(line)s has a quotation mark that is not closed; close or remove it",
    "no_rows": "the file has column names but no rows",
}


def unreadable(error: Unreadable) -> str:
    """Why a file cannot be read, and the cure."""
    return UNREADABLE[error.code] % dict(error.named)


def reason(problem: Problem) -> str:
    """Why a row is refused, in English, without the row's words."""
    return PROBLEMS[problem.code] % dict(problem.named)
