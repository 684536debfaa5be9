"""Everything that is known of all servers, and the desk at which their feeds report it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from jobdash.engine.board import Ask, Board
from jobdash.engine.budget import Want
from jobdash.engine.clock import Clock
from jobdash.engine.details import Details
from jobdash.engine.fingerprint import title_of_job
from jobdash.engine.gather import Gatherer
from jobdash.engine.late_notices import LateNotices
from jobdash.engine.logs import Logs
from jobdash.engine.query import Use
from jobdash.engine.store import BELIEVED_AFTER, Change, Store
from jobdash.model.job import Job, JobKey
from jobdash.model.log import LogLine
from jobdash.model.queue import QueueStats
from jobdash.model.report import JobReport
from jobdash.model.state import State

Listener = Callable[[Change], None]


class Known:
    """The `Desk` of all feeds. Every change goes to the board, to the gatherer and to listeners, in this order.

    `progress_listeners` hear of jobs that just went on, `listeners` of everything else.

    `queues_at` is when each server last spoke of its queues, by the monotonic clock. `cursor` and `visible` are where
    the person looks, `failing` the jobs whose own last reading failed.
    `doubted` is called with a job whose stream tells old news.
    """

    def __init__(
        self,
        clock: Clock,
        doubted: Callable[[JobKey], None],
        stale: Ask = lambda key: False,
        *,
        frame: float = 0.1,
    ) -> None:
        self._clock = clock
        self._doubted = doubted
        self.store = Store()
        self.details = Details()
        self.logs = Logs()
        self.gather = Gatherer(clock, frame)
        self.board = Board(
            self.store,
            clock,
            self.gather.rows,
            detail=self.details.loaded,
            loaded=lambda: len(self.details),
            stale=stale,
            gone=self.is_gone,
            fingerprint=title_of_job,
        )
        self.listeners: list[Listener] = []
        self.progress_listeners: list[Listener] = []
        self.queues_of: dict[str, tuple[QueueStats, ...]] = {}
        self.queues_at: dict[str, float] = {}
        self.cursor: JobKey | None = None
        self.visible: frozenset[JobKey] = frozenset()
        self._gone: dict[JobKey, float] = {}
        self.failing: set[JobKey] = set()
        self.late: dict[JobKey, str] = {}
        self.late_notices = LateNotices(clock, self.gather.notice)
        self._names: dict[JobKey, tuple[str | None, str | None]] = {}

    # the desk

    def report(self, report: JobReport, *, asked_at: float | None = None, alone: bool = True) -> bool:
        """News of one job from a feed; True when the job was not known."""
        now = self._clock.monotonic()
        key = report.job.key
        if report.queues:
            self.queues(key.server, report.queues)
        if asked_at is not None and asked_at < self._gone.get(key, 0.0):
            # the answer to a question that was asked before the server said that the job is no longer there
            return False
        if report.detail is not None and self.details.wants(key):
            self.details.put(key, report.detail, now, asked_at)
            self.gather.detail(key)
            self.board.recheck(key)
        if report.detail is not None and report.detail.logs:
            self.heard_log(key, report.detail.logs)
        if self.failing and key in self.failing and (alone or key != self.cursor):
            self._failing(key, fails=False)
        change = self.store.apply(report, at=now, asked_at=asked_at, alone=alone)
        if change is None and self.is_disputed(key) and self._is_to_be_read(report, asked_at, alone):
            self._doubted(key)
        if self._gone and key in self._gone:
            self._gone.pop(key, None)
            self.gather.job(key, rows=False)
            self.board.recheck(key)
            change = change and replace(change, of_progress=False)
        self.changed(change)
        return change is not None and change.before is None

    def heard_log(self, key: JobKey, lines: Sequence[LogLine]) -> None:
        """The log of a job, as far as its server tells it; kept only when somebody reads it."""
        self.logs.take(key, lines, self._clock.monotonic())
        if self.logs.book(key) is not None:
            self.gather.detail(key)

    def gone(self, key: JobKey) -> None:
        """A job that is no longer there: its last row stays, marked; one never seen is told of as well."""
        if key in self._gone:
            return
        self._place(key, "not found")
        self._gone[key] = self._clock.monotonic()
        self.failing.discard(key)
        self.board.recheck(key)
        self.details.failed(key, f"{key.server} does not have this job")
        self.gather.detail(key)
        self.gather.job(key, rows=False)
        job = self.store.get(key)
        self._tell(Change(key, job, job))

    def unreadable(self, key: JobKey, problem: str) -> None:
        """One job that could not be read; one never seen gets a row that says so."""
        self._place(key, "unreadable", problem)
        self._failing(key, fails=True)
        self.details.failed(key, problem)
        self.gather.detail(key)

    def overdue(self, key: JobKey, why: str) -> None:
        """A job that takes longer than it may; `why` is said behind its name. Watching it goes on as well."""
        job = self.store.get(key)
        if job is None or job.state.ended:
            return
        change = self.store.mark(key, overdue=True)
        if change is not None:
            self.late[key] = why
            self.late_notices.late(key, why)
            self.changed(change)

    def in_time_again(self, server: str, why: str) -> None:
        """Jobs that were late for a reason that begins so are late no more, until there is another one."""
        late = [key for key, said in self.late.items() if key.server == server and said.startswith(why)]
        for key in late:
            del self.late[key]
            if (change := self.store.mark(key, overdue=False)) is not None:
                self.changed(change)

    def queues(self, server: str, queues: tuple[QueueStats, ...]) -> None:
        """The server's word about its queues."""
        self.queues_at[server] = self._clock.monotonic()
        if self.queues_of.get(server) != queues:
            self.queues_of[server] = queues
            self.gather.server(server)

    def status_changed(self, server: str) -> None:
        """A server's line looks different."""
        self.gather.server(server)
        self.board.changed(Use.SERVERS)

    def job(self, key: JobKey) -> Job | None:
        return self.store.get(key)

    def is_gone(self, key: JobKey) -> bool:
        return key in self._gone

    def is_doubtful(self, key: JobKey) -> bool:
        return key in self._gone or key in self.failing

    def is_disputed(self, key: JobKey) -> bool:
        return self.store.doubts(key) > 0

    def want(self, key: JobKey) -> Want:
        """How much a person wants to know about this job right now."""
        if key == self.cursor:
            return Want.CURSOR
        if key in self.visible:
            return Want.VISIBLE
        job = self.store.get(key)
        return Want.RUNNING if job is None or job.state.active else Want.WAITING

    # for the facade

    def looked_for(self, key: JobKey) -> None:
        """A person wants to know about this job: it may be there again."""
        if key in self._gone:
            self._gone.pop(key, None)
            self.gather.job(key, rows=False)
            self.board.recheck(key)

    def named(self, key: JobKey, label: str | None = None, priority: str | None = None) -> None:
        """What we call a job whose server has no such word for it, from now on or from when it is heard of."""
        before = self._names.get(key, (None, None))
        self._names[key] = label, priority = (label or before[0], priority or before[1])
        job = self.store.get(key)
        if job is not None and ((label and job.label is None) or (priority and job.priority is None)):
            self.changed(self.store.mark(key, label=job.label or label, priority=job.priority or priority))

    def forget(self, key: JobKey) -> None:
        """The job leaves, with everything that was known about it."""
        self._names.pop(key, None)
        self._gone.pop(key, None)
        self.failing.discard(key)
        self.late.pop(key, None)
        self.details.drop(key)
        self.logs.drop(key)
        self.changed(self.store.forget(key))

    def changed(self, change: Change | None) -> None:
        """Tells everybody who is to know."""
        if change is None:
            return
        self.gather.job(change.key, rows=self.board.apply(change))
        if change.of_progress:
            for listener in self.progress_listeners:
                listener(change)
            return
        if change.of_state:
            self.gather.server(change.key.server)
        self._tell(change)
        if change.before is None and change.key in self._names:
            self.named(change.key)

    def _is_to_be_read(self, report: JobReport, asked_at: float | None, alone: bool) -> bool:
        """Whether refused news is a reason to ask (again): each event is, each answer that the server may insist on,
        and each in which an ended job lives.
        """
        if asked_at is None or (alone and self.store.doubts(report.job.key) < BELIEVED_AFTER):
            return True
        known = self.store.get(report.job.key)
        return known is not None and known.state.ended and not report.job.state.ended

    def _failing(self, key: JobKey, *, fails: bool) -> None:
        """The last reading of this job failed, or one went well again: its row is to be trusted less, or as before."""
        if fails != (key in self.failing):
            (self.failing.add if fails else self.failing.discard)(key)
            self.gather.job(key, rows=False)
            self.board.recheck(key)

    def _tell(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)

    def _place(self, key: JobKey, word: str, problem: str | None = None) -> None:
        """A row for a job that a person asked for and of which nothing else is known."""
        if key not in self.store:
            job = Job(key=key, state=State.UNKNOWN, native_state=word, error=problem)
            self.changed(self.store.apply(JobReport(job=job), at=self._clock.monotonic()))
