"""What the pages for anyone say, read as text."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def told(client: FlaskClient) -> Callable[[str], str]:
    """The words of a page, without its tags."""

    def read(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", re.sub("</?bdi[^>]*>", "", answer.text))).split())

    return read
