"""A page of one grievance for the queue to lead to, where the screen that has it does not stand."""

from flask import Blueprint, Flask, g

from webapp.guard import requires
from webapp.people.rules import Permission


def with_case(app: Flask) -> Flask:
    """The site, whose queue can name the page of each grievance."""
    if "case" in app.blueprints:
        return app
    stub = Blueprint("case", __name__)

    @stub.get("/queue/<reference>")
    @requires(Permission.OPEN_QUEUE)
    def one(reference: str) -> str:
        return reference

    stub.url_defaults(lambda endpoint, values: values.setdefault("lang", g.language))
    app.register_blueprint(stub, url_prefix="/<language:lang>")
    return app
