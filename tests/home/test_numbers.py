"""What the privacy page says of numbers, for people without statistics, is what the rules do."""

import re

import pytest
from flask.testing import FlaskClient

from webapp.summary.rules import WEIGHTS


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_how_numbers_are_protected(client: FlaskClient, language: str) -> None:
    """Seven points, with the most that a number is changed by, and what is never shown."""
    page = client.get(f"/{language}/privacy").text
    note = page.partition('id="numbers"')[2].partition("</ul>")[0]
    points = re.findall("<li>(.*?)</li>", note)
    assert len(points) == 7
    most = max(abs(noise) for row in WEIGHTS.values() for noise in row)
    assert re.findall("[0-9]", points[1]) == [str(most), "1", "2"]
    assert "0" in points[4]
