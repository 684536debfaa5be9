"""The listing of bull-board, part by part: a part is a page of one status of one queue.

While the counts of a queue stay the same and nothing of it runs, its parts are not asked for again, and a page that is
made of the same parts is the same page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jobdash.client.dialect import Ask, Request
from jobdash.dialects._reading import many, one, table, whole_list
from jobdash.dialects.bullboard.jobs import job_of
from jobdash.dialects.bullboard.names import encoded, name_of
from jobdash.dialects.bullboard.wire import BullJob, Queue
from jobdash.model.job import Job, JobKey, Json
from jobdash.model.report import JobReport, Page

SIZE = 200
"""Jobs in one page of a status; from 9.10.2 on bull-board refuses more than 300."""

LOOK_ANYWAY = 6
"""Of so many listings one reads the newest of everything, and of the later pages the one that was read longest ago:
counts that stay hide a job that came and one that went."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one answer told of one (queue, status).

    `body` is that answer, to know it again: Express sends all of it, not a 304, to who wants no cache's answer.
    Of later pages, which nobody asks for again, it is None.
    """

    body: Json
    reports: Mapping[JobKey, JobReport]
    problems: tuple[str, ...]


class Parts:
    """All queues of one bull-board, and of their jobs what was read last."""

    def __init__(self, server: str) -> None:
        self.queues: dict[str, Queue] = {}
        self._server = server
        self._read: dict[tuple[str, str, int], Part] = {}
        self._pages: dict[int, tuple[tuple[Part, ...], Page]] = {}
        self._moved: set[str] = set()
        self._looked: set[str] = set()
        self._again: tuple[str, str, int] | None = None
        self._walked: dict[str, Queue] = {}
        self._walks = 0

    async def learn(self, ask: Ask) -> None:
        """The counts of all queues."""
        answer = await ask(Request(path="api/queues"))
        entries = whole_list(table(answer.body, answer.url).get("queues"), answer.url)
        self.queues = {queue.name: queue for queue in many(Queue, entries) if queue.name}

    async def page(self, ask: Ask, number: int) -> Page:
        """The n-th page holds the n-th part of every status of every queue: what lives is told first."""
        if number == 1:
            await self._look(ask)
        parts: list[Part] = []
        counts = [(queue, status, queue.count(status) or 0) for queue in self.queues.values() for status in queue.held]
        for queue, status, count in counts:
            if count > (number - 1) * SIZE:
                parts.append(await self._part(ask, queue, status, number))
        page = Page(
            reports=tuple(report for part in parts for report in part.reports.values()),
            total=sum(count for *_, count in counts),
            next=str(number + 1) if any(count > number * SIZE for *_, count in counts) else None,
            problems=tuple(problem for part in parts for problem in part.problems),
        )
        return self._same(number, tuple(parts), page)

    def _same(self, number: int, parts: tuple[Part, ...], page: Page) -> Page:
        """The page that was given before, where it is made of the same parts: it is no news."""
        known = self._pages.get(number)
        if known and known[1].total == page.total and known[1].next == page.next and _are(known[0], parts):
            return known[1]
        self._pages[number] = parts, page
        return page

    def doubt(self, job: Job) -> None:
        """A job was read by itself: where its listing says otherwise by now, its queue has moved after all."""
        for key, part in list(self._read.items()):
            listed = part.reports.get(job.key) if key[0] == job.queue else None
            if listed is not None and (listed.job.state, listed.job.finished_at) != (job.state, job.finished_at):
                self._forget(key)

    def gone(self, id: str) -> None:
        """A job is there no more: a listing that still has it is no longer true."""
        for key, part in list(self._read.items()):
            if JobKey(self._server, id) in part.reports:
                self._forget(key)

    def active(self) -> dict[tuple[str, str | None], str]:
        """The job that each (queue, worker) had when it was listed last."""
        return {
            (key[0], report.job.worker): report.job.id
            for key, part in self._read.items()
            if key[1] == "active"
            for report in part.reports.values()
        }

    async def _look(self, ask: Ask) -> None:
        """Learns the counts of all queues, and which queues have moved since they were read."""
        await self.learn(ask)
        self._walks += 1
        anyway = self._walks % LOOK_ANYWAY == 1
        self._moved = {
            name for name, queue in self.queues.items() if queue.count("active") or queue != self._walked.get(name)
        }
        for name in self._moved:
            self._forget_later(name)
        self._looked = set(self.queues) if anyway else set()
        self._walked = dict(self.queues)
        self._read = {key: part for key, part in self._read.items() if key[0] in self.queues}
        if anyway:
            self._again = next((key for key in self._read if key[2] > 1), None)

    async def _part(self, ask: Ask, queue: Queue, status: str, number: int) -> Part:
        """One status of one queue; not asked for again while the queue stands still. Failures are always looked for.

        When it turns out to have changed, the queue has moved after all.
        """
        name = queue.name or ""
        key = (name, status, number)
        known = self._read.get(key)
        look = key == self._again or (number == 1 and (status == "failed" or name in self._looked))
        if known and name not in self._moved and not look:
            return known
        # bull-board decodes `activeQueue` once more than the others
        query: dict[str, str | int | float] = {
            "activeQueue": encoded(name),
            "status": status,
            "page": number,
            "jobsPerPage": SIZE,
        }
        answer = await ask(Request(path="api/queues", query=query, keep=number == 1))
        if known and known.body is not None and known.body == answer.body:
            return known
        found = next(
            (one for one in many(Queue, table(answer.body, answer.url).get("queues")) if one.name == name), queue
        )
        reports, problems = dict[JobKey, JobReport](), list[str]()
        for entry in found.jobs or ():
            job = one(BullJob, entry)
            if job is None or not isinstance(job.id, str | int) or job.id == "":
                problems.append(f"{answer.url}: a job of {name} without an id")
            else:
                id = JobKey(self._server, name_of(name, job.id))
                reports[id] = JobReport(job=job_of(id, job, status, found))
        part = Part(answer.body if number == 1 else None, reports, tuple(problems))
        self._read.pop(key, None)  # those read longest ago stand first
        if key == self._again:
            self._again = None
            part = known if known and known.reports == reports else part
        if number == 1 or (known and part is not known):
            self._moved.add(name)
            self._forget_later(name)
        self._read[key] = part
        return part

    def _forget(self, key: tuple[str, str, int]) -> None:
        """A part is not true any more, so its queue has moved after all."""
        del self._read[key]
        self._walked.pop(key[0], None)

    def _forget_later(self, queue: str) -> None:
        """What moved on one page of a queue has pushed on what is on the others."""
        self._read = {key: part for key, part in self._read.items() if key[0] != queue or key[2] == 1}


def _are(some: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    """Whether these are the very same parts."""
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
