"""Follows single jobs of one server: who is asked about, how often, and when to stop. Streams live in `streams.py`.

One question about one job, and what its failure means, lives in `reading.py`.
"""

import asyncio
from collections.abc import Iterable, Set
from itertools import chain, islice

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.engine.pace import ATTEMPTS, Pace
from jobdash.engine.reading import Found, Reader, Reading
from jobdash.engine.schedule import Schedule
from jobdash.engine.settling import Settling
from jobdash.model.job import Job
from jobdash.model.server import Phase

SOON = 0.25
"""Seconds until a job is asked about again that is being asked about at this very moment."""

READ_AGAIN = 2000
"""So many jobs are read again at once when a person asks; more would take minutes whatever one did."""

DOUBT = 3.0
"""Seconds until a job is read of which old news was told, unless other news is taken by then.

Events that lay in a stream's buffers are older than an answer that came meanwhile; to ask at once would make the next
ones old as well.
"""

GIVE_UP = 5
"""A job that is to be read only once is not read again after so many failures."""


class Follower:
    """Asks about each followed job at its own pace until it has ended or is gone.

    `once` are the jobs of which an answer is owed, whether or not they are followed.
    """

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.cursor: str | None = None
        self.visible: tuple[str, ...] = ()
        self.running: dict[str, None] = {}
        self._followed: dict[str, None] = {}
        self._streamed: set[str] = set()
        self._only_states: set[str] = set()
        self._once: set[str] = set()
        self._doubted: set[str] = set()
        self._schedule = Schedule(self._want)
        self._paces: dict[str, Pace] = {}
        self._reader = Reader(feed)
        self._reading: set[str] = set()
        self._covered = False
        self._settling = Settling()
        self._news = asyncio.Event()

    @property
    def followed(self) -> Set[str]:
        """The jobs that nothing else tells of, in the order in which they came."""
        return self._followed.keys()

    @property
    def asks(self) -> bool:
        """True when there is a job that is asked about again and again."""
        return bool(self._followed) or (self.cursor is not None and self._polls_cursor())

    @property
    def streamed(self) -> Set[str]:
        """The jobs that hold a connection of their own."""
        return self._streamed

    def follow(self, ids: Iterable[str], delay: float = 0.0) -> None:
        """Asks about these jobs from now on, until each has ended."""
        due = self.feed.clock.monotonic() + delay
        for id in ids:
            self._followed[id] = None
            job = self.feed.desk.job(self.feed.key(id))
            if job is not None and job.state.active:
                self.running[id] = None
            if id not in self._streamed:
                self._once.add(id)
                self._schedule.put_sooner(id, due)
        self._news.set()

    def revived(self, id: str) -> None:
        """A job that had ended lives again: it is followed, and read, unless one stream tells of all jobs anyway."""
        if self._covered:
            self._followed[id] = None
        else:
            self.follow((id,))

    def unfollow(self, ids: Iterable[str]) -> None:
        """Another source tells of these jobs: they are not asked about one by one."""
        for id in ids:
            self._followed.pop(id, None)
            self.running.pop(id, None)
            if id in self._streamed or id in self._doubted:
                continue
            self._once.discard(id)
            if id != self.cursor:
                self._paces.pop(id, None)
                self._schedule.drop(id)

    def look_at(self, id: str | None, visible: Iterable[str] = ()) -> None:
        """The person's eyes: the job under the cursor is read in full once the cursor rests on it."""
        before = (self.cursor, *self.visible)
        passed_over, self.cursor = self.cursor, id
        self.visible = tuple(visible)
        if id != passed_over:
            due = self._settling.moved(self.feed.clock.monotonic())
            if passed_over is not None and passed_over not in self._followed and passed_over not in self._once:
                self._paces.pop(passed_over, None)
                self._schedule.drop(passed_over)
            if id is not None:
                self._schedule.put(id, due)
        self._schedule.look_again(other for other in (*before, id, *self.visible) if other is not None)
        self._news.set()

    def read_now(self, ids: Iterable[str], spacing: float = 0.0) -> None:
        """Reads these jobs once more, followed or not; `spacing` seconds apart where there is no hurry."""
        now = self.feed.clock.monotonic()
        for number, id in enumerate(ids):
            self._once.add(id)
            self._schedule.put_sooner(id, now + number * spacing)
        self._news.set()

    def doubt(self, id: str) -> None:
        """What was told of this job cannot be true: in a while it is read, although another source tells of it."""
        self._doubted.add(id)
        self._schedule.put_sooner(id, self.feed.clock.monotonic() + DOUBT)
        self._news.set()

    def refresh(self) -> None:
        """Reads again what a person sees and what runs; of very many others the turn comes anyway."""
        self.read_now(() if self.cursor is None else (self.cursor,))
        wanted = chain((id for id in self.visible if id in self._followed), self.running, self._followed)
        self.read_now(id for id in islice(wanted, READ_AGAIN) if id not in self._streamed)

    def rest(self) -> None:
        """Nobody looks any more: the job under the cursor, too, is asked about as rarely as all others."""
        if self.cursor is not None and self.cursor in self._schedule:
            self._schedule.put(self.cursor, self.feed.clock.monotonic() + self.feed.door.rest)

    def noticed(self, id: str, job: Job) -> None:
        """The state of a job has changed to this; what streams leave out is read again under the cursor."""
        if id in self._followed and job.state.active:
            self.running[id] = None
        else:
            self.running.pop(id, None)
        told_in_part = id in self._streamed or self._covered
        begun_unknown = job.state.active and job.started_at is None
        if told_in_part and (id == self.cursor or (begun_unknown and id in self.visible)):
            self.read_now((id,))

    def forget(self, id: str) -> None:
        """The job is no longer known here, and not asked about any more."""
        self._once.discard(id)
        self._doubted.discard(id)
        self.unfollow((id,))

    def forget_paces(self) -> None:
        """The interval has changed: every job starts again with the new one."""
        self._paces.clear()
        self.refresh()

    def streaming(self, id: str, *, only_states: bool = False) -> None:
        """A connection tells of this job now: it is not polled meanwhile, once it has been read.

        One that tells `only_states` leaves out the progress, so under the cursor the job is polled all the same.
        """
        self._streamed.add(id)
        (self._only_states.add if only_states else self._only_states.discard)(id)
        if id not in self._once and not self._is_due(id):
            self._schedule.drop(id)

    def stream_ended(self, id: str) -> None:
        """The stream of this job is over: it is read at once, and polled again if it has not ended."""
        self._only_states.discard(id)
        if id in self._streamed:
            self._streamed.discard(id)
            self.read_now((id,))

    def covered(self, all_told: bool) -> None:
        """While one stream tells of all jobs none is polled; when that is over, all are read again."""
        if all_told == self._covered:
            return
        self._covered = all_told
        if not all_told:
            self.read_now(id for id in self._followed if id not in self._streamed)

    async def run(self) -> None:
        """Asks about what is due, several at once as the budget allows."""
        self._reading.clear()
        async with asyncio.TaskGroup() as group:
            while True:
                self._news.clear()
                now = self.feed.clock.monotonic()
                want = self._schedule.wanted(now)
                if want is not None and (shut := self._shut(want)) != 0.0:
                    await (self._news.wait() if shut is None else self.feed.rest(shut, self._news))
                elif want is not None and self._has_room(want):
                    self._ask_about_next(group, now)
                elif want is None and (due := self._schedule.next_due()) is not None:
                    await self.feed.rest(due - now, self._news)
                else:
                    await self._news.wait()

    def _shut(self, want: Want) -> float | None:
        """Seconds until a poll may leave, None: not before there is news. A person who moves the cursor asks.

        What was due when the door opened is asked to the end, so that of very many jobs, too, alerts hear in time.
        """
        oldest, until = self._schedule.oldest(), self.feed.door.opened_until
        left_over = oldest is not None and until is not None and oldest <= until
        return 0.0 if want is Want.CURSOR or left_over else self.feed.door.wait

    def _has_room(self, want: Want) -> bool:
        """As many questions wait for the budget as it lets through at once, and one more for the cursor."""
        return len(self._reading) < self.feed.limits.at_once + (want is Want.CURSOR)

    def _ask_about_next(self, group: asyncio.TaskGroup, now: float) -> None:
        id = self._schedule.take(now)
        if id is None:
            return
        if id in self._reading:
            self._schedule.put(id, now + SOON)
            return
        if id == self.cursor and (again := self._settling.put_off(now)) is not None:
            self._schedule.put(id, again)
            return
        if id in self._doubted:
            self._doubted.discard(id)
            if self.feed.desk.is_disputed(self.feed.key(id)):
                self._once.add(id)
            elif id != self.cursor and not self._is_due(id):
                return
        self._reading.add(id)
        group.create_task(self._ask_about(id), name=f"{self.feed.name} read {id}")

    async def _ask_about(self, id: str) -> None:
        try:
            want = min(self._want(id), Want.RUNNING)
            self._judge(id, await self._reader.read(id, want, len(self._followed)))
        finally:
            self._reading.discard(id)
            self._news.set()

    def _want(self, id: str) -> Want:
        return self.feed.desk.want(self.feed.key(id))

    def _judge(self, id: str, reading: Reading) -> None:
        pace = self._pace(id)
        match reading.found:
            case Found.GONE | Found.ENDED:
                self._once.discard(id)
                self.unfollow((id,))
                self._paces.pop(id, None)
                return
            case Found.GOING:
                self._once.discard(id)
                delay = pace.after(reading.progress)
            case Found.FAILED:
                delay = pace.failed(self.feed.random)
                if pace.failures >= GIVE_UP:
                    self._once.discard(id)
            case Found.LOST:
                delay = 0.0
        limit = self.feed.attempts
        if limit is not None and pace.asked >= limit and self.feed.life.phase is Phase.LIVE:
            self.feed.desk.overdue(self.feed.key(id), f"{ATTEMPTS} {limit} attempts")
        if self._is_due(id):
            self._schedule.put_sooner(id, self.feed.clock.monotonic() + max(delay, self.feed.door.rest))
        else:
            self._paces.pop(id, None)

    def _is_due(self, id: str) -> bool:
        """True for a job that is to be asked about again."""
        if id in self._once:
            return True
        if self._covered:
            return False
        if id in self._streamed:
            return id == self.cursor and id in self._only_states
        return id in self._followed or (id == self.cursor and not self.feed.door.is_shut)

    def _polls_cursor(self) -> bool:
        key = self.feed.key(self.cursor or "")
        job = self.feed.desk.job(key)
        return job is not None and not job.state.ended and not self.feed.desk.is_gone(key)

    def _pace(self, id: str) -> Pace:
        start = self.feed.poll_interval
        most = max(start, self.feed.link.dialect.poll_most or start)
        return self._paces.setdefault(id, Pace(start, most))
