"""Who waits for a job to change: long polls and event streams, woken from worker threads. No HTTP here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Watchers:
    """Events by job id. `closed` is set once, when the server stops: every waiter then ends by itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop the waiters live in."""
        self._loop = loop

    def close(self) -> None:
        """Wake everybody for the last time; called in the loop."""
        self.closed = True
        with self._lock:
            events = [event for events in self._waiting.values() for event in events]
        for event in events:
            event.set()

    def notify(self, job_id: str) -> None:
        """Wake who waits for this job; callable from any thread."""
        with self._lock:
            events = tuple(self._waiting.get(job_id, ()))
        for event in events:
            if self._loop is not None and not self.closed:
                self._loop.call_soon_threadsafe(event.set)

    @contextmanager
    def watching(self, job_id: str) -> Iterator[asyncio.Event]:
        """An event that is set at every change of the job; the waiter clears it before it looks."""
        event = asyncio.Event()
        with self._lock:
            self._waiting.setdefault(job_id, set()).add(event)
        try:
            yield event
        finally:
            with self._lock:
                self._waiting[job_id].discard(event)
                if not self._waiting[job_id]:
                    del self._waiting[job_id]


async def changed_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event; False when it did not come in time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
