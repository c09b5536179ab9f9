# SPDX-License-Identifier: MIT
"""PNG with a palette: what a browser shows needs few colours."""

import collections
import itertools
import struct
import zlib

MOST = 256


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chunks(png: bytes) -> dict[bytes, bytes]:
    """The data of each kind of chunk, joined."""
    found: dict[bytes, bytes] = collections.defaultdict(bytes)
    at = 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        found[kind] += png[at + 8:at + 8 + size]
        at += size + 12
    return found


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    distances = abs(guess - left), abs(guess - above), abs(guess - corner)
    return (left, above, corner)[distances.index(min(distances))]


def _rows(data: bytes, width: int, height: int, size: int) -> list[bytes]:
    """The pixels, without the filters that PNG applies to each row. size: bytes of a pixel."""
    rows, before, length = [], bytes(width * size), width * size + 1
    for y in range(height):
        kind, row = data[y * length], bytearray(data[y * length + 1:(y + 1) * length])
        for i in range(len(row) if kind else 0):
            left, corner = (row[i - size], before[i - size]) if i >= size else (0, 0)
            above = before[i]
            row[i] = (row[i] + (left, above, (left + above) // 2, _paeth(left, above, corner))[kind - 1]) & 255
        before = bytes(row)
        rows.append(before)
    return rows


def with_palette(png: bytes) -> bytes:
    """The same picture in its 256 most frequent colours: others become the nearest of them."""
    chunks = _chunks(png)
    width, height, depth, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    if depth != 8 or kind not in (2, 6):
        return png
    size = 3 if kind == 2 else 4
    rows = [[row[i:i + 3] for i in range(0, len(row), size)]
            for row in _rows(zlib.decompress(chunks[b"IDAT"]), width, height, size)]
    count = collections.Counter(itertools.chain.from_iterable(rows))
    palette = [colour for colour, _ in count.most_common(MOST)]
    index = {colour: i for i, colour in enumerate(palette)}
    for colour in count:
        if colour not in index:
            index[colour] = min(range(len(palette)), key=lambda i: sum(
                (a - b) ** 2 for a, b in zip(palette[i], colour)))
    data = b"".join(b"\0" + bytes(index[colour] for colour in row) for row in rows)
    return (png[:8] + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
            + _chunk(b"PLTE", b"".join(palette)) + _chunk(b"IDAT", zlib.compress(data, 9)) + _chunk(b"IEND", b""))
