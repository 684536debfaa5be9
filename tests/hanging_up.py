"""What an app leaves behind: it cancels its engine when it ends, and does not wait for connections to be closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def hung_up(seconds: float = 10.0) -> AsyncIterator[None]:
    """Whatever is begun inside has ended when this is left; AssertionError with what has not."""
    before = asyncio.all_tasks()
    yield
    if begun := asyncio.all_tasks() - before:
        _, left = await asyncio.wait(begun, timeout=seconds)
        assert not left, left
