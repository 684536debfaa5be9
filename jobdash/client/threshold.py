"""One request at a time waits for a connection that may come to be shared over HTTP/2.

Where several wait for one that is just being opened, and one of them is given up, httpcore forgets the connection: the
others go on over it, nobody ever closes it, and the streams that are left on it stay open at the server.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Threshold:
    """A request crosses it once it has its connection."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[Callable[[], None]]:
        """Waits for the turn; the next one's comes with the call of what is given, or at the end."""
        await self._lock.acquire()
        mine = True

        def crossed() -> None:
            nonlocal mine
            if mine:
                mine = False
                self._lock.release()

        try:
            yield crossed
        finally:
            crossed()
