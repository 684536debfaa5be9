"""Pictures without an image library: reads and writes PPM, writes PNG through zlib."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Picture:
    """RGB rows of `width` pixels, three bytes each."""

    width: int
    rows: list[bytes]


def write_ppm(path: Path, width: int, height: int) -> None:
    """A test card: two gradients and rings, so that a resized copy can be told from noise."""
    with path.open("wb") as file:
        file.write(f"P6 {width} {height} 255\n".encode())
        for y in range(height):
            file.write(b"".join(_test_card(x, y, width, height) for x in range(width)))


def read_ppm(path: Path) -> Picture:
    """Read a binary PPM with one header line; ValueError when the file is something else."""
    header, _, pixels = path.read_bytes().partition(b"\n")
    words = header.split()
    if len(words) != 4 or words[0] != b"P6":
        raise ValueError(f"not a PPM picture: {path.name} begins with {header[:12]!r}")
    width, height = int(words[1]), int(words[2])
    if len(pixels) < width * height * 3:
        raise ValueError(f"picture ends early: {path.name} has {len(pixels)} of {width * height * 3} bytes")
    return Picture(width, [pixels[y * width * 3 : (y + 1) * width * 3] for y in range(height)])


def write_png(path: Path, width: int, rows: Iterable[bytes], *, grey: bool = False) -> None:
    """Write 8-bit rows (RGB, or one byte a pixel when `grey`) as a PNG."""
    lines = [b"\0" + row for row in rows]
    header = struct.pack(">IIBBBBB", width, len(lines), 8, 0 if grey else 2, 0, 0, 0)
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")):
            file.write(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))


def _test_card(x: int, y: int, width: int, height: int) -> bytes:
    ring = ((x - width // 2) ** 2 + (y - height // 2) ** 2) // 97 % 256
    return bytes((255 * x // width, 255 * y // height, ring))
