"""The answer to a question: figures from the ledger with their labels, for the page, the files and the command line."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp.concerns.rules import Sensitivity, Taxonomy
from webapp.config import LANGUAGES, day_of
from webapp.export import labels, tables
from webapp.export.labels import codes
from webapp.export.tables import Answer
from webapp.files import pieces
from webapp.i18n import DIRECTIONS, speaker
from webapp.i18n import day as written
from webapp.places.rules import Atlas
from webapp.questions.labels import sentence
from webapp.questions.rules import Dimension, Question, Unanswerable, question
from webapp.summary import queries as summary
from webapp.summary.rules import members, rows_of

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
    atlas, taxonomy = reference
    release = None if live else summary.release_asked(session, asked.release)
    if live and asked.release:
        raise Unanswerable("release", "live_has_no_release")
    day = day_of(release.made_at) if release and release.made_at else today
    counted = codes(asked, taxonomy, language, speaker(language), day)
    if asked.value:
        counted = {asked.value: _label(asked, counted, taxonomy)}
    rows = rows_of(asked, atlas, day)
    table = summary.table(session, asked, members(asked, atlas, rows), release.number if release else None)
    return Answer(asked, release, rows, counted, table, atlas, language, day)


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
