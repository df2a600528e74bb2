"""Exact figures of what an official's queue shows: what may be asked, and the answer, counted anew each time."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.concerns.rules import Taxonomy
from webapp.drafts.forms import World
from webapp.export import labels
from webapp.export.queries import Reference, coded
from webapp.export.tables import Answer
from webapp.forms import by_province
from webapp.grievances import queries as grievances
from webapp.grievances.rules import reach
from webapp.people.queries import Signed
from webapp.places.rules import Atlas
from webapp.questions.labels import AREAS, CHANGED_ONLY, NOISE, Say
from webapp.questions.rules import Area, Dimension, Period, Question, Unanswerable
from webapp.summary import queries as summary
from webapp.summary.rules import members, rows_of

#: As many as are counted in about five seconds.
MOST = 50_000


def answer(
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
    cells = grievances.counted_for(session, person, World(atlas, taxonomy, frozenset(), today), days)
    inside = members(asked, atlas, rows)
    heard = grievances.areas_heard(session, person, atlas)
    table = replace(
        summary.table_of(asked, cells, inside),
        reported=frozenset(row for area, row in inside.items() if area in heard),
    )
    return Answer(asked, None, rows, coded(asked, taxonomy, language, today), table, atlas, language)


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


def offered(
    filters: Mapping[str, dict[str, Any]], atlas: Atlas, districts: Collection[str], language: str, say: Say
) -> None:
    """Leave in the filters only what can be answered."""
    kinds = [(area.value, say(AREAS[area])) for area in (*AREAS,) if whole(area, atlas, districts)]
    provinces = whole(Area.PROVINCE, atlas, districts)
    filters["area"]["choices"] = kinds
    filters["by"]["choices"] = [one for one in filters["by"]["choices"] if one[0] != Dimension.PROTECTION]
    filters["province"]["choices"] = [one for one in filters["province"]["choices"] if one[0] in {"", *provinces}]
    mine = by_province(atlas, districts, language)
    filters["district"]["groups"] = [filters["district"]["groups"][0], *mine]


def notes(asked: Question, taxonomy: Taxonomy, language: str, say: Say, day: date) -> list[str]:
    """Whole sentences on how to read the table: what it holds, and what it is not for."""
    told = labels.notes(asked, taxonomy, language, say, day)
    return [
        say(labels.EXACT),
        *(note for note in told if note not in (say(NOISE), say(labels.TOTALS), say(CHANGED_ONLY))),
    ]
