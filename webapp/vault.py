"""Authenticated encryption of what people wrote, with a key ring, and keyed fingerprints. Pure.

A stolen database says nothing without the keys, and a ciphertext opens only in the table, column and row it is for.
"""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Callable
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: (table, column, row id) a text is sealed for; ids are made before the insert
Where = tuple[str, str, str]

VERSION = 1
KEY_BYTES = 32
#: NIST SP 800-38D: 96 random bits a message; safe up to 2^32 messages under one key
NONCE_BYTES = 12
TAG_BYTES = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class CannotOpen(Exception):
    """A sealed text cannot be opened here; the message says why and nothing of the text, its row or a key."""


def new_key() -> str:
    """A fresh AES-256 key as "id:base64", the id being 8 hex digits; put it first in JIRGA_VAULT_KEYS."""
    return f"{os.urandom(4).hex()}:{base64.b64encode(os.urandom(KEY_BYTES)).decode('ascii')}"


class Vault:
    """Seals under the first key of the ring, opens under any; fingerprints under the secret."""

    def __init__(self, keys: str, secret: bytes, fresh: Callable[[], str] | None = None) -> None:
        """`keys` is "id:base64[,id:base64]", newest first; `secret` at least 32 bytes. ValueError prints neither.

        `fresh` tells the keys as they stand now: it is asked at each sealing, and for a key that is not known yet.
        """
        if len(secret) < KEY_BYTES:
            raise ValueError(f"the secret has fewer than {KEY_BYTES} bytes")
        self._secret = secret
        self._keys, self._ring, self._fresh = keys, _key_ring(keys), fresh
        self._purposes: dict[str, bytes] = {}

    def seal(self, text: str, where: Where) -> bytes:
        """Version, length of the key id, key id, nonce, ciphertext with tag; ValueError for lone surrogates."""
        try:
            plain = text.encode()
        except UnicodeEncodeError:
            raise ValueError("the text cannot be written as UTF-8") from None
        newest, cipher = next(iter(self._current().items()))
        header, nonce = _header(newest), os.urandom(NONCE_BYTES)
        return header + nonce + cipher.encrypt(nonce, plain, _bound(header, where))

    def open(self, sealed: bytes, where: Where) -> str:
        """The text that was sealed for exactly this place; raises CannotOpen for anything else."""
        if len(sealed) < 2 or sealed[0] != VERSION:
            raise CannotOpen("not in a format this version knows")
        start = 2 + sealed[1]
        header, nonce, rest = sealed[:start], sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        if len(rest) < TAG_BYTES:
            raise CannotOpen("cut short")
        key_id = header[2:].decode("ascii", "replace")
        cipher = self._ring.get(key_id) or self._current().get(key_id)
        if cipher is None:
            raise CannotOpen("sealed under a key that is not in the ring")
        try:
            return cipher.decrypt(nonce, rest, _bound(header, where)).decode()
        except (InvalidTag, UnicodeDecodeError):
            raise CannotOpen("changed, or moved from another row, column or instance") from None

    def word(self, text: str, where: Where) -> str:
        """The text sealed as one word for an address or a hidden field; ValueError as `seal`."""
        return base64.urlsafe_b64encode(self.seal(text, where)).decode()

    def text_of(self, word: str, where: Where) -> str | None:
        """The text of a word that was made for exactly this place; None for anything else that may have been typed."""
        try:
            return self.open(base64.urlsafe_b64decode(word.encode()), where)
        except (CannotOpen, ValueError):
            return None

    def ids(self) -> tuple[str, ...]:
        """The ids of the keys as they stand now, the newest first."""
        return tuple(self._current())

    def header(self) -> bytes:
        """What everything begins with that is sealed under the newest key, and nothing else."""
        return _header(self.ids()[0])

    def _current(self) -> dict[str, AESGCM]:
        """The ring as it stands now; one that is damaged takes no key away from whoever has them."""
        keys = self._fresh() if self._fresh else self._keys
        if keys != self._keys:
            with suppress(ValueError):
                self._ring, self._keys = _key_ring(keys), keys
        return self._ring

    def fingerprint(self, *parts: str, purpose: str) -> bytes:
        """32 bytes of HMAC-SHA256 over the parts, in order; each purpose has its own key (HKDF, RFC 5869)."""
        key = self._purposes.get(purpose)
        if key is None:
            info = b"jirga fingerprint\0" + purpose.encode()
            key = self._purposes[purpose] = HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._secret)
        return hmac.digest(key, _joined(parts), "sha256")


def _header(key_id: str) -> bytes:
    return bytes((VERSION, len(key_id))) + key_id.encode("ascii")


def _key_ring(keys: str) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for position, entry in enumerate(keys.split(","), start=1):
        key_id, _, encoded = entry.strip().partition(":")
        if not _KEY_ID.fullmatch(key_id):
            raise ValueError(f"vault key {position}: write it as id:base64")
        if key_id in ring:
            raise ValueError(f"vault key {position}: its id stands twice in the ring")
        ring[key_id] = AESGCM(_key_bytes(encoded, position))
    return ring


def _key_bytes(encoded: str, position: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"vault key {position}: the part after the colon is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"vault key {position}: a key has {KEY_BYTES} bytes, this one has {len(key)}")
    return key


def _bound(header: bytes, where: Where) -> bytes:
    """Associated data: the header too, so that version and key id cannot be exchanged."""
    return header + _joined(where)


def _joined(parts: tuple[str, ...]) -> bytes:
    """Each part behind its length, so that no two lists of parts give the same bytes."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
