"""Writes the figures of every second into chunks, thins them out, and says which chunks are to be kept now."""

from collections.abc import Sequence

from jobdash.engine.history.shelf import Slot
from jobdash.engine.history.tier import TIERS, Chunk
from jobdash.engine.metrics.figures import Figures
from jobdash.engine.metrics.names import RECORDED

WIDTH = len(RECORDED)


class Recorder:
    """Holds the newest chunk of each tier and series, and those that are not kept yet."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], tuple[Slot, Chunk]] = {}
        self._unsaved: dict[Slot, Chunk] = {}
        self._sums: dict[tuple[str, int], tuple[int, list[float], list[int]]] = {}

    def record(self, series: str, figures: Figures, now: float) -> None:
        """The figures of this second; `now` is seconds since the epoch."""
        values = [figures.get(name) for name in RECORDED]
        self._put(series, 0, now, values)
        for tier in range(1, len(TIERS)):
            self._add(series, tier, now, values)

    def unsaved(self, finest: int) -> dict[Slot, Chunk]:
        """Copies of the chunks to be kept: all full ones, and the open ones of the `finest` tiers."""
        wanted = {
            slot: Chunk(chunk.width, chunk.values[:])
            for slot, chunk in self._unsaved.items()
            if slot.tier < finest or self._is_full(slot)
        }
        for slot in wanted:
            del self._unsaved[slot]
        return wanted

    def open_chunks(self, series: str, tier: int) -> Sequence[tuple[int, Chunk]]:
        """What may not be kept yet."""
        found = {slot.start: chunk for slot, chunk in self._unsaved.items() if slot[:2] == (series, tier)}
        if (newest := self._open.get((series, tier))) is not None:
            found[newest[0].start] = newest[1]
        return sorted(found.items())

    def _put(self, series: str, tier: int, at: float, values: Sequence[float | None]) -> None:
        shape = TIERS[tier]
        start = shape.chunk_of(at)
        slot, chunk = self._open.get((series, tier), (None, None))
        if slot is None or chunk is None or slot.start != start:
            slot, chunk = Slot(series, tier, start), Chunk(WIDTH)
            self._open[series, tier] = slot, chunk
        chunk.put(int((at - start) // shape.step), values)
        self._unsaved[slot] = chunk

    def _add(self, series: str, tier: int, now: float, values: Sequence[float | None]) -> None:
        """Collects the seconds of one step of a coarser tier; its figure is the mean of what was known."""
        step = int(now // TIERS[tier].step)
        at, sums, counts = self._sums.get((series, tier), (step, [], []))
        if at != step or not sums:
            sums, counts = [0.0] * WIDTH, [0] * WIDTH
        for column, value in enumerate(values):
            if value is not None:
                sums[column] += value
                counts[column] += 1
        self._sums[series, tier] = step, sums, counts
        means = [total / count if count else None for total, count in zip(sums, counts, strict=True)]
        self._put(series, tier, now, means)

    def _is_full(self, slot: Slot) -> bool:
        newest = self._open.get((slot.series, slot.tier))
        return newest is None or newest[0] != slot
