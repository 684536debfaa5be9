"""The listing of Prefect: what lives, with what ended last; then the rest of what lives; then what ended long ago."""

from jobdash.client.dialect import Ask
from jobdash.dialects._reading import many, server_time, whole_list
from jobdash.dialects.prefect.api import LIMIT, Api
from jobdash.dialects.prefect.runs import Runs
from jobdash.dialects.prefect.states import ENDED, LIVE
from jobdash.dialects.prefect.wire import Run
from jobdash.model.report import Page

LOOK_ANYWAY = 6
"""Of so many listings one reads again what ended long ago."""


class Listing:
    """Walks the runs of one server; cursors are `live:OFFSET` and `ended:OFFSET`."""

    def __init__(self, api: Api, runs: Runs) -> None:
        self._api = api
        self._runs = runs
        self._ended: dict[int, Page] = {}
        self._total: int | None = None
        self._walks = 0

    async def page(self, ask: Ask, cursor: str | None) -> Page:
        which, _, at = (cursor or "").partition(":")
        offset = int(at or 0)
        if which == "ended":
            return await self._ended_page(ask, offset)
        live, now = await self._part(ask, LIVE, "EXPECTED_START_TIME_DESC", offset)
        done: list[Run] = []
        if not cursor:
            self._walks += 1
            done, _ = await self._part(ask, ENDED, "END_TIME_DESC", 0)
            if self._walks % LOOK_ANYWAY == 1:
                self._ended.clear()
                self._total = await self._api.count(ask, "flow_runs/count", {})
        following: str | None = f"live:{offset + LIMIT}"
        if len(live) < LIMIT:
            more = self._total is None or self._total > offset + len(live) + LIMIT
            following = f"ended:{LIMIT}" if more else None
        reports = await self._runs.reports(ask, [*live, *done], now)
        return Page(reports=reports, total=self._total, next=following)

    async def _ended_page(self, ask: Ask, offset: int) -> Page:
        """Runs that ended long ago hardly change: they are read again only now and then."""
        known = self._ended.get(offset)
        if known is None:
            runs, now = await self._part(ask, ENDED, "END_TIME_DESC", offset)
            more = f"ended:{offset + LIMIT}" if len(runs) == LIMIT else None
            known = Page(reports=await self._runs.reports(ask, runs, now), total=self._total, next=more)
            self._ended[offset] = known
        return known

    async def _part(self, ask: Ask, types: list[str], sort: str, offset: int) -> tuple[list[Run], float | None]:
        """A part of a listing, and the server's own time."""
        wish = {"flow_runs": {"state": {"type": {"any_": types}}}, "sort": sort, "limit": LIMIT, "offset": offset}
        answer = await self._api.find(ask, "flow_runs/filter", wish)
        return many(Run, whole_list(answer.body, answer.url)), server_time(answer.headers)
