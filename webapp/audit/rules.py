"""How the audit log is spelled and hashed: the same bytes whichever database keeps it. Pure."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from json.encoder import encode_basestring_ascii
from operator import itemgetter
from typing import Any, NamedTuple

from webapp.vault import Vault

NONCE_BYTES = 16
#: Entries that one seal holds at most, but for the first, which takes in all there was.
MOST_MEMBERS = 5000
#: In seconds: how late a commit may come, and after how long the whole log is looked through for later ones.
SETTLED, LOOK_AGAIN = 120.0, 3600.0
#: How far below the highest id a late one is looked for, as long as the process is too young to know better.
LATE_IDS = 20_000


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
#: How each kind of value is spelled; all else, the codes among them, as JSON with sorted keys.
_KINDS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "null",
    datetime: lambda value: f'"{value.astimezone(UTC).isoformat(timespec="microseconds")}"',
    uuid.UUID: lambda value: f'"{value.hex}"',
    bytes: lambda value: f'"{value.hex()}"',
    str: encode_basestring_ascii,
}


def canonical(values: Iterable[Any]) -> str:
    """Column values in their order as one line of ASCII: JSON with sorted keys, moments in UTC to the microsecond.

    JSON tells None from "" and one list of values from every other; raises ValueError for what is no JSON, like NaN.
    """
    return f"[{','.join([_KINDS.get(type(value), _JSON)(value) for value in values])}]"


class Spelled(NamedTuple):
    """A row as it is hashed; `mac` is the keyed hash that it carries, where its source has one."""

    source: str
    id: int
    text: str
    mac: bytes | None


def spell(source: str, signed: bool, entry_id: int, columns: Sequence[Any]) -> Spelled:
    """A row of a source; the last column of a signed one is its keyed hash."""
    if signed:
        return Spelled(source, entry_id, canonical(columns[:-1]), columns[-1])
    return Spelled(source, entry_id, canonical(columns), None)


def entry_mac(vault: Vault, text: str) -> bytes:
    """32 bytes that only whoever has the secret can make of an entry's canonical values, its nonce among them."""
    return vault.fingerprint(text, purpose="audit entry")


def is_ours(vault: Vault, row: Spelled) -> bool:
    """Whether an entry was written by this site as it stands."""
    return row.mac is not None and hmac.compare_digest(entry_mac(vault, row.text), row.mac)


class Members:
    """SHA-256 over the members of one seal, given in the order of (source, id)."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.count = 0

    def add(self, row: Spelled) -> None:
        """One member, a line of its own: no two lists of members give the same bytes."""
        carried = row.mac.hex() if row.mac else "-"
        self._hash.update(f"{row.source} {row.id} {row.text} {carried}\n".encode())
        self.count += 1

    def digest(self) -> str:
        """64 hex digits."""
        return self._hash.hexdigest()


def seal_hash(vault: Vault, previous: bytes, number: int, sealed_at: datetime, members: Members) -> bytes:
    """32 bytes of HMAC over the previous seal's hash (none before the first), number, moment and members."""
    values = (previous, number, sealed_at, members.count, members.digest())
    return vault.fingerprint(canonical(values), purpose="audit seal")


class Verdict:
    """What is wrong with the chain: each kind of thing with how many there are and where the first one is."""

    def __init__(self) -> None:
        self.problems: dict[str, tuple[int, str]] = {}
        #: number and hash of the newest seal that was looked at
        self.head: tuple[int, bytes] | None = None

    def note(self, what: str, count: int, where: object = "") -> None:
        """So many more of a kind."""
        before, first = self.problems.get(what, (0, ""))
        if count:
            self.problems[what] = (before + count, first or str(where))

    def words(self) -> str:
        """All of it in one line; "" for nothing."""
        told = ((f"{what}: {count}", where) for what, (count, where) in self.problems.items())
        return "; ".join(f"{counted}, first {where}" if where else counted for counted, where in told)

    def look_at(self, vault: Vault, row: Spelled) -> None:
        """Note an entry that this site did not write."""
        if not is_ours(vault, row):
            self.note("entries not written by this site", 1, f"{row.source} {row.id}")

    def looked_at(
        self, vault: Vault, rows: Iterable[Sequence[Any]], signed: Collection[str]
    ) -> Iterator[tuple[int, Members]]:
        """Each seal's number with its members, from rows (seal, source, entry_id, id or None, columns) in that order.

        Those of a `signed` source carry a keyed hash, or as members of the first seal neither that nor a nonce.
        """
        for seal, group in groupby(rows, key=itemgetter(0)):
            found = Members()
            for _, source, entry_id, id_, *columns in group:
                row = spell(source, source in signed, entry_id, columns)
                if id_ is None:
                    self.note("entries gone", 1, f"{source} {entry_id}")
                elif source in signed and not (seal == 1 and columns[-1] is None and columns[-2] is None):
                    self.look_at(vault, row)
                found.add(row)
            yield seal, found


def verify(
    vault: Vault, found: Verdict, seals: Iterable[Sequence[Any]], members: Iterator[tuple[int, Members]],
    first: int, previous: bytes | None,
) -> None:  # fmt: skip
    """Note each seal (number, moment, hash) that is not what its members and the one before make of it.

    Seals and members come in the order of numbers, from `first` on; `previous` is the hash before. A seal that was
    changed is noted once: the next one is held against the hash that stands there.
    """
    held = next(members, None)
    for number, sealed_at, hash_ in seals:
        found.note("seals missing", number - first, first)
        while held and held[0] < number:
            found.note("members without a seal", held[1].count, f"seal {held[0]}")
            held = next(members, None)
        own = held[1] if held and held[0] == number else Members()
        held = next(members, None) if held and held[0] == number else held
        made = seal_hash(vault, previous or b"", number, sealed_at, own)
        found.note("seals that do not match", not hmac.compare_digest(made, hash_), number)
        found.head, previous, first = (number, hash_), hash_, number + 1
    for number, some in (*([held] if held else []), *members):
        found.note("members without a seal", some.count, f"seal {number}")


class Horizon:
    """Up to which ids everything is sealed, so that looking for more costs nothing however long the log is.

    Ids are given before the commit, so a low one may come into sight late, but hardly later than SETTLED: what was
    the highest id that long before a complete look is a horizon. Every LOOK_AGAIN all of it is looked through.
    """

    def __init__(self) -> None:
        self._seen: list[tuple[float, dict[str, int]]] = []
        self._whole = float("-inf")

    def at(self, moment: float) -> dict[str, int]:
        """Source -> id up to which nothing needs to be looked at; `moment` in seconds of a clock that only goes on."""
        if moment - self._whole >= LOOK_AGAIN:
            self._seen.clear()
        if not self._seen:
            return {}
        (first, highest), (last, _) = self._seen[0], self._seen[-1]
        return highest if last - first >= SETTLED else {source: top - LATE_IDS for source, top in highest.items()}

    def looked(self, moment: float, highest: dict[str, int]) -> None:
        """All was looked at from the horizon on, begun at that moment, when these were the highest ids."""
        if not self._seen:
            self._whole = moment
        self._seen.append((moment, highest))
        while moment - self._seen[1 if len(self._seen) > 1 else 0][0] >= SETTLED:
            del self._seen[0]
