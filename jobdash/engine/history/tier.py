"""How finely the past is kept, and the chunk that is its unit: so many steps of one series side by side."""

import math
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = 60
"""Steps in one chunk."""


@dataclass(frozen=True, slots=True)
class Tier:
    """`step` is the resolution, `keep` how long it is kept; both in seconds."""

    step: int
    keep: int

    @property
    def span(self) -> int:
        """Seconds that one chunk covers."""
        return self.step * STEPS

    def chunk_of(self, at: float) -> int:
        """When the chunk begins that `at` falls into, in seconds since the epoch."""
        return int(at // self.span) * self.span


TIERS = (Tier(1, 3600), Tier(10, 86400), Tier(300, 30 * 86400))

PLANES = 0x80
"""In the first byte of a packed chunk: its bytes are sorted, and the lowest of each four is left out."""

NOTHING = math.nan
"""A step of which nothing is known. It stays a gap, whatever stands around it."""


class Chunk:
    """`width` figures at each of 60 steps, as 32-bit floats, one figure after the other."""

    __slots__ = ("values", "width")

    def __init__(self, width: int, values: "array[float] | None" = None) -> None:
        self.width = width
        self.values = values if values is not None else array("f", [NOTHING]) * (width * STEPS)

    def put(self, step: int, figures: Iterable[float | None]) -> None:
        """The figures of one step."""
        for column, value in enumerate(figures):
            if value is not None:
                self.values[column * STEPS + step] = value

    def column(self, number: int) -> Sequence[float]:
        """One figure at every step; NaN where it is not known."""
        if number >= self.width:
            return array("f", [NOTHING]) * STEPS
        return self.values[number * STEPS : (number + 1) * STEPS]

    def filled_from(self, other: "Chunk") -> "Chunk":
        """This chunk, with what only the other knows: another process has watched the same."""
        for index, (mine, theirs) in enumerate(zip(self.values, other.values, strict=False)):
            if mine != mine:  # noqa: PLR0124 - what is not known is not itself, and this is asked very often
                self.values[index] = theirs
        return self

    def mean(self, column: int, start: int, stop: int) -> float | None:
        """The mean of what is known between two steps; None when nothing is."""
        values = self.values[column * STEPS + start : column * STEPS + stop]
        if (total := sum(values)) == total:
            return total / len(values) if values else None
        known = [value for value in values if not math.isnan(value)]
        return sum(known) / len(known) if known else None

    def packed(self) -> bytes:
        """For a file: without the lowest byte, which is more than anybody sees, and like bytes side by side."""
        data = self.values.tobytes()
        return bytes((self.width | PLANES,)) + zlib.compress(data[3::4] + data[2::4] + data[1::4], 1)


def unpacked(data: bytes) -> Chunk:
    """From a file. Raises ValueError when this is no chunk."""
    try:
        values = array("f")
        width, found = data[0] & ~PLANES, zlib.decompress(data[1:])
        if data[0] & PLANES:
            size = len(found) // 3
            whole = bytearray(4 * size)
            for byte in (1, 2, 3):
                whole[byte::4] = found[(3 - byte) * size : (4 - byte) * size]
            found = bytes(whole)
        values.frombytes(found)
    except (zlib.error, IndexError) as error:
        raise ValueError(str(error)) from None
    if len(values) != width * STEPS:
        raise ValueError("a chunk of another size")
    return Chunk(width, values)
