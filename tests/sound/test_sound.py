"""Recorded questions: heard where the operator recorded them, and no trace of them where not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories, opus
from webapp.concerns.queries import taxonomy
from webapp.config import LANGUAGES, Settings
from webapp.drafts.labels import QUESTIONS
from webapp.sound import LARGEST, known

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
Record = Callable[..., Path]


@pytest.fixture
def record(settings: Settings) -> Record:
    """Put a recording where the operator would."""

    def put(language: str, name: str, content: bytes = opus.recording()) -> Path:
        path = settings.data_dir / "audio" / language / f"{name}.opus"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return put


@pytest.fixture
def filing(client: FlaskClient, session: Session) -> FlaskClient:
    """A representative's browser."""
    assert factories.sign_in(client, factories.person(session)).status_code == 303
    return client


def test_fields_and_topics_share_no_name(session: Session) -> None:
    topics = taxonomy(session)
    assert len(known(topics)) == len(QUESTIONS) + len(topics.categories) + len(topics.subcategories)


@pytest.mark.parametrize("page", ["submit", "help", "topics"])
def test_without_recordings_nothing_of_it_is_there(filing: FlaskClient, record: Record, page: str) -> None:
    before = filing.get(f"/ur/{page}").text
    assert not any(word in before for word in ('class="speak', "speak.js", "speak.css", "audio/", ".opus", '"sound"'))
    record("ps", "district")
    assert filing.get(f"/ur/{page}").text == before


def test_a_recording_appears_beside_its_question(filing: FlaskClient, record: Record) -> None:
    filing.get("/ur/submit")
    paths = [record("ur", "district"), record("ur", "urgency"), record("ur", "safety_ack"), record("ur", "curfew")]
    form = filing.get("/ur/submit").text
    links = ['<a class="speak" href="/ur/audio/' + path.name + '"' for path in paths]
    assert [form.count(link) for link in links] == [1, 1, 1, 0]
    assert form.count("speak.js") == form.count("speak.css") == 1
    assert '<label for="district">مسئلے کا ضلع</label><a class="speak"' in form
    assert 'aria-label="سنیں: مسئلے کا ضلع"' in form
    assert [filing.get("/ur/help").text.count(link) for link in links] == [1, 1, 1, 1]
    told = [one for group in filing.get("/ur/topics").json["categories"] for one in group["topics"]]
    assert [(one["code"], one["sound"]) for one in told if "sound" in one] == [("curfew", "/ur/audio/curfew.opus")]
    paths[0].unlink()
    assert links[0] not in filing.get("/ur/submit").text
    assert links[1] in filing.get("/ur/submit").text


@ONE
def test_it_comes_as_what_it_is(client: FlaskClient, record: Record) -> None:
    record("ps", "curfew")
    answer = client.get("/ps/audio/curfew.opus")
    assert (answer.status_code, answer.data) == (200, opus.recording())
    assert answer.headers["Content-Type"] == "audio/ogg; codecs=opus"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"].split("; ")
    again = client.get("/ps/audio/curfew.opus", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    part = client.get("/ps/audio/curfew.opus", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.data) == (206, opus.recording()[4:10])
    assert client.get("/ps/audio/curfew.opus", headers={"Range": "bytes=99999-"}).status_code == 416
    assert client.get("/ur/audio/curfew.opus").status_code == 404


@ONE
@pytest.mark.parametrize(
    "name", ["secret", "../../secrets", "..%2F..%2Fsecrets", "%2e%2e/%2e%2e/secrets", "district%00", "DISTRICT", ""]
)
def test_no_other_name_reaches_the_disk(client: FlaskClient, record: Record, settings: Settings, name: str) -> None:
    record("ur", "secret")
    record("ur", "district")
    (settings.data_dir / "secrets.opus").write_bytes(opus.recording())
    assert client.get("/ur/audio/district.opus").status_code == 200
    assert client.get(f"/ur/audio/{name}.opus").status_code == 404


@ONE
@pytest.mark.parametrize(
    "content",
    [b"", b"OggS", b"RIFF" + bytes(500), opus.recording() + bytes(LARGEST), opus.recording().replace(b"Opus", b"Vorb")],
)
def test_what_is_no_short_recording_is_not_offered(client: FlaskClient, record: Record, content: bytes) -> None:
    path = record("ur", "curfew", content)
    assert client.get("/ur/audio/curfew.opus").status_code == 404
    assert "curfew.opus" not in client.get("/ur/help").text
    path.write_bytes(opus.recording())  # the rest has arrived; the folder itself did not change
    assert client.get("/ur/audio/curfew.opus").status_code == 200
    assert "curfew.opus" in client.get("/ur/help").text
    path.write_bytes(opus.recording() + bytes(LARGEST))
    assert client.get("/ur/audio/curfew.opus").status_code == 404


@ONE
@pytest.mark.parametrize("language", LANGUAGES)
def test_none_comes_with_the_product(client: FlaskClient, language: str) -> None:
    for name in QUESTIONS:
        assert client.get(f"/{language}/audio/{name}.opus").status_code == 404
