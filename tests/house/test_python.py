"""Sizes, docstrings, names and imports of the house style."""

import ast
import graphlib
import statistics
import textwrap
from collections.abc import Callable

import grimp
import pytest

from tests.house import sources

MODULES = {"__init__", "rules", "labels", "models", "queries", "actions", "views", "forms", "tables"}
#: what the page of figures draws has names of its own
MODULES |= {"overview", "maps", "tiles", "briefs"}
BANNED = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "handle", "process")
#: modules whose public functions say what they do
SAYING = {"views", "queries", "actions", "cli", "commands", "rules", "tables", "files", "vault"}
SCREENS = (
    "home", "account", "join", "profile", "admin", "submit", "inbox", "bulk", "desk", "case", "shutdowns", "protection",
    "export", "figures",
)  # fmt: skip


def long_functions(module: ast.Module, most: int = 40) -> list[str]:
    """Functions over `most` lines."""
    return [
        f"{node.name} has {sources.lines(node)} lines"
        for node in sources.functions(module)
        if sources.lines(node) > most
    ]


def bad_docstring(module: ast.Module) -> list[str]:
    """A module says in 1-3 lines what it is for."""
    said = (ast.get_docstring(module) or "").strip()
    if not said:
        return ["no module docstring"]
    return ["a module docstring of more than 3 lines"] if said.count("\n") > 2 else []


def silent_functions(module: ast.Module) -> list[str]:
    """Public functions at the top of the module, or methods of its public classes, without a docstring."""
    holders = [module, *(node for node in module.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")]
    found = [node for holder in holders for node in holder.body if isinstance(node, sources.Function)]
    return [f"{node.name} says nothing" for node in found if node.name[0] != "_" and not ast.get_docstring(node)]


def late_imports(module: ast.Module) -> list[str]:
    """Imports inside functions; what brings pandas or numpy may be late, and all commands for `--help`."""
    inner = [node for function in sources.functions(module) for node in ast.walk(function)]
    names = [alias.name for node in inner if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in inner if isinstance(node, ast.ImportFrom)]
    calls = [node for node in inner if isinstance(node, ast.Call)]
    late = ("import_module", "__import__")
    names += [ast.unparse(call) for call in calls if ast.unparse(call.func).split(".")[-1] in late]
    allowed = ("pandas", *(f"import_module('{name}')" for name in ("webapp.commands", "webapp.workbooks", "zxcvbn")))
    return [f"{name} is imported inside a function" for name in sorted(set(names)) if name not in allowed]


def banned_names(stem: str) -> list[str]:
    """Words that say nothing about what is inside."""
    return [f"{stem} is a name for everything" for word in stem.split("_") if word in BANNED]


def long_file(text: str, most: int = 300) -> list[str]:
    """A file over `most` lines wants to be two."""
    count = len(text.splitlines())
    return [f"{count} lines"] if count > most else []


@pytest.mark.parametrize(
    ("check", "folders"),
    [
        (long_functions, ("webapp", "tests")),
        (bad_docstring, ("webapp", "tests", "migrations", "translations")),
        (late_imports, ("webapp", "tests", "migrations")),
    ],
)
def test_every_python_file(check: Callable[[ast.Module], list[str]], folders: tuple[str, ...]) -> None:
    """The whole tree holds to it."""
    paths = sources.python(*folders)
    assert [f"{sources.name(path)}: {problem}" for path in paths for problem in check(sources.tree(path))] == []


@pytest.mark.parametrize(
    ("check", "sample"),
    [
        (long_functions, '"""Doc."""\ndef f():\n' + "    x = 1\n" * 40),
        (bad_docstring, "x = 1"),
        (bad_docstring, '"""One\n\ntwo\n\nthree."""'),
        (late_imports, '"""Doc."""\ndef f():\n    import json'),
        (late_imports, '"""Doc."""\ndef f():\n    from webapp import db'),
        (late_imports, '"""Doc."""\ndef f():\n    return importlib.import_module("json")'),
        (silent_functions, '"""Doc."""\ndef f(): pass'),
        (silent_functions, '"""Doc."""\nclass A:\n    def f(self): pass'),
    ],
)
def test_the_checks_can_fail(check: Callable[[ast.Module], list[str]], sample: str) -> None:
    """Each finds what it is for."""
    assert len(check(ast.parse(textwrap.dedent(sample)))) == 1


def test_pandas_may_come_late() -> None:
    """The one exception."""
    assert late_imports(ast.parse("def f():\n    import pandas as pd")) == []


def test_public_functions_say_what_they_do() -> None:
    """Views, queries, actions, commands, rules, tables, files and vault."""
    paths = [path for path in sources.python("webapp") if path.stem in SAYING]
    assert [f"{sources.name(path)}: {said}" for path in paths for said in silent_functions(sources.tree(path))] == []


def test_views_are_short() -> None:
    """Guard, load, form, action, answer: none over 30 lines, median at most 10."""
    paths = [sources.WEBAPP / screen / "views.py" for screen in SCREENS]
    trees = {path: sources.tree(path) for path in paths}
    assert [f"{sources.name(path)}: {long}" for path in paths for long in long_functions(trees[path], 30)] == []
    assert (
        statistics.median(sources.lines(node) for module in trees.values() for node in sources.functions(module)) <= 10
    )


def test_functions_are_small() -> None:
    """Half of all functions have at most 11 lines."""
    modules = map(sources.tree, sources.python("webapp"))
    assert statistics.median(sources.lines(node) for module in modules for node in sources.functions(module)) <= 11


def test_files_are_small() -> None:
    """Modules, templates and stylesheets that grew too long are split by noun."""
    files = dict.fromkeys(sources.python("webapp", "tests", "translations"), 300)
    files |= dict.fromkeys(sources.TEMPLATES.rglob("*.html"), 120)
    found = [
        f"{sources.name(path)}: {said}"
        for path, most in files.items()
        for said in long_file(path.read_text("utf-8"), most)
    ]
    assert found == []
    assert long_file("x\n" * 121, 120) == ["121 lines"]


def test_modules_have_telling_names() -> None:
    """Inside a package from the fixed list; nowhere a name for everything."""
    packages = [path.parent for path in sources.WEBAPP.glob("*/__init__.py")]
    inside = [path for package in packages for path in package.glob("*.py")]
    assert [sources.name(path) for path in inside if path.stem not in MODULES] == []
    stems = [path.stem for path in [*sources.python("webapp", "tests"), *packages]]
    assert [problem for stem in stems for problem in banned_names(stem)] == []
    assert len(banned_names("form_utils")) == 1


def test_nothing_imports_in_a_circle() -> None:
    """The layers keep packages apart; this keeps the modules inside them apart too."""
    graph = grimp.build_graph("webapp", cache_dir=None)
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(arrows).prepare()
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
