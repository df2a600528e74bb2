"""Recorded questions and topics: what the operator put into the data directory; none comes with the product."""

from collections.abc import Collection, Iterator
from pathlib import Path

from flask import Flask, Response, abort, current_app, g, request

from webapp import db
from webapp.concerns.rules import Taxonomy
from webapp.config import LANGUAGES
from webapp.drafts.labels import QUESTIONS

TYPE = "audio/ogg; codecs=opus"
#: In bytes; at 24 kbit/s two and a half minutes.
LARGEST = 500_000


class Recordings:
    """The recordings of an instance: audio/<language>/<field or topic>.opus in its data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "audio"
        self._seen: dict[str, tuple[int, frozenset[str]]] = {}

    def of(self, language: str) -> frozenset[str]:
        """The names of what can be played in a language; the folder is read again when it has changed."""
        folder = self.folder / language
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return frozenset()
        seen = self._seen.get(language)
        if seen and seen[0] == changed:
            return seen[1]
        paths = list(folder.glob("*.opus"))
        found = frozenset(path.stem for path in paths if playable(path))
        if len(found) == len(paths):  # else one may still be on its way
            self._seen[language] = changed, found
        return found


def playable(path: Path) -> bool:
    """Whether it is a file of our kind and not too long."""
    try:
        with path.open("rb") as file:
            head = file.read(36)
            return head[:4] == b"OggS" and head[28:] == b"OpusHead" and path.stat().st_size <= LARGEST
    except OSError:
        return False


def unheard(data_dir: Path, names: Collection[str]) -> Iterator[str]:
    """What lies in the folder of recordings and will never be heard, and why."""
    folder = data_dir / "audio"
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        where = path.relative_to(folder).as_posix()
        if path.parent.parent != folder or path.parent.name not in LANGUAGES or path.suffix != ".opus":
            yield f"audio/{where} is not of the form <language>/<field or topic>.opus"
        elif path.stem not in names:
            yield f"audio/{where} is named after no field and no topic"
        elif not playable(path):
            yield f"audio/{where} is no Ogg Opus file of at most {LARGEST:,} bytes"


def init_app(app: Flask, data_dir: Path) -> None:
    """Let the app know where its recordings lie."""
    app.extensions["recordings"] = Recordings(data_dir)


def spoken() -> frozenset[str]:
    """The fields and topics that can be heard in the language of the page."""
    recordings: Recordings = current_app.extensions["recordings"]
    found = recordings.of(g.language)
    return found & known(db.reference()[1]) if found else found


def known(taxonomy: Taxonomy) -> frozenset[str]:
    """The closed list of names."""
    return frozenset([*QUESTIONS, *taxonomy.categories, *taxonomy.subcategories])


def play(name: str) -> Response:
    """A recording, or a part of it; only a name of the closed list reaches the disk."""
    recordings: Recordings = current_app.extensions["recordings"]
    path = recordings.folder / g.language / f"{name}.opus"
    if name not in spoken() or not playable(path):
        abort(404)
    content = path.read_bytes()
    response = Response(content, content_type=TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
