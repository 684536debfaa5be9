"""The registries of all queues, read as little as tells what changed. Only their first pages are right."""

from collections.abc import Iterator

from jobdash.client.dialect import Ask, Request, quote_id
from jobdash.dialects._reading import many, table, whole_list
from jobdash.dialects.rq.wire import Counted, RqJob

NEWEST = 200
"""So many of a registry are read whenever its count changes; all of them every `LOOK_ANYWAY` listings."""
LATEST = 20
"""So many failures are looked at in every listing: one that came and one that went leave the count as it was."""
LOOK_ANYWAY = 6
MOST = 100_000
"""Of a registry that is longer only so many are read."""

REGISTRIES = ("queued", "deferred", "scheduled", "started", "finished", "failed", "canceled")
"""In the order of a job's life: one that is met twice because it moved meanwhile is where it was met last."""

Place = tuple[str, str]
"""A queue and one of its registries."""


class Registries:
    """What was read last of each registry of one rq-dashboard."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._counts: dict[Place, int] = {}
        self._rows: dict[Place, dict[str, RqJob]] = {}
        self._where: dict[str, Place] = {}
        self._walks = 0

    @property
    def total(self) -> int:
        return sum(self._counts.values())

    @property
    def long(self) -> bool:
        """True when there is a registry of which the newest are not all."""
        return any(count > NEWEST for count in self._counts.values())

    @property
    def started(self) -> list[str]:
        """The jobs that run."""
        return [id for id, place in self._where.items() if place[1] == "started"]

    def place(self, id: str) -> Place | None:
        return self._where.get(id)

    def newest(self) -> Iterator[tuple[str, RqJob, Place]]:
        """The first of each registry."""
        for place, rows in self._rows.items():
            for id, row in list(rows.items())[:NEWEST]:
                yield id, row, place

    def rest(self) -> Iterator[tuple[str, RqJob, Place]]:
        """The others, but those that have moved on meanwhile."""
        for place, rows in self._rows.items():
            for id, row in list(rows.items())[NEWEST:]:
                if self._where.get(id) == place:
                    yield id, row, place

    def doubt(self, id: str, row: RqJob) -> None:
        """A job was read by itself: where its listing says otherwise by now, that is told no more, and read anew."""
        place = self._where.get(id)
        listed = self._rows.get(place, {}).get(id) if place is not None else None
        if place is not None and listed is not None and _times(listed) != _times(row):
            self._forget(place, id)

    def _forget(self, place: Place, id: str) -> None:
        self._rows[place].pop(id, None)
        self._counts.pop(place, None)

    async def read_newest(self, ask: Ask, queues: list[Counted]) -> None:
        """Each registry whose count changed, and always the running jobs and the latest failures."""
        self._walks += 1
        before, anyway = self._counts, self._look_anyway
        self._counts = {(q.name or "", name): q.of(name) for name in REGISTRIES for q in queues if q.of(name)}
        self._rows = {place: self._rows.get(place, {}) for place in self._counts}
        for place, count in self._counts.items():
            moved = anyway or place[1] == "started" or before.get(place) != count
            if moved or (place[1] == "failed" and await self._failed_anew(ask, place)):
                news = await self._read(ask, place, NEWEST)
                older = self._rows[place] if len(news) >= NEWEST else {}
                self._rows[place] = news | {id: row for id, row in older.items() if id not in news}
        self._locate()

    async def _failed_anew(self, ask: Ask, place: Place) -> bool:
        known = self._rows[place]
        latest = await self._read(ask, place, LATEST)
        return any(id not in known or _times(known[id]) != _times(row) for id, row in latest.items())

    async def read_rest(self, ask: Ask) -> None:
        """The long registries in full, when it is time for that."""
        if self._look_anyway:
            for place, count in self._counts.items():
                if count > NEWEST:
                    self._rows[place] = await self._read(ask, place, count + NEWEST)
            self._locate()

    async def find(self, ask: Ask, id: str) -> tuple[RqJob, Place] | None:
        """A job where it was listed last, if it still is; else it is told there no more."""
        place = self._where.get(id)
        if place is None:
            return None
        row = (await self._read(ask, place, self._counts.get(place, 0) + NEWEST)).get(id)
        if row is not None:
            return row, place
        if place in self._rows:
            self._forget(place, id)
        return None

    @property
    def _look_anyway(self) -> bool:
        return self._walks % LOOK_ANYWAY == 1

    def _locate(self) -> None:
        self._where = {id: place for place, rows in self._rows.items() for id in rows}

    async def _read(self, ask: Ask, place: Place, most: int) -> dict[str, RqJob]:
        """The newest of one registry. Only page 1 is right; of registries but `queued` it holds one job less."""
        most = min(most, MOST)
        size = most if place[1] == "queued" else most + 1
        path = f"{self._base}/jobs/{quote_id(place[0])}/{place[1]}/{size}/dsc/1.json"
        answer = await ask(Request(path=path, wait=most / 500))
        entries = whole_list(table(answer.body, answer.url).get("jobs"), answer.url)
        return {row.id: row for row in many(RqJob, entries) if row.id}


def _times(row: RqJob) -> tuple[str | None, str | None]:
    """What differs after each attempt."""
    return row.started_at, row.ended_at
