"""Where alerts are dealt with: turned by rules, seen to by people, kept in a file, told to whoever is to be told."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from jobdash.engine.alerts.book import NO_LONGER_WATCHED, Book
from jobdash.engine.alerts.kept import KeptAlerts, Presence, Written
from jobdash.engine.alerts.watchman import Turning, Watchman
from jobdash.engine.clock import Clock
from jobdash.engine.gather import Gatherer
from jobdash.engine.metrics.place import Place
from jobdash.engine.notify.call import Call, Teller, TellingFailed
from jobdash.engine.notify.outbox import Outbox
from jobdash.engine.orders import Orders
from jobdash.model.alert import Alert, AlertEvent, AlertKey, Turn

UNWATCHED = 86400.0
"""Seconds after which alerts about a server that no jobdash watches are over."""

NOTE_EVERY = 60.0
MOST_UNWRITTEN = 1_000
"""So many events wait for a file that cannot be used at the moment."""


class AlertDesk:
    """`servers` gives the names of those that are watched here; alerts about others are left to who watches them.

    `left_at` is when the person pressed a key for the last time before this run, in seconds since the epoch.
    """

    def __init__(
        self, orders: Orders, clock: Clock, gather: Gatherer, watchman: Watchman, servers: Callable[[], Collection[str]]
    ) -> None:
        self.book = Book()
        self._orders = orders
        self._clock = clock
        self._gather = gather
        self._watchman = watchman
        self._servers = servers
        self._outbox = Outbox(orders.manners, _minute_of_day)
        self._tellings: set[asyncio.Task[None]] = set()
        self._writes: list[Written] = []
        self._calls: list[Call] = []
        self._told_version = 0
        self._seen_at: float | None = None
        self._noted_at = float("-inf")
        self.left_at: float | None = None
        folder = orders.folder
        self._kept = KeptAlerts(folder / "alerts.db", gather.trouble) if folder is not None else None

    @property
    def has_news(self) -> bool:
        """Whether anything is to be kept, or told by `exchange`."""
        return bool(self._writes or self._calls)

    def turned(self, turning: Turning, query: str) -> None:
        """A rule raised or cleared an alert."""
        self._done(self.book.turned(turning, self._clock.now(), query))

    def acknowledge(self, key: AlertKey, note: str | None = None) -> bool:
        """The person sees to it; False when it is not raised (any more)."""
        return self._done(self.book.acknowledge(key, self._orders.who, note, self._clock.now()))

    def mute(self, key: AlertKey, seconds: float | None) -> bool:
        """Silent for so long, None: no longer."""
        now = self._clock.now()
        return self._done(self.book.mute(key, self._orders.who, None if seconds is None else now + seconds, now))

    def touched(self) -> None:
        """The person pressed a key."""
        self._seen_at = self._clock.now()

    def tell(self) -> None:
        """Tells the screen what is due to be told, and that something is different. Others are told in `exchange`."""
        call = self._outbox.due(self._clock.now())
        if call is not None:
            call = replace(call, raised=[self.book.get(alert.key) or alert for alert in call.raised])
            self._gather.call(call)
            self._calls.append(call)
        if self.book.version != self._told_version:
            self._told_version = self.book.version
            self._gather.alerts()

    async def remember(self) -> list[tuple[str, str]]:
        """Begins with what was kept; gives the kinds of errors that were seen before."""
        kept = self._kept
        if kept is None:
            return []
        found = await asyncio.to_thread(kept.read, self._clock.monotonic())
        kinds = await asyncio.to_thread(kept.kinds, self._clock.monotonic())
        if found is not None:
            now = self._clock.now()
            ours = self._ours(found[0])
            meant = [self._still_meant(alert) for alert in ours]
            self.book = Book(meant, found[1])
            self._writes += [_over(new, now) for old, new in zip(ours, meant, strict=True) if new is not old]
            self._watchman.remember(alert for alert in self.book.alerts(now) if alert.raised)
            told = await asyncio.to_thread(kept.told, self._clock.monotonic())
            self._outbox.remember(self.book.alerts(now), told or (), now)
            await asyncio.to_thread(kept.forget, self.book.forget_old(now), now, self._clock.monotonic())
            self.left_at = await asyncio.to_thread(kept.seen_at, self._orders.who, self._clock.monotonic())
            await self._leave(found[0], now)
            self._gather.alerts()
        return kinds or []

    async def exchange(self) -> None:
        """Keeps what happened here, learns what another jobdash did about the same alerts, tells what it did not."""
        writes, self._writes = self._writes, []
        if self._kept is not None:
            now = self._clock.monotonic()
            found = await asyncio.to_thread(self._kept.exchange, writes, now, self._presence())
            if found is None:
                self._writes = [*writes, *self._writes][-MOST_UNWRITTEN:]
            elif not self._writes:
                self._learn(self._ours(found))
        calls, self._calls = self._calls, []
        for call in calls:
            self._deliver(await self._unclaimed(call))

    async def keep_kinds(self, kinds: list[tuple[str, str]]) -> None:
        """Remembers kinds of errors."""
        if kinds and self._kept is not None:
            await asyncio.to_thread(self._kept.add_kinds, kinds, self._clock.now(), self._clock.monotonic())

    async def close(self) -> None:
        """Keeps what is not kept yet; whoever is being told is not waited for."""
        for task in self._tellings:
            task.cancel()
        await asyncio.gather(*self._tellings, return_exceptions=True)
        if self._kept is not None:
            self._kept.exchange(self._writes, self._clock.monotonic(), self._presence())
            self._kept.close()

    async def _leave(self, alerts: Iterable[Alert], now: float) -> None:
        """An alert about a server that nobody has watched for a day is over: nobody would ever clear it."""
        kept, ours = self._kept, self._servers()
        others = [alert for alert in alerts if alert.raised and alert.key.server not in ours]
        if kept is None or not others:
            return
        watched = await asyncio.to_thread(kept.watched, self._clock.monotonic()) or {}
        left = [a for a in others if now - watched.get(a.key.server, a.raised_at) > UNWATCHED]
        over = [replace(alert, cleared_at=now, flapping=False, over=NO_LONGER_WATCHED) for alert in left]
        turns = [_over(alert, now) for alert in over]
        await asyncio.to_thread(kept.exchange, turns, self._clock.monotonic())

    def _presence(self) -> Presence:
        """The servers, and what is raised there, are named once a minute only."""
        now = self._clock.now()
        if now - self._noted_at < NOTE_EVERY:
            return Presence(self._orders.who, self._seen_at, now)
        self._noted_at, servers = now, list(self._servers())
        raised = [alert for server in servers for alert in self.book.raised_of(server)]
        return Presence(self._orders.who, self._seen_at, now, servers, raised)

    def _done(self, event: AlertEvent | None) -> bool:
        alert = self.book.get(event.key) if event is not None else None
        if event is None or alert is None:
            return False
        self._writes.append(Written(alert, event))
        match event.turn:
            case Turn.RAISED:
                self._outbox.raised(alert, event.at)
            case Turn.CLEARED:
                self._outbox.cleared(alert, event.at)
            case Turn.ACKNOWLEDGED | Turn.MUTED:
                self._outbox.seen_to(alert, event.at)
            case _:
                pass
        self._gather.alerts()
        return True

    def _learn(self, alerts: Sequence[Alert]) -> None:
        """What another jobdash did about the alerts of ours."""
        now, raised = self._clock.now(), [alert for alert in alerts if alert.raised]
        known = {alert.key for alert in raised if (mine := self.book.get(alert.key)) is not None and mine.raised}
        self.book.adopt(alerts)
        self._watchman.remember(raised)
        for alert in raised:
            if not alert.calls(now):
                self._outbox.seen_to(alert, now)
            elif alert.key not in known:
                self._outbox.raised(alert, now)

    async def _unclaimed(self, call: Call) -> Call:
        """What of a call no other jobdash tells, and no earlier one told."""
        if self._kept is None:
            return call
        raised, cleared = ([alert.key for alert in alerts] for alerts in (call.raised, call.cleared))
        mine = await asyncio.to_thread(self._kept.claim, raised, cleared, self._clock.monotonic())
        return call if mine is None else call.only(mine)

    def _deliver(self, call: Call) -> None:
        """Tells those who need no screen; nobody waits for them."""
        for teller in self._orders.tellers if call.raised or call.cleared else ():
            task = asyncio.create_task(self._tell(teller, call))
            self._tellings.add(task)
            task.add_done_callback(self._tellings.discard)

    async def _tell(self, teller: Teller, call: Call) -> None:
        try:
            await teller.tell(call)
        except TellingFailed as problem:
            self._gather.notice(f"an alert could not be told: {problem}")

    def _ours(self, alerts: Iterable[Alert]) -> list[Alert]:
        ours = self._servers()
        return [alert for alert in alerts if alert.key.server in ours]

    def _still_meant(self, alert: Alert) -> Alert:
        """An alert whose rule is gone, or is for other places now, is over: nobody would ever clear it."""
        rule = self._watchman.rule(alert.key.rule)
        if alert.raised and (rule is None or not rule.covers(Place(*alert.key[1:]))):
            return replace(alert, cleared_at=self._clock.now(), over="no longer asked for")
        return alert


def _over(alert: Alert, now: float) -> Written:
    """An alert that was cleared because nobody would ever find it well."""
    return Written(alert, AlertEvent(now, alert.key, Turn.CLEARED, alert.severity, alert.words))


def _minute_of_day(at: float) -> int:
    local = datetime.fromtimestamp(at).astimezone()
    return local.hour * 60 + local.minute
