"""Every address is marked with who may ask for it, closed when it is not, and written in kebab-case."""

import re

import pytest
from flask import Flask

WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?")
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def unmarked(app: Flask) -> list[str]:
    """Endpoints whose view does not say `@public` or `@requires(...)`."""
    return sorted(
        name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "permission")
    )


def not_kebab(rules: list[str]) -> list[str]:
    """Addresses with a fixed part that is not lower-case words joined by hyphens."""
    parts = {rule: [part for part in re.sub(r"<[^>]*>", "", rule).split("/") if part.strip(".")] for rule in rules}
    return [rule for rule in rules if not all(WORD.fullmatch(part.strip(".")) for part in parts[rule])]


@ONE
def test_every_route_is_marked(app: Flask) -> None:
    """Nobody can forget it."""
    assert unmarked(app) == []


@ONE
def test_an_unmarked_route_is_closed(app: Flask) -> None:
    """And if somebody does, it answers 403."""
    app.add_url_rule("/en/forgotten", "forgotten", view_func=lambda: "open")
    assert unmarked(app) == ["forgotten"]
    assert app.test_client().get("/en/forgotten").status_code == 403


@ONE
def test_addresses_are_kebab_case(app: Flask) -> None:
    """Lower case, hyphens, no underscores."""
    assert not_kebab([rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]) == []
    assert not_kebab(["/en/signIn", "/en/sign_in", "/en/sign-in", "/<lang>/summary.csv", "/", "/a/<x>"]) == [
        "/en/signIn",
        "/en/sign_in",
    ]
