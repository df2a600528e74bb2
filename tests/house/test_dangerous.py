"""Nothing in the product runs, unpacks or draws what people sent: no eval, no pickle, no shell, no HTML of a text."""

import ast
import re
from pathlib import Path

import pytest

from tests.house import sources

#: Calls by their last name; `compile` is that of `re` alone.
CALLS = {
    "eval", "exec", "compile", "system", "popen", "render_template_string", "from_string", "execfile",
    "yaml", "literal_eval",
}  # fmt: skip
MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "telnetlib", "xmlrpc"}
#: In scripts: HTML out of strings, code out of strings, stores that outlive the tab, and who forbids to paste.
SCRIPT = re.compile(
    r"\bset(?:Timeout|Interval)\(\s*[\"'`]|[\"']paste[\"']|\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function|localStorage|indexedDB|caches"
    r"|document\.cookie|createContextualFragment|srcdoc|onpaste)\b"
)
#: The one thing that a script keeps, until the tab is closed: when it was left.
KEEPS = re.compile(r"sessionStorage\.setItem\((\"\w+\")")


def dangerous(module: ast.Module) -> list[str]:
    """Calls and imports that could run what somebody sent, and shells."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            harmless = name in ("re.compile", "regex.compile")
            found += [name] if name.split(".")[-1] in CALLS and not harmless else []
            found += ["shell"] if any(one.arg == "shell" for one in node.keywords) else []
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            found += [name for name in names if name.split(".")[0] in MODULES]
    return found


def computed(module: ast.Module) -> int:
    """How many patterns are put together while running, and not written down."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and node.args]
    ours = [call for call in calls if re.fullmatch(r"(re|regex)\.(?!escape)\w+", ast.unparse(call.func))]
    return sum(not isinstance(call.args[0], ast.Constant) for call in ours)


def scripts() -> list[Path]:
    """What browsers run, also where it is drawn by the site."""
    return [*sorted(sources.STATIC.rglob("*.js")), sources.WEBAPP / "dangers.py"]


def test_nothing_dangerous_is_called() -> None:
    """Nor imported."""
    found = {sources.name(path): dangerous(sources.tree(path)) for path in sources.python("webapp")}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_scripts_write_text_and_keep_nothing() -> None:
    """Words are shown by textContent alone."""
    texts = {sources.name(path): path.read_text("utf-8") for path in scripts()}
    assert {name: found for name, text in texts.items() if (found := SCRIPT.findall(text))} == {}
    assert {kept for text in texts.values() for kept in KEEPS.findall(text)} == {'"left"'}
    assert sum(text.count("sessionStorage.setItem") for text in texts.values()) == 1
    assert any("textContent" in text for text in texts.values())


def test_patterns_hold_nothing_that_was_typed() -> None:
    """Patterns are written down, or made of our own tables where these are: whoever adds one looks at this list."""
    found = {sources.name(path): computed(sources.tree(path)) for path in sources.python("webapp")}
    assert {name: count for name, count in found.items() if count} == PATTERNS
    assert {name for name in PATTERNS if name.endswith(("views.py", "forms.py", "queries.py"))} == set()
    made = {sources.name(path) for path in scripts() if "new RegExp" in path.read_text("utf-8")}
    assert made == {"webapp/dangers.py"}, "out of the same tables"
    assert computed(ast.parse("re.search(typed, text); re.escape(typed); re.sub('a', b, c)")) == 1


def test_markup_of_ours_is_counted() -> None:
    """Where a string is declared to be HTML already: each is read by a person once, and none is added unseen."""
    made = {
        sources.name(path): count
        for path in sources.python("webapp")
        if (count := len(re.findall(r"\bMarkup\(", path.read_text("utf-8"))))
    }
    raw = {
        path.relative_to(sources.TEMPLATES).as_posix(): count
        for path in sources.TEMPLATES.rglob("*.html")
        if (count := len(re.findall(r"\|\s*safe\b|autoescape\s+false", path.read_text("utf-8"))))
    }
    assert (made, raw) == (MARKUP, RAW)


#: Of tables of words and of names of our own.
PATTERNS = dict.fromkeys(
    ("webapp/backup.py", "webapp/dangers.py", "webapp/files.py", "webapp/logs.py", "webapp/texts/rules.py"), 1
)
#: A frame of ours for a name that is escaped, and numbers.
MARKUP = {"webapp/case/views.py": 2, "webapp/forms.py": 1}
#: The drawing of a QR code, periods of a release, a command line of ours.
RAW = {"admin/issued.html": 1, "export/_moves.html": 1, "export/summary.html": 1}


@pytest.mark.parametrize(
    "code",
    [
        "eval(x)", "exec(x)", "compile(x, '', 'exec')", "os.system(x)", "render_template_string(x)", "import pickle",
        "from marshal import loads", "subprocess.run(x, shell=True)", "env.from_string(x)",
    ],
)  # fmt: skip
def test_danger_is_found(code: str) -> None:
    """The check can fail."""
    assert len(dangerous(ast.parse(code))) == 1
    assert dangerous(ast.parse("re.compile(x); json.loads(x); render_template('a.html')")) == []


@pytest.mark.parametrize(
    "code", ["a.innerHTML = b", "eval(a)", "localStorage.x = 1", "setTimeout('a()')", "on('paste', stop)"]
)
def test_a_dangerous_script_is_found(code: str) -> None:
    """The check can fail."""
    assert SCRIPT.search(code)
    assert not SCRIPT.search("a.textContent = b; setTimeout(() => a(), 5)")
