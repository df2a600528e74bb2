"""What a scan is led to: every parameter once, and no page that would end it."""

from collections.abc import Iterator

import pytest

from tests.attack import pages, weak_site
from tests.attack.pages import Page, Target, Visitor

FORM = """<a href="/en/list?page=2">2</a> <form method="post" action="/en/send?next=%2Fen%2F">
<input name="word"><input name="day" type="date"><input name="file" type="file"><input name="kept" value="7">
<select name="size"><option value="">-</option><option value="s">S</option><option value="m">M</option></select>
<textarea name="narrative"></textarea><button name="turn" value="on">Go</button></form>"""


@pytest.fixture(scope="module")
def weak() -> Iterator[str]:
    """The weak site's address."""
    with weak_site.serving() as base:
        yield base


def test_a_form_is_answered() -> None:
    page = Page(FORM)
    assert page.links == ["/en/list?page=2"]
    method, action, answers = page.forms[0]
    assert (method, action) == ("POST", "/en/send?next=%2Fen%2F")
    assert answers.pop("narrative").startswith("Synthetic")
    assert answers == {"word": "abc", "day": "2025-03-26", "kept": "7", "size": "s", "turn": "on"}


def test_addresses_that_differ_in_values_alone_are_one() -> None:
    first = Target("/en/receipt/7H2K9PQ", {"page": "1"})
    assert first.shape == Target("/en/receipt/9X2K9PQ", {"page": "2"}).shape
    assert first.shape != Target("/en/receipt/9X2K9PQ").shape
    assert pages.marked(Target("/en/receipt/7H2K9PQ")).parameters == ["7H2K9PQ"]
    assert Target("/en/a", form={"x": "1"}).shape != Target("/en/a", {"x": "1"}).shape


@pytest.mark.parametrize(
    "path", ["/en/exit", "/ur/sign-out", "/en/account/sessions/1/end", "/en/admin/people/7/disable"]
)
def test_nobody_is_sent_out(path: str) -> None:
    assert pages.forbidden(path)
    assert not pages.forbidden(f"{path}ing")


def test_everything_is_found_once(weak: str) -> None:
    found = pages.offered(Visitor(weak), ["/en/", "/en/places?id=2", "/ur/", "/en/exit"], "/en/")
    assert [target.address for target in found] == ["/en/", "/en/places?id=2", "/en/hello?word=you"]
    assert pages.offered(Visitor(weak), ["/en/places/7H2K9PQ", "/en/lost"], "/en/") == []
