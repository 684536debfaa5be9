"""Which jobs of a listing were met before: while it is read, jobs that are new push others onto the next page."""

from collections import OrderedDict
from collections.abc import Sequence

from jobdash.engine.circling import Circling
from jobdash.model.report import JobReport

REMEMBERED = 10_000


class Met:
    """Remembers the last jobs only: those that were pushed on come soon. `circles`: pages in a row told nothing new."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._circling = Circling()

    @property
    def circles(self) -> bool:
        return self._circling.round

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
        self._circling.turned(len(reports), new=len(found))
        return found
