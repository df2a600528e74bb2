"""The file of the product against the ONS's own package of the method, on the same microdata and table of noise."""

import csv
import io

from sqlalchemy.orm import Session

from tests.summary import counts
from tests.summary.test_noise import by_the_package
from webapp.concerns.queries import taxonomy
from webapp.export import queries
from webapp.places.queries import atlas
from webapp.questions.rules import Period, Unit


def test_the_file_shows_the_numbers_of_the_package(session: Session) -> None:
    """Posted, released, read and written by the product: every cell of the districts, months and categories."""
    reference = atlas(session), taxonomy(session)
    people = counts.made(1500, list(reference[1].categories)[:6], seed=11, months=3)
    counts.opened(session)
    counts.publish(session, counts.cells(people))
    given = {"by": ["category"], "every": ["month"]}
    data = queries.file(session, given, reference, "en", today=counts.OPENED.date())
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    mine = {(row["district_code"], row["code"], row["period"]): int(row["grievances"] or 0) for row in rows}
    theirs = {
        (area, code, str(Period(Unit.MONTH, number))): shown
        for (area, code, number), shown in by_the_package(people, "month").items()
    }
    assert len(theirs) == 72
    assert {key: shown for key, shown in mine.items() if shown} == {
        key: shown for key, shown in theirs.items() if shown
    }
