"""When the process ends: on SIGTERM, SIGINT and SIGHUP and, if wished, when its stdin ends with its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

STDIN = 0
SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


def end_on_signal(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Call `end` in the loop on any of the signals this platform has. A second one changes nothing."""
    for name in SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: _call(loop, end))


def end_with_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Call `end` in the loop when stdin reaches its end: also a parent that was killed closes it."""

    def wait_for_the_end() -> None:
        with suppress(OSError):  # no stdin at all is an end, too
            while os.read(STDIN, 4096):
                pass
        _call(loop, end)

    threading.Thread(target=wait_for_the_end, name="parent", daemon=True).start()


def _call(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Call `end`, unless the loop has closed: then the process is cleaning up, and must not be disturbed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(end)
