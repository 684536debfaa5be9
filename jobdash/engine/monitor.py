"""The facade: everything a screen or a command line may ask of the engine, and every wish it may have."""

import asyncio
import random as random_module
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from jobdash.engine import equivalent
from jobdash.engine.backoff import Random
from jobdash.engine.board import Board
from jobdash.engine.bulk.bulks import Bulks
from jobdash.engine.bulk.pace import Pace
from jobdash.engine.clock import Clock, SystemClock
from jobdash.engine.commands import Commands
from jobdash.engine.details import DetailView
from jobdash.engine.door import FOR_ALERTS
from jobdash.engine.downloads import Downloads, DownloadView, ResultsView
from jobdash.engine.ends import Ends
from jobdash.engine.failures import Failures
from jobdash.engine.freshness import Freshness
from jobdash.engine.gather import Batch
from jobdash.engine.hiding import Hiding
from jobdash.engine.histories import Histories
from jobdash.engine.hooks import Hooks
from jobdash.engine.ids import Ids
from jobdash.engine.journal import Journal
from jobdash.engine.known import Known
from jobdash.engine.last_good import LastGood
from jobdash.engine.listed import Listed
from jobdash.engine.log_reader import LogReader
from jobdash.engine.logbook import LogBook
from jobdash.engine.looks import Looks
from jobdash.engine.makings import Makings
from jobdash.engine.masking import Masking
from jobdash.engine.metrics.figures import Scene
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.engine.overdue import Overdue
from jobdash.engine.pace import ATTEMPTS
from jobdash.engine.queue_commands import QueueCommands
from jobdash.engine.remembered import Remembered
from jobdash.engine.room import Room
from jobdash.engine.runbooks import Runbooks
from jobdash.engine.store import Change
from jobdash.engine.tracked import Tracked
from jobdash.engine.vitals import Vitals
from jobdash.engine.waits import Waits
from jobdash.engine.watch import ServerWatch
from jobdash.engine.watched import ServerView, Watched
from jobdash.engine.watches import Watches
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, Command, Outcome
from jobdash.model.errors import ConfigError, NotSupported
from jobdash.model.job import Job, JobKey, Json
from jobdash.model.queue import QueueStats

__all__ = ["Batch", "Companion", "DetailView", "DownloadView", "Monitor", "ResultsView", "ServerView", "Watched"]


class Monitor:
    """One engine for any number of servers; it runs on one asyncio loop and is not thread-safe."""

    def __init__(
        self,
        servers: Sequence[Watched],
        *,
        clock: Clock | None = None,
        random: Random = random_module.random,
        companions: Sequence["Companion"] = (),
        journal: Journal | None = None,
        masking: Masking | None = None,
        mask_ids: bool = False,
        pace: Pace | None = None,
        orders: Orders | None = None,
        tracked: Tracked | None = None,
        frame: float = 0.1,
        runbooks: Runbooks | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.hooks = Hooks()
        self.masking = masking or Masking()
        self.masks_ids = mask_ids
        ids = Ids()
        self._hiding = Hiding(ids.__contains__)
        self._companions = tuple(companions)
        self._known = Known(self.clock, self._doubted, self.is_stale, frame=frame)
        if mask_ids:
            self._known.listeners.append(ids.noticed)
        self._watches = Watches(servers, self._known, self.clock, random)
        self._freshness = Freshness(self._known, self._watches, self.clock)
        links = {server.link.name: server.link for server in servers}
        self._given = {server.link.name: server for server in servers}
        self._cares = {server.link.name: server.care for server in servers}
        feeds = {watch.link.name: watch.feed for watch in self._watches}
        self._commands = Commands(
            self._known, self.clock, links, self._settled, journal=journal, cares=self._cares, doors=feeds
        )
        self.bulks = Bulks(
            clock=self.clock,
            job=self.job,
            refusal=self.refusal,
            request=self.preview,
            perform=self._commands.perform,
            news=self._known.gather.bulks,
            requests={server.link.name: server.limits.rate for server in servers},
            journal=journal,
            pace=pace,
            wait=lambda server: feeds[server].life.patience,
        )
        self.queue_commands = QueueCommands(self.clock, links, self._cares, self.notice, journal, doors=feeds)
        self.downloads = Downloads(self._known, feeds, Ends(self._known, self.clock), self.clock)
        self.makings = Makings(
            self._known, self.clock, links, self._made, journal=journal, cares=self._cares, doors=feeds
        )
        self.remembered = Remembered(tracked, {name: link.url for name, link in links.items()}, self.clock)
        deadlines = {watch.link.name: (lambda watch=watch: watch.deadline) for watch in self._watches}
        self._overdue = Overdue(self._known, self.clock, deadlines, self.is_stale, self._watches.ahead)
        self._known.listeners.append(self._noticed)
        self._room = Room(self._known, self.clock, {s.link.name: s.limits.room for s in servers}, self._is_needed)
        self._log_reader = LogReader(self._known, self.clock, self._watches.feed_of)
        folder = orders.folder if orders is not None else None
        looks = Looks(folder / "failures.db", self._known.gather.trouble) if folder is not None else None
        self.failures = Failures(self._known.store, self.clock, looks)
        self._known.listeners.append(self.failures.noticed)
        self.waits = Waits(self._known)
        self.runbooks = runbooks or Runbooks()
        self.histories = Histories(self.clock)
        self._known.listeners.append(self.histories.noticed)
        self._known.progress_listeners.append(self.histories.noticed)
        self.last_good = LastGood()
        self._known.listeners.append(self.last_good.noticed)
        self.vitals = Vitals(
            orders or Orders(),
            self.clock,
            self._known.gather,
            self.board.context,
            get=self.job,
            gone=self.is_gone,
            scenes=self._scenes,
            watched=lambda: not self.pauses,
        )
        self._known.listeners.append(self.vitals.noticed)
        self._known.progress_listeners.append(self.vitals.noticed)
        for server in servers:
            self._watches[server.link.name].track(server.jobs)
            kept = self.remembered.jobs(server.link.name)
            labels = {job.id: job.label for job in kept if job.label}
            priorities = {job.id: job.priority for job in kept if job.priority}
            self.track(server.link.name, [job.id for job in kept], labels, priorities)

    async def run(self) -> None:
        """Watches every server until cancelled, then closes every connection."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watches.run())
                group.create_task(self._overdue.run())
                group.create_task(self._room.run())
                group.create_task(self.board.run())
                group.create_task(self._log_reader.run())
                group.create_task(self.vitals.run())
                group.create_task(self.failures.run())
                for companion in self._companions:
                    group.create_task(_accompany(companion, self))
        finally:
            await self.downloads.close()
            await self.bulks.close()
            await self.queue_commands.close()
            await self.makings.close()
            self.remembered.close()
            await self._commands.close()
            await self._watches.close()

    def batches(self) -> AsyncIterator[Batch]:
        """News for a screen, gathered, at most about ten a second."""
        return self._known.gather.batches()

    # what is known; cheap, and never waits

    def servers(self) -> Sequence[ServerView]:
        """Every server, in the order in which they were given."""
        old = self._freshness.ages_of_old(self._known.visible)
        return [self._server_view(watch, old.get(watch.link.name)) for watch in self._watches]

    def care(self, server: str) -> Care:
        """How careful one must be with a server."""
        return self._cares.get(server, NO_CARE)

    @property
    def board(self) -> Board:
        """What a person looks at, and every wish about it: order, grouping, marks, a frozen display."""
        return self._known.board

    @property
    def view(self) -> Listed:
        """The rows to draw: live, or frozen."""
        return self.board.listed

    @property
    def query(self) -> str:
        """The text of the current query."""
        return self.board.query

    def set_query(self, text: str) -> None:
        """Narrows the view; raises QueryError and keeps the old one when the text does not parse."""
        self.board.set_query(text)

    def total(self) -> int:
        """All jobs known, whatever the query."""
        return len(self._known.store)

    def job(self, key: JobKey) -> Job | None:
        return self._known.store.get(key)

    def heard_at(self, key: JobKey) -> float | None:
        """When the server last told about this job, as a reading of the monotonic clock."""
        return self._freshness.heard_at(key)

    def is_stale(self, key: JobKey) -> bool:
        """True when the row of this job may not be true now."""
        return self._freshness.is_stale(key)

    def doubt(self, key: JobKey) -> str | None:
        """Why the row of this job may not be true now, in a few words; None when it is."""
        return self._freshness.doubt(key)

    def known_at(self, key: JobKey) -> float:
        """The moment of which what is known of a job is true, in seconds since the epoch: now, or when last heard.

        How long ago a job ended stays true whatever became of its server.
        """
        return self._freshness.known_at(key)

    def is_gone(self, key: JobKey) -> bool:
        """True when the server said that it no longer has this job; the last known row stays."""
        return self._known.is_gone(key)

    def detail(self, key: JobKey) -> DetailView | None:
        """The heavy part of a job that was looked at."""
        return self._known.details.get(key)

    def log(self, key: JobKey) -> LogBook | None:
        """The log of a job, None when it was never read."""
        return self._known.logs.book(key)

    def usual(self, name: str, type: str | None) -> tuple[float, float] | None:
        """p50 and p95 of `runtime` or `wait` of the jobs of a type that ended well, in seconds; None if too few did."""
        of = self._known.board.context.percentiles.of
        p50, p95 = of(name, type, 50), of(name, type, 95)
        return None if p50 is None or p95 is None else (p50, p95)

    def outcome(self, key: JobKey) -> Outcome | None:
        """The last command on this job and what became of it."""
        return self._commands.outcomes.get(key)

    def queues(self, server: str) -> Sequence[QueueStats]:
        """What a server last said of its queues."""
        return self._known.queues_of.get(server, ())

    def changes(self) -> Sequence[Outcome]:
        """The last command on every job that had one, the newest first."""
        return tuple(reversed(self._commands.outcomes.values()))

    def refusal(self, action: Action, key: JobKey) -> str | None:
        """Why this action cannot be asked for now, in one sentence; None when it can."""
        return self._commands.refusal(action, key)

    def equivalents(self, key: JobKey) -> Sequence[str]:
        """Lines for a shell that ask about this job, or change it, without the screen; secrets are masked."""
        given, job = self._given[key.server], self.job(key)
        actions = [a for a in given.link.dialect.capabilities.actions if job and self.refusal(a, key) is None]
        told = equivalent.lines(key, given.link.url, configured=given.configured, actions=actions)
        request = equivalent.reading_of(given.link.dialect, key.id)
        return [*told, *([equivalent.curl(given.link.url, request, given.proof)] if request is not None else [])]

    def preview(self, command: Command) -> str | None:
        """What will be sent, as `POST /path`; None when the server's kind cannot tell beforehand."""
        return self._commands.preview(command)

    # wishes; they return at once, their effects come back as batches

    def look_at(self, key: JobKey | None, visible: Sequence[JobKey] = (), *, deep: bool = False) -> None:
        """The person's eyes: the job under the cursor is read first and in full, the visible ones next.

        `deep`: the data of the visible ones is kept as well, because a column shows it.
        """
        seen = frozenset(visible)
        for new in self._known.details.look_at_all(visible if deep else ()):
            if new.server in self._watches:
                self._watches[new.server].follower.read_now((new.id,))
        if key == self._known.cursor and seen == self._known.visible:
            return
        if key is not None:
            self._known.details.look_at(key)
        self._watches.look_at(key, visible)

    def read_jobs(self, keys: Iterable[JobKey]) -> None:
        """Reads these jobs once more and in full; what is heard arrives as details."""
        for key in keys:
            if key.server in self._watches:
                self._known.details.look_at(key)
                self._watches[key.server].follower.read_now((key.id,))

    def read_logs(self, keys: Iterable[JobKey]) -> None:
        """The logs of these jobs are read from now on, and no others; what is heard arrives as details."""
        self._log_reader.want(keys)

    def submit(self, command: Command) -> None:
        """Asks for a change; what becomes of it arrives as outcomes."""
        self._commands.submit(command)

    def refresh(self) -> None:
        """Asks every server now, whatever the pace."""
        self._watches.refresh()

    def track(
        self,
        server: str,
        ids: Iterable[str],
        labels: Mapping[str, str] | None = None,
        priorities: Mapping[str, str] | None = None,
    ) -> None:
        """Watches these jobs on a server, whether or not it can list; labels and priorities are our own, by id."""
        wanted = list(ids)
        for id in {*(labels or {}), *(priorities or {})}:
            self._known.named(JobKey(server, id), (labels or {}).get(id), (priorities or {}).get(id))
        for id in wanted:
            self._known.looked_for(JobKey(server, id))
        self._watches[server].track(wanted)

    def forget(self, server: str, ids: Iterable[str]) -> None:
        """These jobs are no longer watched by their ids, and leave the list until somebody tells of them again."""
        for id in ids:
            self._watches[server].follower.forget(id)
            self._known.forget(JobKey(server, id))

    def pause_watching(self, reason: str) -> None:
        """Nobody looks, for this reason in words: nothing is polled, or rarely where alert rules want it.

        Streams go on.
        """
        self._watches.pause(reason, lambda name: FOR_ALERTS if self.vitals.watches(name) else None)

    def resume_watching(self, reason: str | None = None) -> None:
        """This reason to pause is over, or every reason; when none is left, everything is asked for at once."""
        self._watches.resume(reason)

    @property
    def pauses(self) -> Sequence[str]:
        """Why nothing is polled as usual at the moment, in words; empty while it is."""
        return self._watches.pauses

    def change_pace(self, server: str, factor: float) -> float:
        """Polls a server faster (a factor below 1) or slower; returns the new interval in seconds."""
        return self._watches[server].change_pace(factor)

    def attempts(self, server: str) -> int | None:
        """How often one job of a server is asked about before it is called late; None: as often as it takes."""
        return self._watches[server].feed.attempts

    def change_attempts(self, server: str, most: int) -> None:
        """Another number of attempts, 0 for no limit; jobs that were late by the old one are no longer called so."""
        self._watches[server].change_attempts(most)
        self._known.in_time_again(server, ATTEMPTS)

    def late(self, key: JobKey) -> str | None:
        """Why a job is overdue, in a few words; None when it is not."""
        job = self.job(key)
        return self._known.late.get(key) if job is not None and job.overdue else None

    def hide(self, text: str) -> str:
        """`text` as it may be shown and written: with job ids shortened, where the person wants that."""
        return self._hiding(text) if self.masks_ids else text

    def notice(self, words: str) -> None:
        """Tells the person something that belongs to no job and no server."""
        self._known.gather.notice(words)

    def delivered(self, body: Json, server: str | None = None) -> None:
        """Takes news that a server brought by itself; `server` may stay open where only one does such a thing.

        A job that was not known is watched from now on. Raises NotSupported, and BadAnswer for news of no job.
        """
        able = [watch for watch in self._watches if watch.link.dialect.capabilities.webhook]
        meant = [watch for watch in able if server in (None, watch.link.name)]
        if len(meant) != 1:
            names = ", ".join(watch.link.name for watch in able) or "there is none"
            raise NotSupported(f"it does not say for which server it is; those with webhooks: {names}")
        report = meant[0].link.dialect.read_webhook(body)
        self.hooks.taken[report.job.server] += 1
        new = report.job.key not in self._known.store
        self._known.report(report)
        if new:
            self.track(report.job.server, [report.job.id])

    # how it is done

    def _is_needed(self, key: JobKey) -> bool:
        """True for a job that a person marked or looks at, or that a command is about."""
        looked_at = key == self._known.cursor or key in self._known.visible
        return looked_at or key in self.board.marks or self._commands.under_way(key)

    def _noticed(self, change: Change) -> None:
        watch = self._watches.get(change.key.server)
        if watch is not None:
            watch.noticed(change)
        if change.after is None:
            self._commands.forget(change.key)
            self.downloads.forget(change.key)

    def _settled(self, key: JobKey) -> None:
        """Whatever a command did, the job is worth following until it has ended."""
        self._watches[key.server].track((key.id,))

    def _made(self, key: JobKey) -> None:
        """A new job that was asked for here is followed at once, and after the next start where nothing lists it."""
        try:
            if not self._watches[key.server].link.dialect.capabilities.list:
                self.remembered.add(key.server, [key.id])
        except ConfigError as problem:
            self.notice(f"the job was made, but will not be remembered: {problem}")
        self.track(key.server, [key.id])

    def _doubted(self, key: JobKey) -> None:
        self._watches[key.server].follower.doubt(key.id)

    def _scenes(self) -> Iterator[tuple[str, Scene]]:
        """What is known of each server besides its jobs."""
        for watch in self._watches:
            name, able = watch.link.name, watch.link.dialect.capabilities
            told = self._known.queues_of.get(name)
            whole = (watch.lists or not able.list) and (told is not None or not able.queues)
            yield name, Scene(watch.feed.life.status, told or (), watch.lists, whole)

    def _server_view(self, watch: ServerWatch, rows_old: float | None) -> ServerView:
        name = watch.link.name
        queues = self._known.queues_of.get(name, ())
        queue = next((queue for queue in queues if not queue.name), queues[0] if queues else None)
        return ServerView(
            name=name,
            kind=watch.link.kind,
            url=watch.link.url,
            status=watch.feed.life.status,
            capabilities=watch.link.dialect.capabilities,
            counts=Counter(self._known.store.counts.get(name, {})),
            queue=queue,
            queue_at=self._known.queues_at.get(name),
            care=self._cares[name],
            health=self.vitals.health(Place(name), watch.feed.life.status, queue.health if queue else None),
            throughput=self.vitals.sight.figures.get(name, {}).get("throughput"),
            trend=self.vitals.sight.trend(Place(name), 30.0, 7),
            rows_old=rows_old,
        )


Companion = Callable[[Monitor], Awaitable[None]]
"""Something that runs as long as the monitor does and tells it of jobs: a followed file, a listener."""


async def _accompany(companion: Companion, monitor: Monitor) -> None:
    await companion(monitor)
