"""Pages for anyone."""

from flask import Blueprint, g, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import blank, db, guard, i18n, nearby, sound
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.forms import districts
from webapp.guard import public
from webapp.home import tables

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """What this is, and how it goes."""
    return render_template("home/index.html")


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    """Who runs it, what it can do and what it cannot."""
    return render_template("home/about.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Who sees what, and what is never asked."""
    return render_template("home/privacy.html")


@bp.get("/help", endpoint="help")
@public
def help_() -> ResponseReturnValue:
    """How to file; every question, topic, status and choice in plain words; help numbers."""
    (_, taxonomy), language, today = db.reference(), g.language, day_of(now())
    say, spoken, numbers = i18n.speaker(language), sound.spoken(), nearby.numbers()

    def draw() -> bytes:
        return render_template(
            "home/help.html",
            spoken=spoken,
            numbers=numbers,
            sections=tables.questions(say),
            categories=tables.topics(taxonomy, today, language),
            statuses=tables.statuses(say),
            choices=tables.choices(say),
        ).encode()

    someone = guard.current_person()  # whose menu stands on it
    key = ("help", language, today, spoken, str(numbers), someone and (someone.role, someone.stage))
    return blank.answer(key, draw)


@bp.get("/topics")
@public
def topics() -> ResponseReturnValue:
    """What a script adds to the form: topics and questions in plain words, the same for all and no secret."""
    (_, taxonomy), language, today, spoken = db.reference(), g.language, day_of(now()), sound.spoken()

    def draw() -> bytes:
        sounds = {name: url_for("home.audio", name=name) for name in spoken}
        told = tables.fragment(taxonomy, today, language, i18n.speaker(language), sounds)
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=False).encode()

    return blank.answer(("topics", language, today, spoken), draw, "application/json")


@bp.get("/help-numbers")
@public
def help_numbers() -> ResponseReturnValue:
    """The numbers for one district, its province and everybody; the list alone is section#numbers of the page."""
    atlas, taxonomy = db.reference()
    district = atlas.districts.get(request.args.get("district", ""))
    world = World(atlas, taxonomy, atlas.districts, day_of(now()))
    return render_template(
        "home/help_numbers.html",
        district=district,
        districts=districts(world, atlas.districts, g.language),
        numbers=nearby.numbers(district.code if district else None),
    )


@bp.get("/audio/<name>.opus")
@public
def audio(name: str) -> ResponseReturnValue:
    """A recorded question or topic."""
    return sound.play(name)


@public
def choose_language() -> ResponseReturnValue:
    """The bare address: on to the language chosen before, wished by the browser, or the default."""
    return redirect(url_for("home.index", lang=i18n.negotiate()))
