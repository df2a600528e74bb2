"""Figures for officials: the page, and the files behind it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, TooManyRequests

from webapp import db, guard
from webapp.attempts import actions as attempts
from webapp.attempts.rules import DOWNLOADS
from webapp.audit import actions as audit
from webapp.config import day_of, now
from webapp.export import briefs, forms, labels, overview, queries, tables
from webapp.export.queries import Format
from webapp.export.tables import Answer
from webapp.grievances.rules import reach
from webapp.guard import can, person, requires
from webapp.i18n import isolated, speaker
from webapp.people.rules import Permission
from webapp.publishing import release_if_due
from webapp.questions.rules import Area, Dimension, Question, Unanswerable, question
from webapp.summary import queries as figures
from webapp.timeliness import queries as service
from webapp.timeliness.rules import TOTAL, Counts, Spot

bp = Blueprint("export", __name__)
CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
    Format.ZIP: "application/zip",
}


class Slowed(TooManyRequests):
    """Somebody takes files faster than anybody could read them."""

    told = labels.SLOWED

    def __init__(self, seconds: int) -> None:
        super().__init__(retry_after=seconds)
        self.named = {"most": DOWNLOADS.most, "seconds": isolated(str(seconds))}


class Unknown(NotFound):
    """There is no such district."""

    told = labels.UNKNOWN_DISTRICT

    def __init__(self, district: str) -> None:
        super().__init__()
        self.named = {"given": isolated(district[:40])}


@bp.get("/summary")
@requires(Permission.READ_SUMMARY)
def summary() -> ResponseReturnValue:
    """The table asked for, how to read it, and what can be seen at a glance of the same places and time."""
    release_if_due()
    try:
        asked = question(forms.narrowed(_given()), db.reference()[0])
        answer, *found = _answers(asked, *(drawn := overview.questions(asked, *db.reference())).values())
    except Unanswerable as refused:
        return _page(_words(), refused), 400
    return _page(answer.asked.words(), None, answer, dict(zip(drawn, found, strict=True)))


@bp.get("/summary.<any(csv, xlsx, json, zip):kind>")
@requires(Permission.DOWNLOAD_SUMMARY)
def download(kind: str) -> ResponseReturnValue:
    """The same as a file; the audit log keeps who took it."""
    _take_turn()
    release_if_due()
    wanted = Format(kind)
    try:
        bom, besides = (_bom(), ("bom",)) if wanted is Format.CSV else (True, ())
        answer = _answer(question(_given(*besides), db.reference()[0]))
        content = queries.content(answer, db.reference()[1], wanted, bom=bom)
    except Unanswerable as refused:
        return _page(_words(), refused), 400
    headers = {"Content-Disposition": f'attachment; filename="{_record(answer, wanted)}.{kind}"'}
    return Response(content, headers=headers, content_type=CONTENT_TYPES[wanted])


def _take_turn() -> None:
    """Slow down whoever takes hundreds of files a minute, before any work is done for them."""
    name = db.vault().fingerprint(str(person().id), purpose="downloads of a person")
    with db.writing() as own:
        seconds = attempts.slowed(own, name, now(), DOWNLOADS)
    if seconds:
        raise Slowed(seconds)


def _record(answer: Answer, kind: Format) -> str:
    """Note in the audit log what is taken by whom; the file's name, which says under which number it was noted."""
    export_id = secrets.token_hex(4)
    release = answer.release.number if answer.release else 0
    rows = tables.length(answer, answer.asked.layout)
    about = {**tables.words(answer), "release": release, "language": answer.language, "rows": rows, "format": kind}
    with db.writing() as own:
        audit.append(
            own, db.vault(), by=person().id, what="summary_downloaded", about={**about, "export_id": export_id}
        )
    return f"summary-{answer.asked.area}-{answer.asked.by.replace('_', '-')}-release{release}-{export_id}"


def _given(*besides: str) -> queries.Given:
    return {name: values for name, values in request.args.lists() if name not in besides}


def _words() -> dict[str, str]:
    """What was asked, as it was written, to be shown in the filters again."""
    return request.args.to_dict()


def _bom() -> bool:
    """Whether the file starts with the mark by which spreadsheets know UTF-8."""
    given = request.args.getlist("bom") or ["1"]
    if given not in (["0"], ["1"]):
        raise Unanswerable("bom", "not_listed", given=given[0][:40], known="0, 1")
    return given == ["1"]


def _answer(asked: Question) -> Answer:
    return _answers(asked)[0]


def _answers(*asked: Question) -> list[Answer]:
    """The figures; those of a closed release never change and are read once, if they are few."""
    number, shelf = figures.release_asked(db.session(), asked[0].release).number, db.store().shelf
    key = (number, g.language, asked)
    held: list[Answer] | None = shelf.get(key)
    if held:
        return held
    found = queries.answers(db.session(), asked, db.reference(), g.language, today=day_of(now()))
    if number and forms.few(found) and all(one.release and one.release.number == number for one in found):
        shelf.put(key, found)
    return found


def _page(
    words: dict[str, str], refused: Unanswerable | None, answer: Answer | None = None,
    drawn: Mapping[str, Answer] | None = None,
) -> str:  # fmt: skip
    """The page with its filters, and with figures once there is a release to show."""
    say, asked = speaker(g.language), answer.asked if answer else None
    last = answer.release if answer else figures.released(db.session())
    released = last if last and last.made_at else None
    return render_template(
        "export/summary.html",
        filters=_filters(words, refused),
        table=_sheet(answer, released) if answer and released and not forms.too_long(answer) else None,
        release=_release(released) if released else None,
        seen=_seen(answer.asked, drawn, released) if answer and drawn and released else None,
        longer=forms.by_district(asked) if asked and released else None,
        brief=forms.brief_of(asked) if asked and asked.district and released else None,
        notes=forms.notes(answer, db.reference()[1], say, day_of(now())) if answer else [],
        downloads=forms.downloads(answer, say) if answer and can(Permission.DOWNLOAD_SUMMARY) else None,
    )


def _sheet(answer: Answer, released: figures.Released) -> forms.Sheet:
    """The table as it stands in the page; of figures that are kept it is kept too."""
    shelf, key = db.store().shelf, ("sheet", released.number, answer.language, answer.asked)
    held: forms.Sheet | None = shelf.get(key)
    if held:
        return held
    drawn = forms.sheet(answer, speaker(answer.language))
    if forms.few([answer]):
        shelf.put(key, drawn)
    return drawn


def _filters(
    words: dict[str, str], refused: Unanswerable | None, names: Sequence[str] = tuple(labels.FILTERS)
) -> dict[str, dict[str, Any]]:
    """The filters of these names, with the last releases to choose from."""
    say = speaker(g.language)
    releases = {one.number: day_of(one.made_at) for one in figures.last_releases(db.session())}
    return forms.filters(words, refused, forms.offered(db.reference(), words, releases, g.language, say), say, names)


def _seen(asked: Question, drawn: Mapping[str, Answer], released: figures.Released) -> overview.Overview:
    """What is drawn, with the figures of service that the release kept."""
    return overview.overview(drawn, _served(asked, released), asked.district, speaker(g.language))


def _served(asked: Question, released: figures.Released) -> Mapping[Spot, Counts] | None:
    """The figures of service of the year that was asked for; None where none are kept."""
    year = overview.year_of(asked)
    return None if year is None else service.at(db.session(), released.number, TOTAL, year)


def _release(released: figures.Released) -> dict[str, int | date | None]:
    """What is said of a release, with days as they are in Karachi; a next one that waits for more changes has none."""
    made_at, due = released.made_at or now(), figures.next_due(db.session())
    return {
        "number": released.number,
        "made_at": day_of(made_at),
        "next_due": day_of(due) if due and due > now() else None,
    }


@bp.get("/summary/<district>")
@requires(Permission.READ_SUMMARY)
def brief(district: str) -> ResponseReturnValue:
    """One district beside its province, and what has changed there; printed, a brief of one sheet."""
    atlas = db.reference()[0]
    if district not in atlas.districts:
        raise Unknown(district)
    release_if_due()
    try:
        asked = briefs.asked(_given(), district)
        released = figures.release_asked(db.session(), asked.release)
        drawn = briefs.questions(asked, atlas, day_of(released.made_at or now()))
        found = dict(zip(drawn, _answers(*drawn.values()), strict=True))
    except Unanswerable as refused:
        return _brief_page(district, _words(), refused), 400
    return _brief_page(district, asked.words(), None, found if released.made_at else None)


def _brief_page(
    district: str, words: dict[str, str], refused: Unanswerable | None, found: briefs.Found | None = None
) -> str:
    atlas, say = db.reference()[0], speaker(g.language)
    whole = found[Dimension.NONE, Area.DISTRICT, ""] if found else None
    released, seen = (whole.release if whole else None), None
    if found and whole and released:
        seen = briefs.brief(found, _served(whole.asked, released), say)
    narrowed: dict[str, Any] = {name: words[name] for name in forms.NARROWING if name in words}
    return render_template(
        "export/brief.html",
        name=atlas.districts[district].names[g.language],
        province=atlas.provinces[atlas.province_of(district)].names[g.language],
        filters=_filters(words, refused, forms.NARROWING),
        release=_release(released) if released else None,
        seen=seen,
        notes=labels.brief_notes(say, counted=seen.counted) if seen else [],
        tables=url_for("export.summary", district=district, by=Dimension.SUBCATEGORY, **narrowed),
    )


@bp.get("/exact-figures")
@requires(Permission.COUNT_EXACTLY)
def exact() -> ResponseReturnValue:
    """The table asked for, and how to read it; counting is work, so it is slowed like a download."""
    _take_turn()
    try:
        answer = _exact()
    except Unanswerable as refused:
        return _exact_page(request.args.to_dict(), refused), 400
    _note(answer, what="exact_figures_seen")
    return _exact_page(answer.asked.words(), None, answer)


@bp.get("/exact-figures.csv")
@requires(Permission.COUNT_EXACTLY)
def exact_csv() -> ResponseReturnValue:
    """The same as a file, with protected=no on every row."""
    _take_turn()
    try:
        answer = _exact()
    except Unanswerable as refused:
        return _exact_page(request.args.to_dict(), refused), 400
    export_id = secrets.token_hex(4)
    _note(answer, what="exact_figures_downloaded", rows=tables.length(answer, answer.asked.layout), export_id=export_id)
    headers = {"Content-Disposition": f'attachment; filename="exact-not-protected-{export_id}.csv"'}
    return Response(tables.csv(answer), headers=headers, content_type="text/csv; charset=utf-8")


def _exact() -> Answer:
    reference = db.reference()
    asked = question(dict(request.args.lists()), reference[0])
    return queries.exact(db.session(), asked, reference, g.language, person(), day_of(now()))


def _note(answer: Answer, *, what: str, **more: str | int) -> None:
    with db.writing() as session:
        guard.acting(session).note(what, **answer.asked.words(), language=answer.language, **more)


def _exact_page(words: dict[str, str], refused: Unanswerable | None, answer: Answer | None = None) -> str:
    say, (atlas, taxonomy), today = speaker(g.language), db.reference(), day_of(now())
    filters = forms.filters(words, refused, forms.offered((atlas, taxonomy), words, {}, g.language, say), say)
    forms.narrow(filters, atlas, reach(person().role, person().scope, atlas), g.language, say)
    asked: dict[str, Any] = answer.asked.words() if answer else {}
    return render_template(
        "export/exact.html",
        filters=filters,
        table=forms.sheet(answer, say) if answer and not forms.too_long(answer) else None,
        today=today,
        notes=labels.exact_notes(answer.asked, taxonomy, g.language, say, today) if answer else [],
        download=url_for("export.exact_csv", **asked) if answer else None,
    )
