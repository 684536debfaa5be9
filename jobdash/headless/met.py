"""Which jobs of a listing were met before: while it is read, jobs that are new push others onto the next page."""

from collections import OrderedDict
from collections.abc import Sequence

from jobdash.engine.listing_walk import EMPTY_PAGES, IDLE_PAGES
from jobdash.model.report import JobReport

REMEMBERED = 10_000


class Met:
    """Remembers the last jobs only: those that were pushed on come soon. `circles`: pages in a row told nothing new."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._idle = 0
        self._empty = 0

    @property
    def circles(self) -> bool:
        return self._idle >= IDLE_PAGES or self._empty >= EMPTY_PAGES

    def fresh(self, reports: Sequence[JobReport]) -> list[JobReport]:
        """Those of a page that were not met before."""
        found = []
        for report in reports:
            if report.job.id not in self._ids:
                found.append(report)
            self._ids[report.job.id] = None
            self._ids.move_to_end(report.job.id)
        while len(self._ids) > max(self._remembered, len(reports)):
            self._ids.popitem(last=False)
        self._idle = 0 if found else self._idle + bool(reports)
        self._empty = 0 if reports else self._empty + 1
        return found
