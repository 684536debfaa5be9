"""Where chunks lie: in memory, for when there is no file to keep them in. The file: `kept.py`."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from jobdash.engine.history.tier import TIERS, Chunk, unpacked


class Slot(NamedTuple):
    """Which chunk: of which series, how fine (the number of its tier), and when it begins."""

    series: str
    tier: int
    start: int


class Shelf(Protocol):
    """Used in one thread at a time; `now` is seconds since the epoch."""

    def put(self, chunks: Mapping[Slot, Chunk], now: float) -> bool:
        """Keeps these; False when that was not possible."""

    def get(self, series: str, tier: int, start: int, stop: int) -> Iterable[tuple[int, Chunk]]:
        """The chunks of a series that begin from `start` on and before `stop`, in order."""

    def series(self) -> Iterable[str]:
        """The names of all series."""

    def close(self) -> None: ...


class MemoryShelf:
    """Bounded by how long each tier is kept."""

    def __init__(self) -> None:
        self._chunks: dict[Slot, bytes] = {}

    def put(self, chunks: Mapping[Slot, Chunk], now: float) -> bool:
        new = {slot for slot in chunks if slot not in self._chunks}
        for slot, chunk in chunks.items():
            self._chunks[slot] = chunk.packed()
        if new:
            old = [slot for slot in self._chunks if slot.start < now - TIERS[slot.tier].keep - TIERS[slot.tier].span]
            for slot in old:
                del self._chunks[slot]
        return True

    def get(self, series: str, tier: int, start: int, stop: int) -> list[tuple[int, Chunk]]:
        found = (
            (slot.start, unpacked(data))
            for slot, data in self._chunks.items()
            if slot.series == series and slot.tier == tier and start <= slot.start < stop
        )
        return sorted(found, key=lambda pair: pair[0])

    def series(self) -> list[str]:
        return sorted({slot.series for slot in self._chunks})

    def close(self) -> None:
        """Forgets nothing; there is nothing to close."""
