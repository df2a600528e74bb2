"""Pages for anyone."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import db, i18n
from webapp.guard import public

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
    """How to file, and every topic in plain words."""
    return render_template("home/help.html", taxonomy=_topics(g.language))


def _topics(language: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Categories with label and description, and those of their subcategories."""
    _, taxonomy = db.reference()
    return [
        (
            category.labels[language],
            category.descriptions[language],
            [(topic.labels[language], topic.descriptions[language]) for topic in taxonomy.of(category.code)],
        )
        for category in taxonomy.categories.values()
    ]


@public
def choose_language() -> ResponseReturnValue:
    """The bare address: on to the language chosen before, wished by the browser, or the default."""
    return redirect(url_for("home.index", lang=i18n.negotiate()))
