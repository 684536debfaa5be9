"""When the process ends: on SIGTERM, SIGINT and SIGHUP and, if wished, when its stdin ends with its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable

STDIN = 0
SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


def end_on_signal(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Call `end` in the loop on any of the signals this platform has."""
    for name in SIGNALS:
        if hasattr(signal, name):
            number = getattr(signal, name)
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))


def end_with_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Call `end` in the loop when stdin reaches its end: also a parent that was killed closes it."""

    def wait_for_the_end() -> None:
        try:
            while os.read(STDIN, 4096):
                pass
        except OSError:  # no stdin at all is an end, too
            pass
        loop.call_soon_threadsafe(end)

    threading.Thread(target=wait_for_the_end, name="parent", daemon=True).start()
