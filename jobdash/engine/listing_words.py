"""What is said of a listing on its server's line: that it is refused, breaks off or is cut, and how much is known."""

from jobdash.engine.feed import Feed
from jobdash.engine.listing_walk import Walk
from jobdash.engine.refusals import Refusals


class ListingWords:
    """`covered` is True while one stream tells of all jobs: then a listing that is refused is no trouble."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.refusals = Refusals(feed.clock)
        self.covered = False
        self._why = ""
        self._broke = ""
        self._cut: bool | None = None
        self._total: int | None = None

    def refused(self, why: str) -> None:
        """The server does not list now; `why` is empty where it never does."""
        self._why = why
        self.refusals.refused()
        self.tell()

    def answered(self) -> None:
        """The server lists."""
        self._why = ""
        self.refusals.answered()
        self.tell()

    def tell(self) -> None:
        """A server that never listed is well; one that no longer lists is not, unless a stream tells."""
        lost = bool(self._why) and self.refusals.worked and not self.covered
        self._feed.ailing(f"the listing is refused: {self._why}" if lost else None)
        words = f"no listing here: {self._why}" if self._why and not lost else None
        self._feed.remarked("listing", words or self._broke or None)

    def walks(self, walk: Walk) -> None:
        """The first walk goes on, and there is more to come."""
        if self._cut is None:
            self._size(walk.known, walk.total, cut=True)

    def walked(self, walk: Walk, known: int, *, whole: bool) -> None:
        """A walk is over, `known` jobs of the listing are known by now."""
        if whole or walk.complete:
            self._cut = walk.cut
            self._broke = f"the listing breaks off after {len(walk.seen):,} jobs: {walk.broke}" if walk.broke else ""
        self._total = walk.total
        self._size(known, walk.total, cut=bool(self._cut))

    def changed(self, known: int, new: int) -> None:
        """A delta told of `new` jobs."""
        self._total = None if self._total is None else self._total + new
        self._size(known, self._total, cut=bool(self._cut))

    def _size(self, listed: int, total: int | None, *, cut: bool) -> None:
        if self._feed.life.listed(listed, total, cut):
            self._feed.desk.status_changed(self._feed.name)
