"""A real recording, of silence: an Ogg stream with one mono Opus packet after another, written by hand (RFC 7845)."""

import struct

#: 20 ms of CELT silence.
SILENCE = b"\xf8\xff\xfe"
_HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
_TAGS = b"OpusTags" + struct.pack("<I4sI", 4, b"none", 0)


def recording(packets: int = 50) -> bytes:
    """A file that lasts 20 ms for each packet, 255 at most."""
    end = packets * 960
    return _page(2, 0, 0, [_HEAD]) + _page(0, 0, 1, [_TAGS]) + _page(4, end, 2, [SILENCE] * packets)


def _page(flags: int, position: int, number: int, packets: list[bytes]) -> bytes:
    lengths = bytes(len(packet) for packet in packets)
    start = struct.pack("<4sBBqII", b"OggS", 0, flags, position, 7, number)
    rest = bytes([len(lengths)]) + lengths + b"".join(packets)
    return start + struct.pack("<I", _crc(start + bytes(4) + rest)) + rest


def _crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        crc &= 0xFFFFFFFF
    return crc
