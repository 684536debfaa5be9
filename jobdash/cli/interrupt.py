"""Runs a command's coroutine so that a signal ends it between two lines of output: no traceback, no half line."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any

STUCK = 2.0
"""Seconds after a signal in which a command must end; then a reader that reads no more is left alone."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Turns a signal into the cancellation of one task. `code` is 128 + the signal's number once one came."""

    def __init__(self, loop: asyncio.AbstractEventLoop, task: "asyncio.Task[int]") -> None:
        self.code: int | None = None
        self._loop = loop
        self._task = task

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The handler. It raises nothing, so that a line that is being written is written whole."""
        if self.code is not None or number == signal.SIGALRM:
            os._exit(self.code or 128 + number)
        self.code = 128 + number
        signal.signal(signal.SIGALRM, self)
        signal.setitimer(signal.ITIMER_REAL, STUCK)
        self._loop.call_soon_threadsafe(self._task.cancel)


def run(work: Coroutine[Any, Any, int]) -> int:
    """The exit code of `work`, or the one that the signal means which ended it."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(work)
        interruption = Interruption(loop, task)
        before = {number: signal.signal(number, interruption) for number in SIGNALS}
        try:
            return runner.run(_wait(task))
        except asyncio.CancelledError:
            if interruption.code is None:
                raise
            return interruption.code
        finally:
            if interruption.code is not None:
                signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)


async def _wait(task: "asyncio.Task[int]") -> int:
    return await task
