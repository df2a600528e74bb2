"""Pages that are the same for many people: drawn once, compressed once, answered as bytes with an ETag."""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import NamedTuple

import brotli
from flask import Response, abort, current_app, request
from werkzeug.security import safe_join


class Body(NamedTuple):
    """One page in the three forms in which browsers take it, and its tag."""

    plain: bytes
    br: bytes
    gz: bytes
    tag: str


def body(content: bytes) -> Body:
    """Compress as well as can be, once."""
    packed = brotli.compress(content, quality=11), gzip.compress(content, 9, mtime=0)
    return Body(content, *packed, hashlib.sha256(content).hexdigest()[:20])


class Shelf:
    """The last few hundred bodies of one app."""

    def __init__(self) -> None:
        self.drawn: dict[Hashable, Body] = {}

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> Body:
        """The body for a key, drawn if it is not there; the oldest one makes room."""
        if key not in self.drawn:
            if len(self.drawn) >= 500:
                self.drawn.pop(next(iter(self.drawn)), None)
            self.drawn[key] = body(draw())
        return self.drawn[key]


def answer(key: Hashable, draw: Callable[[], bytes], mimetype: str = "text/html") -> Response:
    """The body in the form that the browser takes, or 304 when it has it already."""
    shelf: Shelf = current_app.extensions["shelf"]
    drawn = shelf.get(key, draw)
    best = request.accept_encodings.best_match(["br", "gzip", "identity"], default="identity")
    content = {"br": drawn.br, "gzip": drawn.gz}.get(best, drawn.plain)
    response = Response(content, mimetype=mimetype)
    if best != "identity":
        response.content_encoding = best
    response.vary.update(["Accept-Encoding", "Cookie"])
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{drawn.tag}-{best}")
    response.make_conditional(request)
    return response


def static(filename: str) -> Response:
    """One of our own few static files, compressed once; anything else is not found."""
    path = safe_join(current_app.static_folder or "", filename)
    if path is None or not Path(path).is_file():
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return answer(("static", filename), Path(path).read_bytes, kind)


def static_tag(filename: str) -> str:
    """The tag of a static file's content, for its address."""
    shelf: Shelf = current_app.extensions["shelf"]
    return shelf.get(("static", filename), (Path(current_app.static_folder or "") / filename).read_bytes).tag[:10]
