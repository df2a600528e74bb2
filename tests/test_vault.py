"""What is sealed opens only where it was sealed, only with its key, and only unchanged."""

import base64
import hmac
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.keeping import KeyFile, replace_keys
from webapp.vault import CannotOpen, Vault, Where, new_key

OLD, NEW = (
    "0000000a:" + base64.b64encode(bytes([7]) * 32).decode(),
    "0000000b:" + base64.b64encode(bytes(32)).decode(),
)
SECRET = b"only for tests, thirty-two bytes!"
WHERE: Where = ("texts", "sealed", "5f0c")
VAULT = Vault(OLD, SECRET)
FEW = settings(max_examples=150, deadline=None)


@pytest.mark.parametrize("text", ["", "a", "سڑک بند ہے", "لار بنده ده\n", "\x00", "👨‍👩‍👧" * 1000])
def test_what_is_sealed_opens(text: str) -> None:
    """Any text, even an empty one."""
    assert VAULT.open(VAULT.seal(text, WHERE), WHERE) == text


def test_format() -> None:
    """Version, length of the key id, key id, nonce, AES-256-GCM bound to the header and the place."""
    sealed = VAULT.seal("abc", WHERE)
    header, nonce, rest = sealed[:10], sealed[10:22], sealed[22:]
    assert header == b"\x01\x080000000a"
    place = b"".join(len(part).to_bytes(8, "big") + part.encode() for part in WHERE)
    assert AESGCM(bytes([7]) * 32).decrypt(nonce, rest, header + place) == b"abc"


def test_nothing_readable_and_never_twice_the_same() -> None:
    """Equal texts do not show as equal."""
    sealed = [VAULT.seal("the road is closed", WHERE) for _ in range(100)]
    assert len({one[10:22] for one in sealed}) == 100
    assert not any(b"road" in one for one in sealed)


@pytest.mark.parametrize(
    "other",
    [
        ("texts", "sealed", "5f0d"),
        ("texts", "other", "5f0c"),
        ("notes", "sealed", "5f0c"),
        ("textss", "ealed", "5f0c"),
        ("texts", "sealed5", "f0c"),
        ("", "textssealed", "5f0c"),
        ("texts\0sealed", "", "5f0c"),
        ("TEXTS", "sealed", "5f0c"),
    ],
)
def test_moved_does_not_open(other: Where) -> None:
    """Not in another table, column or row, wherever the words are cut."""
    with pytest.raises(CannotOpen):
        VAULT.open(VAULT.seal("abc", WHERE), other)


def test_every_changed_bit_is_noticed() -> None:
    """Header, nonce, ciphertext and tag."""
    sealed = VAULT.seal("abc", WHERE)
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            VAULT.open(bytes(changed), WHERE)


def test_every_cut_is_noticed() -> None:
    """From either end."""
    sealed = VAULT.seal("abc", WHERE)
    for cut in [*(sealed[:end] for end in range(len(sealed))), sealed[1:], sealed + b"\0"]:
        with pytest.raises(CannotOpen):
            VAULT.open(cut, WHERE)


def test_key_ring() -> None:
    """Sealed under the first key, opened under any; without its key nothing opens."""
    before = VAULT.seal("abc", WHERE)
    both = Vault(f"{NEW}, {OLD}", SECRET)
    after = both.seal("abc", WHERE)
    assert after[2:10] == b"0000000b"
    assert both.open(before, WHERE) == both.open(after, WHERE) == "abc"
    with pytest.raises(CannotOpen):
        VAULT.open(after, WHERE)


def test_same_id_other_key_does_not_open() -> None:
    """Another instance may have given the same id to its own key."""
    sealed = VAULT.seal("abc", WHERE)
    with pytest.raises(CannotOpen):
        Vault("0000000a:" + base64.b64encode(bytes([8]) * 32).decode(), SECRET).open(sealed, WHERE)


def test_a_key_id_cannot_be_exchanged() -> None:
    """Two ids of one key: the id is authenticated too."""
    key = OLD.partition(":")[2]
    twice = Vault(f"aaaa:{key},bbbb:{key}", SECRET)
    sealed = twice.seal("abc", WHERE)
    with pytest.raises(CannotOpen):
        twice.open(sealed.replace(b"aaaa", b"bbbb"), WHERE)


def test_refusals_say_nothing() -> None:
    """No text, no row, no key in the message or in what led to it."""
    sealed = VAULT.seal("the road is closed", WHERE)
    with pytest.raises(CannotOpen) as refused:
        VAULT.open(sealed[:-1] + b"\0", ("texts", "sealed", "row-of-somebody"))
    with pytest.raises(ValueError, match="UTF-8") as unwritten:
        VAULT.seal("the road \ud800", WHERE)
    for error in (refused.value, unwritten.value):
        assert error.__suppress_context__
        assert not [word for word in ("road", "somebody", "InvalidTag", "\ud800") if word in str(error)]
    assert SECRET.decode() not in repr(VAULT)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("", "key 1: write it as id:base64"),
        (f"{OLD},", "key 2: write it as id:base64"),
        ("SGVsbG8gd29ybGQ=", "key 1: write it as id:base64"),
        (":SGVsbG8=", "key 1: write it as id:base64"),
        ("کلید:SGVsbG8=", "key 1: write it as id:base64"),
        ("x" * 33 + ":SGVsbG8=", "key 1: write it as id:base64"),
        ("aaaa:SGVsbG8", "key 1: the part after the colon is not base64"),
        ("aaaa:SGVs bG8=", "key 1: the part after the colon is not base64"),
        ("aaaa:کلید", "key 1: the part after the colon is not base64"),
        ("aaaa:SGVsbG8=", "key 1: a key has 32 bytes, this one has 5"),
        (f"{NEW},{OLD},{NEW}", "key 3: its id stands twice in the ring"),
    ],
)
def test_bad_key_ring(keys: str, why: str) -> None:
    """The message says which key and why, and repeats nothing of it."""
    with pytest.raises(ValueError, match=why) as caught:
        Vault(keys, SECRET)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "SGVs" not in str(caught.value)


def test_short_secret() -> None:
    """32 bytes at least."""
    with pytest.raises(ValueError, match="fewer than 32 bytes"):
        Vault(OLD, b"short")


def test_new_key() -> None:
    """A fresh id of 8 hex digits and 32 bytes, good for a ring."""
    keys = [new_key() for _ in range(20)]
    assert len(set(keys)) == 20
    assert all(len(key.partition(":")[0]) == 8 and int(key.partition(":")[0], 16) >= 0 for key in keys)
    Vault(",".join(keys), SECRET)


def test_fingerprint() -> None:
    """32 bytes, the same for the same parts; parts, their order, their cuts, purpose and secret all count."""
    one = VAULT.fingerprint("a", "bc", purpose="content")
    others = [
        VAULT.fingerprint("ab", "c", purpose="content"),
        VAULT.fingerprint("bc", "a", purpose="content"),
        VAULT.fingerprint("abc", purpose="content"),
        VAULT.fingerprint("a", "bc", "", purpose="content"),
        VAULT.fingerprint("a", "bc", purpose="contents"),
        VAULT.fingerprint(purpose="content"),
        VAULT.fingerprint("", purpose="content"),
        Vault(OLD, SECRET + b"!").fingerprint("a", "bc", purpose="content"),
    ]
    assert len({one, *others}) == 9
    assert all(len(found) == 32 for found in others)
    assert Vault(NEW, SECRET).fingerprint("a", "bc", purpose="content") == one


def test_fingerprint_stays_what_it_was() -> None:
    """Stored ones must be found again after an update: HKDF and HMAC by hand, from the standard library."""
    extracted = hmac.digest(bytes(32), SECRET, "sha256")
    key = hmac.digest(extracted, b"jirga fingerprint\0test\x01", "sha256")
    message = b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\x04" + "بن".encode()
    assert VAULT.fingerprint("a", "بن", purpose="test") == hmac.digest(key, message, "sha256")


def test_a_vault_follows_its_keys() -> None:
    """Seals under the newest, opens what came under a key that it did not know; a damaged ring is not taken."""
    now = [OLD]
    vault = Vault(OLD, SECRET, lambda: now[0])
    before = vault.seal("abc", WHERE)
    now[0] = f"{NEW},{OLD}"
    elsewhere = Vault(now[0], SECRET).seal("abc", WHERE)
    assert [vault.open(one, WHERE) for one in (before, elsewhere)] == ["abc", "abc"]
    assert vault.seal("abc", WHERE).startswith(vault.header())
    assert vault.header() == b"\x01\x080000000b"
    for damaged in ("", "nonsense", f"{NEW},{NEW}"):
        now[0] = damaged
        assert vault.ids() == ("0000000b", "0000000a")
    now[0] = NEW
    assert vault.ids() == ("0000000b",)
    with pytest.raises(CannotOpen):
        vault.open(before, WHERE)


def test_the_secrets_file_is_followed(tmp_path: Path) -> None:
    """Not one that is gone or damaged, and not another instance's."""
    path = tmp_path / "secrets"
    path.write_text(f"JIRGA_SECRET_KEY=mine\nJIRGA_VAULT_KEYS={OLD}\n")
    keys = KeyFile(tmp_path, OLD)
    assert keys() == OLD
    assert replace_keys(tmp_path, f"{NEW},{OLD}") == path
    assert keys() == f"{NEW},{OLD}"
    for content in (b"JIRGA_SECRET_KEY=other\nJIRGA_VAULT_KEYS=x:y\n", b"\xff\xfe", b""):
        path.write_bytes(content)
        assert keys() == f"{NEW},{OLD}"
    path.unlink()
    assert keys() == f"{NEW},{OLD}"
    path.write_text(f"JIRGA_SECRET_KEY=mine\nJIRGA_VAULT_KEYS={NEW}\n")
    assert keys() == NEW


@FEW
@given(st.text(), st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_opens_exactly_where_it_was_sealed(text: str, where: Where, other: Where) -> None:
    """For any place, any other."""
    sealed = VAULT.seal(text, where)
    assert VAULT.open(sealed, where) == text
    if other != where:
        with pytest.raises(CannotOpen):
            VAULT.open(sealed, other)


@FEW
@given(st.binary(max_size=80), st.booleans())
def test_anything_else_does_not_open(noise: bytes, headed: bool) -> None:
    """Whatever stands in the column, the answer is CannotOpen."""
    with pytest.raises(CannotOpen):
        VAULT.open((b"\x01\x080000000a" if headed else b"") + noise, WHERE)


@FEW
@given(st.lists(st.text()), st.lists(st.text()))
def test_fingerprints_differ(parts: list[str], others: list[str]) -> None:
    """Different parts, different fingerprints."""
    same = VAULT.fingerprint(*parts, purpose="x") == VAULT.fingerprint(*others, purpose="x")
    assert same == (parts == others)
