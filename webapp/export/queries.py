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
    counted = [_counted(one, taxonomy, language, day) for one in asked]
    rows = [rows_of(one, atlas, day) for one in asked]
    read = [(one, members(one, atlas, own)) for one, own in zip(asked, rows, strict=True)]
    found = summary.tables(session, read, release.number if release else None)
    return [
        Answer(*parts, atlas, language)
        for parts in zip(asked, [release] * len(asked), rows, counted, found, strict=True)
    ]


def _counted(asked: Question, taxonomy: Taxonomy, language: str, day: date) -> dict[str, str]:
    """Code to label of what is counted: all codes of the dimension, or the one asked for."""
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
