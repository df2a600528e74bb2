"""Where the project's own files are, and their syntax trees; the checks beside this file read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEBAPP = ROOT / "webapp"
TEMPLATES = WEBAPP / "templates"
STATIC = WEBAPP / "static"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python(*folders: str) -> list[Path]:
    """The Python files below these folders of the checkout."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def functions(node: ast.AST) -> Iterator[Function]:
    """All functions and methods, inner ones too."""
    return (inner for inner in ast.walk(node) if isinstance(inner, Function))


def lines(node: Function) -> int:
    """From `def` to the last line, without decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def name(path: Path) -> str:
    """A path as people say it."""
    return path.relative_to(ROOT).as_posix()
