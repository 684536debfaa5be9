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
        self._steps: dict[str, list[int]] = {}

    def record(self, series: str, figures: Figures, now: float) -> None:
        """The figures of this second; `now` is seconds since the epoch."""
        steps = self._steps.get(series)
        if steps is None:
            steps = self._steps[series] = [int(now // tier.step) for tier in TIERS]
        for tier in range(1, len(TIERS)):
            step = int(now // TIERS[tier].step)
            if step != steps[tier]:
                self._thin(series, tier, steps[tier])
                steps[tier] = step
        self._chunk(series, 0, now).put(int(now % TIERS[0].span // TIERS[0].step), map(figures.get, RECORDED))

    def settle(self) -> None:
        """Brings the coarser tiers up to now, as far as their steps have come."""
        for series, steps in self._steps.items():
            for tier in range(1, len(TIERS)):
                self._thin(series, tier, steps[tier])

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

    def _chunk(self, series: str, tier: int, at: float) -> Chunk:
        """The chunk that a moment falls into; it is to be kept."""
        start = TIERS[tier].chunk_of(at)
        known = self._open.get((series, tier))
        if known is None or known[0].start != start:
            known = self._open[series, tier] = Slot(series, tier, start), Chunk(WIDTH)
        self._unsaved[known[0]] = known[1]
        return known[1]

    def _thin(self, series: str, tier: int, step: int) -> None:
        """A step of a coarser tier is the mean of what is known of the steps of the finer one that it covers."""
        shape, finer = TIERS[tier], TIERS[tier - 1]
        at = step * shape.step
        source = self._open.get((series, tier - 1))
        if source is None or source[0].start != finer.chunk_of(at):
            return
        first = (at - source[0].start) // finer.step
        means = [source[1].mean(column, first, first + shape.step // finer.step) for column in range(WIDTH)]
        self._chunk(series, tier, at).put(at % shape.span // shape.step, means)

    def _is_full(self, slot: Slot) -> bool:
        newest = self._open.get((slot.series, slot.tier))
        return newest is None or newest[0] != slot
