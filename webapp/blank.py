"""Pages that are the same for many people: drawn once, compressed once, answered as bytes with an ETag."""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import NamedTuple

import brotli
from flask import Response, abort, current_app, request

FOLDER = Path(__file__).parent / "static"
#: Every file that is served as it is; no other name is looked for on the disk.
FILES = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}

#: Of what has its content's tag in its address.
KEPT = "public, max-age=31536000, immutable"


class Body(NamedTuple):
    """One page in the three forms in which browsers take it, and its tag."""

    plain: bytes
    br: bytes
    gz: bytes
    tag: str


def body(content: bytes, *, kept: bool = True) -> Body:
    """Compress what is kept as well as can be, what is sent once in about a millisecond."""
    best, level = (11, 9) if kept else (4, 3)
    packed = brotli.compress(content, quality=best), gzip.compress(content, level, mtime=0)
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


def shelved(key: Hashable, draw: Callable[[], bytes]) -> Body:
    """The body for a key from the shelf of this app, drawn if it is not there."""
    shelf: Shelf = current_app.extensions["shelf"]
    return shelf.get(key, draw)


def packed(drawn: Body, mimetype: str) -> tuple[Response, str]:
    """The body in the form that the browser takes, and which that is."""
    best = request.accept_encodings.best_match(["br", "gzip", "identity"], default="identity")
    response = Response({"br": drawn.br, "gzip": drawn.gz}.get(best, drawn.plain), mimetype=mimetype)
    if best != "identity":
        response.content_encoding = best
    response.vary.update(["Accept-Encoding", "Cookie"])
    return response, best


def answer(
    key: Hashable, draw: Callable[[], bytes], mimetype: str = "text/html", swap: tuple[bytes, bytes] | None = None
) -> Response:
    """The body in the form that the browser takes, or 304 when it has it already; `swap` puts one word for another."""
    drawn = shelved(key, draw)
    if swap:
        drawn = body(drawn.plain.replace(*swap), kept=False)
    response, best = packed(drawn, mimetype)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{drawn.tag}-{best}")
    response.make_conditional(request)
    return response


def tag(key: Hashable, draw: Callable[[], bytes]) -> str:
    """The tag of a body, for its address."""
    return shelved(key, draw).tag[:10]


def static(filename: str) -> Response:
    """One of our own few static files, compressed once; anything else is not found."""
    path = FILES.get(filename)
    if path is None:
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return answer(("static", filename), path.read_bytes, kind)


def static_tag(filename: str) -> str:
    """The tag of a static file's content, for its address."""
    return tag(("static", filename), FILES[filename].read_bytes)
