"""Direction comes from the locale: the stylesheets know start and end, never left and right."""

import re

import pytest

from tests.house import sources

PHYSICAL = re.compile(
    r"""
    (?:^|[;{\s]) (?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-[a-z]+)?
                 | border-(?:top|bottom)-(?:left|right)-radius | left | right | direction) \s*:
  | (?:text-align|text-align-last|float|clear|background-position|transform-origin|caption-side|object-position)
        \s*:[^;}]*\b(?<!-)(?:left|right)\b
  | \bto\s+(?:left|right)\b
  | \btranslateX\( | \btranslate\(\s*[^0,)\s]
    """,
    re.VERBOSE | re.IGNORECASE,
)
FOUR = re.compile(
    r"(?:^|[;{\s])(margin|padding|inset|border-width|border-style|border-color)\s*:([^;}]*)", re.IGNORECASE
)


def physical(css: str) -> list[str]:
    """Declarations that mean a side of the screen instead of a side of the text."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = [match.group().strip(" \n;{") for match in PHYSICAL.finditer(css)]
    for name, value in FOUR.findall(css):
        parts = re.sub(r"\([^()]*\)", "()", value).split()
        if len(parts) >= 4 and parts[1] != parts[3]:
            found.append(f"{name}: {value.strip()}")
    return found


def test_stylesheets() -> None:
    """All of ours."""
    sheets = sorted(sources.STATIC.rglob("*.css"))
    assert sheets
    assert {sheet.name: found for sheet in sheets if (found := physical(sheet.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-left: 1px", "padding-right:0", "border-left-width: 2px", "border-top-right-radius: 3px", "left: 0",
        "right:auto", "float: left", "clear:right", "text-align: left", "direction: rtl", "margin: 0 1px 0 2px",
        "inset: 0 0 0 1rem", "background-position: right 1rem center", "transform: translate(2px, 0)",
        "background: linear-gradient(to left, red, blue)", "transform: translateX(4px)", "scroll-padding-left: 1px",
    ],
)  # fmt: skip
def test_a_physical_side_is_found(declaration: str) -> None:
    """The check can fail."""
    assert len(physical(f"a{{color:red;{declaration}}}")) == 1


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-inline-start: 1px", "text-align: start", "inset-inline-end: 0", "float: inline-start", "margin: 0 auto",
        "margin: 0 1px 2px 1px", "border-start-end-radius: 3px", "content: 'right'", "/* left: 0 */ top: 0",
    ],
)  # fmt: skip
def test_a_logical_side_is_not(declaration: str) -> None:
    """Nor does it cry wolf."""
    assert physical(f"a{{{declaration}}}") == []
