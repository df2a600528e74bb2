"""The rules on their way to the browser: for anyone, once, in the language of the form that names them."""

import re

from flask.testing import FlaskClient

from webapp.drafts.labels import PROBLEMS
from webapp.i18n import speaker

ADDRESS = re.compile(r'data-rules="(/\w\w/dangers\.js\?v=\w+)"')


def address(filing: FlaskClient, language: str) -> str:
    """Where the form says that its rules are."""
    (found,) = ADDRESS.findall(filing.get(f"/{language}/submit", headers={"Accept-Encoding": "identity"}).text)
    return str(found)


def test_the_form_names_its_rules(filing: FlaskClient) -> None:
    addresses = {language: address(filing, language) for language in ("en", "ur", "ps")}
    assert len({found.partition("?")[2] for found in addresses.values()}) == 3
    for language, found in addresses.items():
        answer = filing.get(found, headers={"Accept-Encoding": "identity"})
        assert answer.mimetype == "text/javascript"
        assert speaker(language)(PROBLEMS["cnic"]) in answer.text


def test_they_are_kept_by_browsers_and_are_no_secret(filing: FlaskClient, client: FlaskClient) -> None:
    found = address(filing, "ur")
    answer = client.get(found, headers={"Accept-Encoding": "br"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert "Set-Cookie" not in answer.headers
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    again = client.get(found, headers={"Accept-Encoding": "br", "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
