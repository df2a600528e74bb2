"""Each screen's views render its own templates, and no template lies about unused."""

import ast
import re
from pathlib import Path

from tests.house import sources

SCREENS = sorted(path.parent.name for path in sources.WEBAPP.glob("*/views.py"))
NAMED = re.compile(r"""["']([a-z_]+/[a-z_]+\.html)["']""")


def rendered(module: ast.Module) -> set[str]:
    """The templates that a module of views names."""
    strings = [node.value for node in ast.walk(module) if isinstance(node, ast.Constant)]
    return {value for value in strings if isinstance(value, str) and value.endswith(".html")}


def strangers(screen: str, names: set[str]) -> set[str]:
    """Templates that are another screen's, or not there."""
    return {name for name in names if not name.startswith(f"{screen}/") or not (sources.TEMPLATES / name).is_file()}


def test_views_render_their_own_templates() -> None:
    """templates/<screen>/*.html."""
    trees = {screen: sources.tree(sources.WEBAPP / screen / "views.py") for screen in SCREENS}
    assert trees
    assert {screen: found for screen, module in trees.items() if (found := strangers(screen, rendered(module)))} == {}


def test_no_template_is_left_over() -> None:
    """Each is named by a view, by another template, or by the handler of errors."""
    texts = [path.read_text("utf-8") for path in [*sources.python("webapp"), *sources.TEMPLATES.rglob("*.html")]]
    named = {name for text in texts for name in NAMED.findall(text)}
    pages = [path.relative_to(sources.TEMPLATES).as_posix() for path in sources.TEMPLATES.rglob("*.html")]
    assert [page for page in pages if "/" in page and page not in named and Path(page).parent.name != "errors"] == []


def test_the_checks_can_fail() -> None:
    """A view that borrows another screen's page."""
    module = ast.parse('def new():\n    return render_template("submit/other.html")')
    assert rendered(module) == {"submit/other.html"}
    assert strangers("home", {"submit/other.html"}) == {"submit/other.html"}
    assert strangers("submit", {"submit/other.html"}) == {"submit/other.html"}
    assert strangers("home", {"home/index.html"}) == set()
