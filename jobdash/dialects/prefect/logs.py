"""The logs of runs, followed: after the first reading only what is new is asked for."""

from collections import OrderedDict
from datetime import UTC, datetime

from jobdash.client.dialect import Ask
from jobdash.dialects._reading import iso, many, whole_list
from jobdash.dialects.prefect.api import LIMIT, Api
from jobdash.dialects.prefect.wire import Line
from jobdash.model.job import Json
from jobdash.model.log import LogLine

PAGES = 10
KEPT = 32
LATE = 10.0
"""Seconds: lines arrive in batches, so the last ones are asked for again."""
LEVELS = ((40, "error"), (30, "warning"), (20, "info"), (0, "debug"))


class Logs:
    """The logs of the runs that were looked at last."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: OrderedDict[str, dict[str, Line]] = OrderedDict()

    async def read(self, ask: Ask, id: str) -> tuple[LogLine, ...]:
        """The last 2,000 lines at first, then only what is new."""
        known = self._known.pop(id, {})
        only: dict[str, Json] = {"flow_run_id": {"any_": [id]}}
        last = max(filter(None, (iso(line.timestamp) for line in known.values())), default=None)
        if last is not None:
            only["timestamp"] = {"after_": datetime.fromtimestamp(max(0.0, last - LATE), UTC).isoformat()}
        for number in range(PAGES):
            wish = {"logs": only, "sort": "TIMESTAMP_DESC", "limit": LIMIT, "offset": number * LIMIT}
            answer = await self._api.find(ask, "logs/filter", wish)
            entries = whole_list(answer.body, answer.url)
            known |= {line.id: line for line in many(Line, entries) if line.id}
            if len(entries) < LIMIT:
                break
        self._known[id] = known
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return tuple(_line(line) for line in sorted(known.values(), key=lambda line: iso(line.timestamp) or 0.0))


def _line(line: Line) -> LogLine:
    level = next((name for least, name in LEVELS if line.level is not None and line.level >= least), None)
    return LogLine(line.message or "", iso(line.timestamp), level)
