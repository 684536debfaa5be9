"""What lives in a long listing is told before what ended long ago, where the server can list it by itself."""

from collections.abc import Callable

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.listing_walk import Walk
from jobdash.model.errors import ServerError
from jobdash.model.report import Page


class LiveFirst:
    """`report` takes each page, and when it was asked for. A server that tells of all jobs is not asked again."""

    def __init__(self, feed: Feed, report: Callable[[Page, float], None]) -> None:
        self._feed = feed
        self._report = report
        self._able = True

    async def tell(self, walk: Walk) -> None:
        """Walks what lives, as far as the server gives it, and notes it in the `walk` of the whole."""
        found, cursor = Walk(), None
        try:
            while self._able and self._feed.link.dialect.lists_live:
                page = await self._page(cursor)
                found.take(page)
                cursor = page.next
                if cursor is None or len(found.seen) >= self._feed.limits.most_jobs or found.circles(cursor):
                    break
                await walk.rests(self._feed)
        except ServerError:
            pass  # the walk of the whole meets the same jobs, later
        walk.early, walk.live = found.seen, walk.live | found.live

    async def _page(self, cursor: str | None) -> Page:
        async def question() -> Page:
            return await self._feed.link.dialect.live_page(self._feed.ask, cursor)

        page, asked_at = await self._feed.dated(Want.RUNNING, question, in_part=True)
        self._able = 2 * sum(report.job.state.ended for report in page.reports) <= len(page.reports)
        self._report(page, asked_at)
        return page
