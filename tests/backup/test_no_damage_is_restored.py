"""A backup that was changed, cut, or made with other secrets or by a newer version is refused; nothing is written."""

import base64
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import factories
from tests.backup.conftest import ALONE, ONCE, WORDS, tables
from tests.commands.terminal import Terminal
from tests.handling.acting import Place
from webapp import copying
from webapp.config import Settings
from webapp.envelope import CHUNK, MAGIC, Sealing, opened
from webapp.vault import TAG_BYTES, CannotOpen, Vault, new_key

WHOLE = CHUNK + TAG_BYTES


def sealed(content: bytes, vault: Vault = factories.VAULT) -> bytes:
    """A file with that content."""
    file = io.BytesIO()
    sealing = Sealing(file, vault)
    for start in range(0, len(content), 1000):
        sealing.write(content[start : start + 1000])
    sealing.finish()
    return file.getvalue()


def content_of(file: bytes, vault: Vault = factories.VAULT) -> bytes:
    """What is in a file; raises CannotOpen."""
    return b"".join(opened(io.BytesIO(file), vault))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_comes_back(size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    first, second = sealed(content), sealed(content)
    assert content_of(first) == content_of(second) == content
    assert first != second
    assert len(first) == len(second) <= size + 16 * (size // CHUNK + 1) + 200


def _parts(file: bytes) -> tuple[bytes, list[bytes]]:
    """The beginning, and the chunks of a file of three full ones and a bit."""
    start = len(file) - 3 * WHOLE - 100 - TAG_BYTES
    return file[:start], [file[start + number * WHOLE : start + (number + 1) * WHOLE] for number in range(4)]


@pytest.mark.parametrize(
    "order", [(1, 0, 2, 3), (0, 2, 3), (0, 1, 2), (0, 1, 3), (0, 1, 2, 3, 3), (3,), ()], ids=lambda order: f"{order}"
)
def test_chunks_in_another_order_or_number(order: tuple[int, ...]) -> None:
    start, chunks = _parts(sealed(bytes(3 * CHUNK + 100)))
    assert content_of(start + b"".join(chunks)) == bytes(3 * CHUNK + 100)
    with pytest.raises(CannotOpen):
        content_of(start + b"".join(chunks[number] for number in order))


def test_a_chunk_of_another_backup() -> None:
    """Of the same content, under the same keys, in the same place."""
    (start, chunks), (_, others) = _parts(sealed(bytes(3 * CHUNK + 100))), _parts(sealed(bytes(3 * CHUNK + 100)))
    with pytest.raises(CannotOpen):
        content_of(start + b"".join([chunks[0], others[1], *chunks[2:]]))


def test_every_single_byte() -> None:
    file = sealed(b"Synthetic")
    for position in range(len(file)):
        changed = bytearray(file)
        changed[position] ^= 1
        with pytest.raises(CannotOpen):
            content_of(bytes(changed))
        with pytest.raises(CannotOpen):
            content_of(file[:position])
    with pytest.raises(CannotOpen):
        content_of(file + b"\0")


def test_keys() -> None:
    """It opens as long as its key is in the ring; with another secret it does not."""
    file, key = sealed(b"Synthetic"), new_key()
    assert content_of(file, Vault(f"{key},{factories.KEYS}", factories.SECRET)) == b"Synthetic"
    for vault in (Vault(key, factories.SECRET), Vault(factories.KEYS, bytes(32))):
        with pytest.raises(CannotOpen, match="other secrets"):
            content_of(file, vault)


@pytest.fixture
def file(jirga: Terminal, lived: Place) -> Path:
    """A backup of a site that was lived in."""
    made = jirga.folder / "site.jirga"
    jirga.right("backup", made)
    return made


def changed_at(place: float) -> Callable[[bytes], bytes]:
    """Another byte at that part of the file."""

    def change(content: bytes) -> bytes:
        position = int(place * (len(content) - 1))
        return content[:position] + bytes([content[position] ^ 0x40]) + content[position + 1 :]

    return change


def cut_at(place: float) -> Callable[[bytes], bytes]:
    """Only the beginning of the file."""
    return lambda content: content[: int(place * len(content))]


@ALONE
def test_damaged(jirga: Terminal, file: Path, target: Settings) -> None:
    content, damaged = file.read_bytes(), jirga.folder / "damaged.jirga"
    jirga.uses(target)
    damages = [*map(changed_at, (0, 0.001, 0.3, 0.5, 0.9, 1)), *map(cut_at, (0, 0.0001, 0.001, 0.5, 0.9999))]
    for damage in [*damages, lambda content: content + content]:
        damaged.write_bytes(damage(content))
        said = jirga.refused("restore", damaged, code=1)
        assert "nothing was restored" in said
        assert jirga.refused("restore", "--check", damaged, code=1)
        assert tables(target) == []
    jirga.right("restore", file)


@ALONE
def test_other_secrets(jirga: Terminal, file: Path, target: Settings) -> None:
    jirga.uses(target)
    for change in ({"JIRGA_VAULT_KEYS": new_key()}, {"JIRGA_SECRET_KEY": "another secret of the same length!"}):
        jirga.set(**change)
        assert "other secrets" in jirga.refused("restore", file, code=1)
        jirga.uses(target)
    jirga.set(JIRGA_SECRET_KEY=None, JIRGA_VAULT_KEYS=None)
    assert f"put the copy of secrets that was kept into {target.data_dir}" in jirga.refused("restore", file, code=1)
    assert tables(target) == []


@ALONE
def test_made_by_a_newer_version(jirga: Terminal, target: Settings) -> None:
    said = {"made_at": "2031-01-01T00:00:00+00:00", "revision": "9999", "head": "", "files": 0}
    newer = jirga.folder / "newer.jirga"
    newer.write_bytes(sealed(zlib.compress(f"{copying.line(said)}\n".encode())))
    jirga.uses(target)
    assert "newer version" in jirga.refused("restore", newer, code=1)
    assert tables(target) == []


@ONCE
def test_rows_that_fit_nowhere_leave_nothing(jirga: Terminal, file: Path, target: Settings) -> None:
    """Whatever goes wrong while rows are stored, the database is as empty as before, and the next try works."""
    lines = zlib.decompress(content_of(file.read_bytes())).decode().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith('{"insert":"grievances"'))
    del lines[first + 1]
    wrong = jirga.folder / "wrong.jirga"
    jirga.uses(target)
    wrong.write_bytes(sealed(zlib.compress("\n".join([*lines, ""]).encode())))
    jirga.refused("restore", wrong, code=1)
    assert tables(target) == []
    jirga.right("restore", file)


def test_nothing_in_it_can_be_read(jirga: Terminal, lived: Place, file: Path, settings: Settings) -> None:
    """Promise 1: no word, name, number or key, plain or packed; the same search finds them in what was sealed."""
    held, plain = file.read_bytes(), content_of(file.read_bytes())
    unpacked = zlib.decompress(plain)
    known = [lived.filed[0], lived.username("owner"), "Synthetic: the road is closed.", "grievances", "bannu"]
    for word in known:
        assert word.encode() in unpacked
    for word in (*known, WORDS, WORDS[11:30], settings.vault_keys.partition(":")[2]):
        assert word.encode() not in held
        assert base64.b64encode(word.encode())[:-4] not in held
    assert WORDS.encode() not in unpacked  # sealed once more, in its row
    assert held.startswith(MAGIC)
    assert len(zlib.compress(held)) > 0.99 * len(held)
