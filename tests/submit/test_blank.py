"""The empty form: one for all who file for the same districts, with nothing in it of whoever looked first."""

import uuid

import pytest
from flask.testing import FlaskClient

from tests.factories import JSON, full
from webapp.drafts.labels import WARNINGS


def test_nothing_of_the_first_address_is_kept(filing: FlaskClient) -> None:
    first = filing.get("/ps/submit?from=someone")
    assert "someone" not in first.text
    assert filing.get("/ps/submit").data == first.data


def test_the_long_form_is_drawn_as_it_is(filing: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WARNINGS, "start", "None of this is lost.")
    page = filing.get("/en/submit").text
    assert "None of this is lost." in page
    assert str(uuid.UUID(int=0)) not in page


def test_the_short_form_belongs_to_its_gathering(filing: FlaskClient) -> None:
    ids = [
        filing.post("/en/submit", data=full(consensus=said), headers=JSON).json["gathering"]
        for said in ("full", "majority")
    ]
    pages = [filing.get(f"/en/submit/{own}", headers={"Accept-Encoding": "identity"}) for own in ids]
    for own, page, other in zip(ids, pages, reversed(ids), strict=True):
        assert f'action="/en/submit/{own}"' in page.text
        assert f'href="/ur/submit/{own}"' in page.text
        assert other not in page.text
        assert "gathering_date" not in page.text
    assert pages[0].headers["ETag"] != pages[1].headers["ETag"]


def test_each_browser_gets_the_form_it_can_read(filing: FlaskClient) -> None:
    plain = filing.get("/ur/submit", headers={"Accept-Encoding": "identity"})
    small = filing.get("/ur/submit", headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "br"
    assert len(small.data) * 5 < len(plain.data)
    assert {"Accept-Encoding", "Cookie"} <= set(small.vary)
    assert filing.get("/ur/submit", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
