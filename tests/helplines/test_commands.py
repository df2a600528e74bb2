"""The command line tells what is wrong with the operator's help numbers; the site goes on."""

from tests.commands.terminal import Terminal, bare, jirga
from tests.opus import recording
from webapp.config import Settings
from webapp.helplines.rules import COLUMNS

__all__ = ["bare", "jirga"]


def test_a_broken_table_is_refused_by_line_and_column(jirga: Terminal, settings: Settings) -> None:
    own = settings.data_dir / "help_numbers.csv"
    own.write_text(",".join(COLUMNS) + "\nall,police,15,,,,\nall,police,call-me,,,,\n", "utf-8")
    for command in ("check", "init"):
        done = jirga.run(command)
        assert done.code == 1
        assert "help_numbers.csv, line 3, column number: " in done.out + done.err
        assert "call-me" not in done.out + done.err
    own.write_text(",".join(COLUMNS) + "\nall,police,15,,,,\n", "utf-8")
    assert jirga.whole()
    jirga.right("init")


def test_a_folder_in_its_place_is_told_of(jirga: Terminal, settings: Settings) -> None:
    (settings.data_dir / "help_numbers.csv").mkdir()
    for command in ("check", "init"):
        done = jirga.run(command)
        assert done.code == 1
        assert "help_numbers.csv cannot be read" in done.out + done.err


def test_a_recording_that_nobody_would_hear_is_named(jirga: Terminal, settings: Settings) -> None:
    folder = settings.data_dir / "audio" / "ur"
    folder.mkdir(parents=True)
    (folder / "district.opus").write_bytes(recording())
    assert jirga.whole()
    (folder / "distrikt.opus").write_bytes(recording())
    (folder / "timing.opus").write_bytes(b"RIFF" + bytes(100))
    (folder.parent / "district.opus").write_bytes(recording())
    told = jirga.run("check")
    assert told.code == 1
    assert "audio/ur/distrikt.opus is named after no field and no topic" in told.out
    assert "audio/ur/timing.opus is no Ogg Opus file" in told.out
    assert "audio/district.opus is not of the form" in told.out
    assert "audio/ur/district.opus" not in told.out
