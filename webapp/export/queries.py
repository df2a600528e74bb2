"""The answer to a question: figures from the ledger with their labels, for the page, the files and the command line."""

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from webapp.concerns.rules import Sensitivity, Taxonomy
from webapp.config import LANGUAGES, day_of
from webapp.drafts.forms import World
from webapp.export import labels, tables
from webapp.export.labels import codes
from webapp.export.tables import Answer
from webapp.files import pieces
from webapp.grievances import queries as grievances
from webapp.grievances.rules import reach
from webapp.i18n import DIRECTIONS, speaker
from webapp.i18n import day as written
from webapp.people.queries import Signed
from webapp.places.rules import Atlas
from webapp.questions.labels import sentence
from webapp.questions.rules import Area, Dimension, Period, Question, Unanswerable, question
from webapp.summary import queries as summary
from webapp.summary.rules import members, rows_of

#: As many as are counted in about five seconds: 0.2 ms each.
MOST = 25_000

#: name -> the values given for it
Given = Mapping[str, Sequence[str]]
Reference = tuple[Atlas, Taxonomy]


class Format(enum.StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    ZIP = "zip"


def file(
    session: Session, given: Given, reference: Reference, language: str, kind: Format = Format.CSV, *,
    today: date, live: bool = False,
) -> bytes:  # fmt: skip
    """The summary file of these parameters, protected, or live and bare; raises Unanswerable."""
    asked = question(given, reference[0])
    return b"".join(content(answer(session, asked, reference, language, today=today, live=live), reference[1], kind))


def content(answer: Answer, taxonomy: Taxonomy, kind: Format, *, bom: bool = True) -> Iterator[bytes]:
    """An answer as a file, in pieces; equal answers give equal bytes. Raises Unanswerable for what is too long."""
    say = speaker(answer.language)
    if kind is Format.XLSX:
        names, about = [say(name) for name in labels.SHEETS], _about(answer, taxonomy, answer.language)
        right_to_left = DIRECTIONS[answer.language] == "rtl"
        return pieces(tables.xlsx(answer, names, about, right_to_left=right_to_left))
    if kind is Format.ZIP:
        spoken = sorted(LANGUAGES, key=lambda language: language != answer.language)
        about = ["\n".join(_about(answer, taxonomy, language)) for language in spoken]
        return pieces(tables.packed(answer, labels.titles(say), "\n\n\n".join(about) + "\n"))
    return tables.json(answer) if kind is Format.JSON else tables.csv(answer, bom=bom)


def _about(answer: Answer, taxonomy: Taxonomy, language: str) -> list[str]:
    """What goes with the figures, in any language: they are those of a day."""
    made = None
    if answer.release:
        made_at = answer.release.made_at
        made = (answer.release.number, written(day_of(made_at), language) if made_at else "")
    return labels.about(answer.asked, made, (answer.atlas, taxonomy), language, speaker(language), answer.day)


def reason(refused: Unanswerable) -> str:
    """What the command line says of a refused parameter, in English."""
    return f"--{refused.field}: {sentence(refused, speaker('en'))}"


def answer(
    session: Session, asked: Question, reference: Reference, language: str, *, today: date, live: bool = False
) -> Answer:
    """The figures of a question with their labels; raises Unanswerable for a release or value that is not there."""
    return answers(session, [asked], reference, language, today=today, live=live)[0]


def answers(
    session: Session, asked: Sequence[Question], reference: Reference, language: str, *, today: date, live: bool = False
) -> list[Answer]:
    """The same for several questions, all of the release that the first one names."""
    atlas, taxonomy = reference
    number = asked[0].release
    release = None if live else summary.release_asked(session, number)
    if live and number:
        raise Unanswerable("release", "live_has_no_release")
    day = day_of(release.made_at) if release and release.made_at else today
    counted = [coded(one, taxonomy, language, day) for one in asked]
    rows = [rows_of(one, atlas, day) for one in asked]
    read = [(one, members(one, atlas, own)) for one, own in zip(asked, rows, strict=True)]
    found = summary.tables(session, read, release.number if release else None)
    return [
        Answer(*parts, atlas, language, day)
        for parts in zip(asked, [release] * len(asked), rows, counted, found, strict=True)
    ]


def exact(
    session: Session, asked: Question, reference: Reference, language: str, person: Signed, today: date
) -> Answer:
    """The bare table of what the person may read; raises Unanswerable for areas that they do not have as a whole."""
    atlas, taxonomy = reference
    if asked.release:
        raise Unanswerable("release", "live_has_no_release")
    if asked.by is Dimension.PROTECTION:
        raise Unanswerable("by", "in_no_queue")
    rows = _rows(asked, atlas, reach(person.role, person.scope, atlas), today)
    days = _days(asked.period)
    if grievances.visible(session, person, days) > MOST:
        raise Unanswerable("period", "too_many_to_count", most=f"{MOST:,}")
    needed = {Dimension.NONE, asked.by}
    cells = grievances.counted_for(session, person, World(atlas, taxonomy, frozenset(), today), days, needed)
    inside = members(asked, atlas, rows)
    heard = grievances.areas_heard(session, person, atlas)
    table = replace(
        summary.table_of(asked, cells, inside),
        reported=frozenset(row for area, row in inside.items() if area in heard),
    )
    return Answer(asked, None, rows, coded(asked, taxonomy, language, today), table, atlas, language, today)


def _rows(asked: Question, atlas: Atlas, districts: Collection[str], today: date) -> tuple[str, ...]:
    """The areas asked for that lie in these districts as a whole: part of one would pass for all of it."""
    wanted = rows_of(asked, atlas, today)
    found = tuple(row for row in wanted if row in whole(asked.area, atlas, districts))
    if found:
        return found
    field = "district" if asked.district else "province" if asked.province else "area"
    raise Unanswerable(field, "not_in_scope")


def whole(area: Area, atlas: Atlas, districts: Collection[str]) -> set[str]:
    """The areas of a kind all districts of which are among these."""
    above = {
        Area.DISTRICT: lambda code: code,
        Area.DIVISION: lambda code: atlas.districts[code].parent,
        Area.PROVINCE: atlas.province_of,
    }[area]
    return {above(code) for code in districts} - {above(code) for code in atlas.districts if code not in districts}


def _days(period: Period) -> tuple[date, date] | None:
    """The first and the last day."""
    if period.months is None:
        return None
    first, after = (date(month // 12, month % 12 + 1, 1) for month in (period.months[0], period.months[-1] + 1))
    return first, after - timedelta(days=1)


def coded(asked: Question, taxonomy: Taxonomy, language: str, day: date) -> dict[str, str]:
    """Code to label of all that the table counts; raises Unanswerable for a value that is not among it."""
    counted = codes(asked, taxonomy, language, speaker(language), day)
    return {asked.value: _label(asked, counted, taxonomy)} if asked.value else counted


def _label(asked: Question, counted: Mapping[str, str], taxonomy: Taxonomy) -> str:
    """The label of the one code asked for."""
    if asked.value in counted:
        return counted[asked.value]
    topic = taxonomy.subcategories.get(asked.value) if asked.by is Dimension.SUBCATEGORY else None
    if topic and topic.sensitivity is Sensitivity.REFERRAL_ONLY:
        raise Unanswerable("value", "not_counted_here", given=topic.code)
    if topic and topic.sensitivity is Sensitivity.CONFIDENTIAL:
        raise Unanswerable("value", "province_value_only", given=topic.code)
    raise Unanswerable("value", "no_value", given=asked.value[:40], known=", ".join(counted))
