"""The answer to a question: figures from the ledger with their labels, for the page, the files and the command line."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp.concerns.rules import Sensitivity, Taxonomy
from webapp.config import day_of
from webapp.export import tables
from webapp.export.labels import codes
from webapp.export.tables import Answer
from webapp.i18n import speaker
from webapp.places.rules import Atlas
from webapp.questions.labels import sentence
from webapp.questions.rules import Dimension, Question, Unanswerable, question
from webapp.summary import queries as summary
from webapp.summary.rules import members, rows_of

#: name -> the values given for it
Given = Mapping[str, Sequence[str]]
Reference = tuple[Atlas, Taxonomy]


def csv(
    session: Session, given: Given, reference: Reference, language: str, *, today: date, live: bool = False
) -> bytes:
    """The summary file of these parameters, protected, or live and bare; raises Unanswerable."""
    asked = question(given, reference[0])
    return b"".join(tables.csv(answer(session, asked, reference, language, today=today, live=live)))


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
    counted = coded(asked, taxonomy, language, day)
    rows = rows_of(asked, atlas, day)
    table = summary.table(session, asked, members(asked, atlas, rows), release.number if release else None)
    return Answer(asked, release, rows, counted, table, atlas, language)


def coded(asked: Question, taxonomy: Taxonomy, language: str, day: date) -> Mapping[str, str]:
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
