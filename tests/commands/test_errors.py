"""Whatever is wrong with the words, the settings or the machine: one line on stderr and an exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal, environment_of
from webapp.app import create_app
from webapp.config import Settings, settings_from

ONCE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.mark.parametrize("words", [["frobnicate"], ["people", "frobnicate"], ["--frobnicate"], ["check", "more"]])
def test_words_that_nobody_knows(bare: Terminal, words: list[str]) -> None:
    assert "jirga --help" in bare.refused(*words, code=2)


def test_no_words_show_the_list(bare: Terminal) -> None:
    done = bare.run()
    assert (done.code, done.err) == (2, "")
    for name in ("init", "demo", "serve", "people", "import", "release", "summary", "check"):
        assert f"\n  {name} " in done.out
    assert bare.right("--help").strip() == done.out.strip()


@ONCE
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JIRGA_SECRET_KEY", "short"),
        ("JIRGA_VAULT_KEYS", "nonsense"),
        ("JIRGA_VAULT_KEYS", "0000000a:c2hvcnQ="),
        ("JIRGA_DEFAULT_LANGUAGE", "fr"),
        ("JIRGA_TRUSTED_PROXIES", "many"),
        ("JIRGA_BASE_URL", "forms.example.org"),
        ("JIRGA_DATABASE_URL", "mysql://localhost/jirga"),
        ("JIRGA_DATABASE_URL", "sqlite://"),
        ("JIRGA_DATABASE_URL", "sqlite:///:memory:"),
        ("JIRGA_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named_and_never_repeated(jirga: Terminal, variable: str, value: str) -> None:
    jirga.set(**{variable: value})
    done = jirga.run("check")
    assert (done.code, done.err.count("\n")) == (1, 1), done
    assert variable in done.err
    assert "KEY" not in variable or value not in done.err


@ONCE
@pytest.mark.parametrize("words", [["check"], ["serve"], ["init"], ["restore", "site.backup"]], ids=" ".join)
@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("JIRGA_BASEURL", "JIRGA_BASE_URL"),
        ("JIRGA_SECOND_FACTORS", "JIRGA_SECOND_FACTOR"),
        ("JIRGA_METRIC", "JIRGA_METRICS"),
        ("JIRGA_base_url", "JIRGA_BASE_URL"),
        ("JIRGA_TYPO", ""),
        ("JIRGA_DEMO", ""),
        ("JIRGA_SOURCES", ""),
        ("JIRGA_", ""),
    ],
)
def test_a_setting_that_nobody_knows(jirga: Terminal, variable: str, meant: str, words: list[str]) -> None:
    """A slip in the name would leave the site without what it was to protect; the value stays untold."""
    jirga.patch.setattr("webapp.serve.run", lambda *_: None)
    jirga.set(**{variable: "open-sesame"})
    line = jirga.refused(*words, code=1)
    assert line.startswith(f"jirga: {variable}: there is no such setting")
    assert (f"do you mean {meant}?" in line) is bool(meant)
    assert "open-sesame" not in line


@ONCE
def test_a_setting_that_nobody_knows_in_the_secrets_file(jirga: Terminal, settings: Settings) -> None:
    (settings.data_dir / "secrets").write_text("JIRGA_SITE_NAM=Forms\n", "ascii")
    assert "do you mean JIRGA_SITE_NAME?" in jirga.refused("check", code=1)


@ONCE
def test_what_is_empty_or_of_another_program_is_no_setting(jirga: Terminal) -> None:
    jirga.set(JIRGA_BASEURL="", JIRGAH_X="1", MY_JIRGA_X="1", JIRGA_METRICS="127.0.0.1:9464")
    jirga.right("check")


@ONCE
@pytest.mark.parametrize(
    "address",
    [
        "www.google.com", "//www.google.com", "/search", "http://www.google.com/", "javascript:alert(1)", "https:",
        "https://", "https:///www.google.com", "https:www.google.com", "https://weather", "https://.", "https://@./",
        "https://www.google.com:port/", "https://forms.example.org:443", "https://www.google.com/search?q=the weather", "https://www.google.com\\@x.y",
        "https://[www.google.com", " https://www.google.com", "data:text/html,x", "https://forms.example.org/ur/",
    ],
)  # fmt: skip
def test_quick_exit_leads_to_a_page_of_another_site(jirga: Terminal, address: str) -> None:
    """Anything else would leave whoever flees on a page of this one, or on none."""
    jirga.set(JIRGA_QUICK_EXIT_URL=address, JIRGA_BASE_URL="https://forms.example.org")
    for words in (["check"], ["serve"], ["init"]):
        assert "JIRGA_QUICK_EXIT_URL" in jirga.refused(*words, code=1)


@ONCE
@pytest.mark.parametrize(
    "address",
    ["https://www.google.com", "https://en.wikipedia.org:443/wiki/Weather?a=b&c=%20#now", "https://192.0.2.1/"],
)
def test_quick_exit_leads_where_the_office_says(jirga: Terminal, settings: Settings, address: str) -> None:
    jirga.set(JIRGA_QUICK_EXIT_URL=address, JIRGA_BASE_URL="https://forms.example.org")
    jirga.right("check")
    app = create_app(settings_from())
    answer = app.test_client().get("https://forms.example.org/ur/exit")
    app.extensions["store"].engine.dispose()
    assert (answer.status_code, answer.headers["Location"]) == (303, address)


@ONCE
def test_a_database_that_does_not_answer(jirga: Terminal) -> None:
    jirga.set(JIRGA_DATABASE_URL="postgresql://nobody:open-sesame@127.0.0.1:1/jirga")
    for words in (["check"], ["summary"], ["init"]):
        assert "open-sesame" not in jirga.refused(*words, code=1)


@ONCE
def test_a_file_that_is_no_database(jirga: Terminal, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Synthetic: this is no database. " * 40)
    jirga.set(JIRGA_DATABASE_URL=f"sqlite:///{tmp_path / 'note.txt'}")
    jirga.refused("check", code=1)


def test_a_folder_that_is_a_file(bare: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    bare.set(JIRGA_DATA_DIR=tmp_path / "file")
    for words in (["init"], ["demo", "--no-serve"]):
        assert str(tmp_path / "file") in bare.refused(*words, code=1)


@ONCE
def test_a_place_where_nothing_can_be_written(jirga: Terminal, tmp_path: Path) -> None:
    assert "missing" in jirga.refused("summary", "-o", tmp_path / "missing" / "summary.csv", code=1)


@ONCE
def test_a_reader_that_stops_reading(settings: Settings) -> None:
    """`jirga summary | head` ends without a traceback."""
    command = [sys.executable, "-m", "webapp", "summary"]
    environment = {**os.environ, **environment_of(settings)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout is not None
        assert reading.stderr is not None
        assert reading.stdout.read(10)
        reading.stdout.close()
        said = reading.stderr.read().decode()
    assert "Traceback" not in said
    assert said.count("\n") <= 1


@ONCE
def test_secrets_file_that_is_not_plain(jirga: Terminal, settings: Settings) -> None:
    """A file saved by an editor in another encoding is no traceback."""
    (settings.data_dir / "secrets").write_bytes("JIRGA_SITE_NAME=جرگہ\n".encode())
    done = jirga.run("check")
    assert (done.code, done.err.count("\n")) in ((0, 0), (1, 1))
