"""A page in the middle of a listing that fails is asked for again: a walk of minutes is not begun anew for it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from jobdash.engine.backoff import full_jitter
from jobdash.engine.feed import Feed
from jobdash.model.errors import NotFound, Rejected, ServerError

T = TypeVar("T")

TRIES = 3


async def patiently(feed: Feed, question: Callable[[], Awaitable[T]], again: bool) -> T:
    """Asks up to `TRIES` times, with back-off, unless not `again`; what the server refuses is asked once."""
    for attempt in range(1, TRIES if again else 1):
        try:
            return await question()
        except (NotFound, Rejected):
            raise
        except ServerError:
            await feed.clock.sleep(full_jitter(attempt, base=1.0, cap=30.0, random=feed.random))
    return await question()
