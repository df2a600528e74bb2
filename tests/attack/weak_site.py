"""A site with two holes, on this machine for a moment: a scanner that finds nothing here finds nothing anywhere."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from flask import Flask, request
from werkzeug.serving import make_server

HOME = """<!doctype html><html lang="en"><title>Weak</title>
<a href="/en/places?id=1">places</a> <form action="/en/hello"><input name="word" value="you"></form></html>"""


def weak() -> Flask:
    """SQL written together with what was asked, and words given back as they came."""
    app = Flask("weak", static_folder=None)

    @app.get("/en/")
    def home() -> str:
        return HOME

    @app.get("/en/places")
    def places() -> tuple[str, int]:
        with closing(sqlite3.connect(":memory:")) as database:
            database.executescript("CREATE TABLE place (id INT, name TEXT); INSERT INTO place VALUES (1, 'Bannu');")
            try:
                rows = database.execute(f"SELECT name FROM place WHERE id = {request.args.get('id', '1')}").fetchall()
            except sqlite3.Error as error:
                return f"sqlite3.OperationalError: {error}", 500
        return f"<p>{rows}</p>", 200

    @app.get("/en/hello")
    def hello() -> str:
        return f"<p>Hello {request.args.get('word', '')}</p>"

    return app


@contextmanager
def serving() -> Iterator[str]:
    """The weak site until the end; its address."""
    server = make_server("127.0.0.1", 0, weak(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
