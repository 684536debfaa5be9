"""The door through which polls leave: open while somebody looks; else shut, with a moment now and then for alerts."""

import asyncio

from jobdash.engine.clock import Clock

MOMENT = 1.0
"""Seconds for which the door opens: what is due within them is asked."""

FOR_ALERTS = 30.0
"""Seconds between two such moments while nobody looks and alert rules want figures."""


NOT_AT_ALL = 86_400.0
"""A day, in seconds: by then somebody has looked."""


class Door:
    """Shut by `shut`, opened again by `open`. Whoever wants to poll waits in `opened`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shut_at: float | None = None
        self._every: float | None = None
        self._ajar_until = 0.0
        self._moved = asyncio.Event()

    @property
    def is_shut(self) -> bool:
        """True while nobody looks, also in the moments in which it opens all the same."""
        return self._shut_at is not None

    @property
    def lets(self) -> bool:
        """True while a poll may leave."""
        return self.wait == 0.0

    @property
    def opened_until(self) -> float | None:
        """When the last moment was over in which it opened by itself; None when there was none yet."""
        if self._shut_at is None or self._every is None:
            return None
        moments = (self._clock.monotonic() - self._shut_at) // self._every
        return self._shut_at + moments * self._every + MOMENT if moments else None

    @property
    def rest(self) -> float:
        """Seconds until what was asked now is to be asked again: those to the next moment; 0 while somebody looks."""
        if self._shut_at is None:
            return 0.0
        return (
            NOT_AT_ALL if self._every is None else self._every - (self._clock.monotonic() - self._shut_at) % self._every
        )

    @property
    def wait(self) -> float | None:
        """Seconds until a poll may leave; 0 when it may now, None when nothing but `open` lets it."""
        now = self._clock.monotonic()
        if self._shut_at is None or now < self._ajar_until:
            return 0.0
        if self._every is None:
            return None
        passed = now - self._shut_at
        since_opened = passed % self._every
        return 0.0 if passed >= self._every and since_opened < MOMENT else self._every - since_opened

    def shut(self, every: float | None) -> None:
        """Nobody looks: from now on a poll leaves only every so many seconds, None: not at all."""
        if self._shut_at is None:
            self._shut_at, self._every = self._clock.monotonic(), every

    def open(self) -> None:
        """Somebody looks again."""
        self._shut_at = None
        self._moved.set()

    def ajar(self) -> None:
        """A person asks for news although the door is shut: it opens for a moment."""
        self._ajar_until = self._clock.monotonic() + MOMENT
        self._moved.set()

    async def opened(self) -> None:
        """Waits until a poll may leave."""
        while (wait := self.wait) != 0.0:
            self._moved.clear()
            moved = asyncio.ensure_future(self._moved.wait())
            waiting = [moved] if wait is None else [moved, asyncio.ensure_future(self._clock.sleep(wait))]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waiting:
                    each.cancel()
