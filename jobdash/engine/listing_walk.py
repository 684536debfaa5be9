"""What one pass through a listing has met so far, and how it is noticed that the listing leads nowhere."""

from dataclasses import dataclass, field

from jobdash.engine.circling import Circling
from jobdash.engine.feed import Feed
from jobdash.model.report import Page


@dataclass(slots=True)
class Walk:
    """What one pass has met. `complete` is True once it came to the end of the listing; `at` is the server's own time
    when the pass began. `early` are jobs that were told of before their turn. `cut` is True where the listing goes on
    behind what was read, `broke` says why it was not read where nobody wanted to end there. An `unseen` one goes
    on while nobody looks: it is for alerts, or was asked for.
    """

    seen: dict[str, None] = field(default_factory=dict)
    early: dict[str, None] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    cursors: set[str] = field(default_factory=set)
    circling: Circling = field(default_factory=Circling)
    complete: bool = False
    skipped: bool = False
    cut: bool = False
    broke: str = ""
    unseen: bool = False
    total: int | None = None
    at: float | None = None

    def take(self, page: Page) -> bool:
        """Notes a page; True when it told of a job that has not ended."""
        known = len(self.seen)
        fresh = {report.job.id for report in page.reports if not report.job.state.ended}
        self.live |= fresh
        for report in page.reports:
            self.seen[report.job.id] = None
            self.early.pop(report.job.id, None)
        self.circling.turned(len(page.reports), new=len(self.seen) - known)
        self.total = page.total if page.total is not None else self.total
        self.at = page.at if self.at is None else self.at
        return bool(fresh)

    @property
    def known(self) -> int:
        """How many jobs were told of."""
        return len(self.seen) + len(self.early)

    def breaks(self, error: Exception) -> None:
        """The page after these cannot be had."""
        self.cut, self.broke = True, str(error)

    async def rests(self, feed: Feed) -> None:
        """A walk that began while somebody looked waits while nobody does."""
        if not self.unseen:
            await feed.watching()
            self.unseen = feed.door.is_shut

    def skip(self, page: Page) -> str | None:
        """Where the next queue begins, as what comes behind this page ended before; None at the last queue."""
        self.skipped = self.skipped or page.next != page.beside
        return page.beside

    def circles(self, cursor: str) -> bool:
        """True when the listing leads back to where it has been."""
        back = cursor in self.cursors or self.circling.round
        self.cursors.add(cursor)
        return back
