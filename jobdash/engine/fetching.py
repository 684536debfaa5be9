"""Opens the results of one server's jobs: within the server's budget, and not while it asks to be left alone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from jobdash.client.link_contract import Fetched
from jobdash.engine.feed import Feed


class Fetching:
    """The `Fetch` of a server that is watched. What lies on another host costs this one nothing."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    @asynccontextmanager
    async def __call__(self, url: str, *, start: int = 0, etag: str | None = None) -> AsyncIterator[Fetched]:
        """Raises ServerErrors; a 429 makes everybody else who asks this server wait as well."""
        result = self._feed.link.fetch(url, start=start, etag=etag)
        async with AsyncExitStack() as stack:
            if result.elsewhere:
                await stack.enter_async_context(result)
            else:
                await self._feed.for_command(
                    lambda: stack.enter_async_context(result), ours=lambda: not result.elsewhere
                )
            yield result
