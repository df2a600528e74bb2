"""Every kind of entry that the code writes has words in the activity log."""

import ast
from collections.abc import Iterator

from tests.house import sources
from webapp.admin.labels import KINDS, SETTINGS
from webapp.config import Settings


def written(module: ast.Module) -> Iterator[str]:
    """The kinds that a module writes: `.note("...")`, `.note_guess(session, "...")` and `append(..., what="...")`."""
    for call in ast.walk(module):
        if isinstance(call, ast.Call):
            named = [word.value for word in call.keywords if word.arg == "what"]
            noting = isinstance(call.func, ast.Attribute) and call.func.attr == "note" and len(call.args) == 1
            guess = isinstance(call.func, ast.Attribute) and call.func.attr == "note_guess"
            given = call.args[:1] if noting else call.args[1:2] if guess else []
            yield from (one.value for one in (*named, *given) if isinstance(one, ast.Constant) and one.value)


def test_every_kind_has_words() -> None:
    """No more and no less."""
    found = {kind for path in sources.python("webapp") for kind in written(sources.tree(path))}
    assert found == set(KINDS)


def test_a_kind_is_found() -> None:
    """The check can fail."""
    module = ast.parse(
        'acting.note("a", b=1)\nappend(session, what="c")\nfound.note("words", 3)\nask(what=None)\n'
        'guard.note_guess(session, "d", 3)'
    )
    assert set(written(module)) == {"a", "c", "d"}


def test_every_setting_has_words() -> None:
    """Each setting that can be made from outside is on the page of the system's state."""
    inside = {"demo", "sources"}
    names = {f"JIRGA_{name.upper()}" for name in Settings.__dataclass_fields__ if name not in inside}
    assert names == set(SETTINGS)
