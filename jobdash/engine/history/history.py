"""The past of all servers: recorded by the second, kept off the loop, read for charts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from jobdash.engine.history.recorder import Recorder
from jobdash.engine.history.shelf import MemoryShelf, Shelf
from jobdash.engine.history.tier import TIERS
from jobdash.engine.metrics.figures import Figures
from jobdash.engine.metrics.names import RECORDED
from jobdash.engine.metrics.place import Place

FLUSH = 10.0
"""Seconds between two writings. So much is lost when jobdash is killed."""

TURNS = (1, 6, 30)
"""At every how many writings the open chunks of each tier are kept."""

Series = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Past:
    """Figures over a window that ends at `until` (epoch seconds): each a list of steps, None where nothing is known."""

    until: float
    seconds: float
    series: dict[str, Series]

    @property
    def known(self) -> bool:
        return any(value is not None for values in self.series.values() for value in values)


class History:
    """`record` once a second and series; `flush` every ten seconds."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf or MemoryShelf()
        self._recorder = Recorder()
        self._flushes = 0

    def record(self, series: str, figures: Figures, now: float) -> None:
        """Takes the figures of this second; `now` is seconds since the epoch."""
        self._recorder.record(series, figures, now)

    async def flush(self, now: float) -> None:
        """Keeps what is new, off the loop."""
        self._flushes += 1
        finest = sum(self._flushes % turn == 0 for turn in TURNS)
        chunks = self._recorder.unsaved(finest)
        if chunks:
            await asyncio.to_thread(self._shelf.put, chunks, now)

    def close(self, now: float) -> None:
        """Keeps everything, and lets go of the file."""
        self._recorder.settle()
        if chunks := self._recorder.unsaved(len(TIERS)):
            self._shelf.put(chunks, now)
        self._shelf.close()

    async def places(self, server: str) -> list[Place]:
        """The queues and types of a server whose past is kept."""
        names = await asyncio.to_thread(self._shelf.series)
        found = [Place.of_series(name) for name in names]
        return [place for place in found if place.server == server and (place.queue or place.type)]

    async def read(self, series: str, names: Sequence[str], seconds: float, steps: int, now: float) -> Past:
        """The last `seconds` of some figures in `steps` steps, from the finest tier that goes back so far."""
        return await asyncio.to_thread(self.read_now, series, names, seconds, steps, now)

    def read_now(self, series: str, names: Sequence[str], seconds: float, steps: int, now: float) -> Past:
        """The same, for who may wait."""
        tier = next((n for n, tier in enumerate(TIERS) if tier.keep >= seconds), len(TIERS) - 1)
        shape = TIERS[tier]
        until = (now // shape.step + 1) * shape.step
        start = until - seconds
        found = dict(self._shelf.get(series, tier, shape.chunk_of(start), int(now) + 1))
        for at, chunk in self._recorder.open_chunks(series, tier):
            found[at] = chunk
        columns = [RECORDED.index(name) for name in names]
        sums = [[0.0] * steps for _ in names]
        counts = [[0] * steps for _ in names]
        width = seconds / steps
        for at, chunk in found.items():
            for number, column in enumerate(columns):
                for index, value in enumerate(chunk.column(column)):
                    step = int((at + index * shape.step - start) // width)
                    if not isnan(value) and 0 <= step < steps:
                        sums[number][step] += value
                        counts[number][step] += 1
        return Past(
            until,
            seconds,
            {
                name: _spread(
                    [s / c if c else None for s, c in zip(sums[n], counts[n], strict=True)], shape.step / width
                )
                for n, name in enumerate(names)
            },
        )


def _spread(values: list[float | None], per_value: float) -> Series:
    """Where a step is finer than what was kept, a value holds for all the steps that it was measured for."""
    reach = int(per_value)
    if reach < 1:
        return values
    filled, last, age = list(values), None, reach
    for index, value in enumerate(values):
        if value is not None:
            last, age = value, 0
        elif last is not None and age < reach:
            age += 1
            filled[index] = last
    return filled
