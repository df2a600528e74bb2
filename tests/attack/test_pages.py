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


def test_what_varies_in_an_address() -> None:
    """Numbers of grievances without a digit too, and districts; never a page's own name."""
    alike = ["JSDXGTHNND", "DEM1BMXWWM", "7f3a7cde-9c0e-4c57-b1ff-9a1b6f3d2c11", "bannu", "lakki-marwat", "VAYB3-3FBJT"]
    assert [one for one in alike if not pages.is_id(one)] == []
    own = ["summary", "exact-figures", "report_action", "sessions", "summary.csv", "help-numbers"]
    assert [one for one in own if pages.is_id(one)] == []


def test_a_form_without_fields_is_posted() -> None:
    """And a button with an address of its own sends the same answers there."""
    page = Page('<form method="post" action="/a"><input name="x"><button formaction="/b"></button></form>')
    assert page.forms == [("POST", "/b", {"x": "abc"}), ("POST", "/a", {"x": "abc"})]
    ended = Target("/en/shutdowns/7H2K9PQ/end", form={})
    assert (ended.method, pages.marked(ended).parameters) == ("POST", ["7H2K9PQ"])
    assert Target("/en/shutdowns/7H2K9PQ/end").shape != ended.shape


def test_each_page_is_injected_once_with_the_most_parameters() -> None:
    targets = [
        Target("/en/list.xlsx", {"by": "a"}), Target("/en/list.csv", {"by": "a"}), Target("/en/list"),
        Target("/en/list.csv", {"by": "a", "area": "b"}), Target("/en/other", {"by": "a"}),
        Target("/en/list.csv", form={"by": "a"}), Target("/en/list.zip", {"day": "a"}),
    ]  # fmt: skip
    assert pages.widest(targets) == targets[3:]


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/en/exit", "/en/exiting"),
        ("/ur/sign-out", "/ur/sign-in"),
        ("/en/account/sessions/1/end", "/en/shutdowns/1/end"),
        ("/en/account/leave", "/en/account/leaving"),
    ],
)
def test_nobody_is_sent_out(path: str, near: str) -> None:
    assert pages.forbidden(path)
    assert not pages.forbidden(near)


def test_everything_is_found_once(weak: str) -> None:
    found = pages.offered(Visitor(weak), ["/en/", "/en/places?id=2", "/ur/", "/en/exit"], "/en/")
    assert [target.address for target in found] == ["/en/", "/en/places?id=2", "/en/hello?word=you"]
    assert pages.offered(Visitor(weak), ["/en/places/7H2K9PQ", "/en/lost"], "/en/") == []
