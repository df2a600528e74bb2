"""Bytes of any length, sealed under the key ring a chunk at a time: what was cut, changed or put in another order does
not open, and only some chunks are ever in memory. The way of age's STREAM, with AES-256-GCM. Pure.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.vault import KEY_BYTES, TAG_BYTES, CannotOpen, Vault, Where

MAGIC = b"jirga backup 1\n"
#: Bytes of a chunk before it is sealed; only the last one is shorter.
CHUNK = 65536


class Sealing:
    """Writes into a file: magic, length and key of its own (sealed by the vault), chunks; a file opens in one place."""

    def __init__(self, file: BinaryIO, vault: Vault) -> None:
        key = os.urandom(KEY_BYTES)
        sealed = vault.seal(key.hex(), _place(vault))
        self._header = MAGIC + len(sealed).to_bytes(2, "big") + sealed
        self._file, self._cipher, self._count, self._rest = file, AESGCM(key), 0, bytearray()
        file.write(self._header)

    def write(self, data: bytes) -> None:
        """More bytes; the last chunk is kept back, because it has to be marked."""
        self._rest += data
        while len(self._rest) > CHUNK:
            self._put(bytes(self._rest[:CHUNK]), last=False)
            del self._rest[:CHUNK]

    def finish(self) -> None:
        """The last chunk; without it the file does not open."""
        self._put(bytes(self._rest), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, last), chunk, self._header))
        self._count += 1


def opened(file: BinaryIO, vault: Vault) -> Iterator[bytes]:
    """The chunks of a file from its start, each one checked before it is given out; raises CannotOpen.

    Only after the last one is it known that nothing was cut off.
    """
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise CannotOpen("not a backup that this version knows")
    length = file.read(2)
    sealed = file.read(int.from_bytes(length, "big"))
    try:
        cipher = AESGCM(bytes.fromhex(vault.open(sealed, _place(vault))))
    except CannotOpen:
        raise CannotOpen("made with other secrets than these, or its beginning was changed") from None
    header, count, chunk = MAGIC + length + sealed, 0, file.read(CHUNK + TAG_BYTES)
    while True:
        following = file.read(CHUNK + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(count, not following), chunk, header)
        except InvalidTag:
            raise CannotOpen("cut short, or a byte of it was changed") from None
        if not following:
            return
        count, chunk = count + 1, following


def _place(vault: Vault) -> Where:
    """Bound to the secret too: whoever has the vault's keys alone could not read the audit log that is in there."""
    return ("backup", "key", vault.fingerprint("", purpose="backup").hex())


def _nonce(count: int, last: bool) -> bytes:
    """96 bits, never twice under the file's own key."""
    return count.to_bytes(11, "big") + bytes([last])
