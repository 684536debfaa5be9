"""Pausing and resuming whole queues: read first, sent once, proved by the queue's own later state, all written down."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from jobdash.client.link_contract import Link
from jobdash.engine.clock import Clock
from jobdash.engine.dispatch import CONFIRM_WITHIN, LOOK_AFTER, Door
from jobdash.engine.journal import Journal, JournalError, aside
from jobdash.engine.straight import Straight
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, Phase, QueueCommand
from jobdash.model.errors import JobdashError, NotFound, NotSupported, Rejected, Throttled, Unauthorised, Unreachable
from jobdash.model.queue import QueueStats


@dataclass(frozen=True, slots=True)
class QueueOutcome:
    """What is known of a wish about a queue now, in words for a person."""

    command: QueueCommand
    phase: Phase
    message: str
    status: int | None = None


def refusal(link: Link, care: Care, command: QueueCommand, queue: QueueStats | None) -> str | None:
    """Why it cannot be asked for, in one sentence; None when it can."""
    if (why := care.refusal(link.name)) is not None:
        return why
    if command.action not in link.dialect.capabilities.queue_actions:
        return f"{link.name} cannot {command.action} queues"
    if queue is None:
        return f"{link.name} tells of no queue {command.queue}"
    if queue.paused is (command.action is Action.PAUSE):
        return f"the queue {command.queue} is {'paused' if queue.paused else 'not paused'} already"
    return None


async def carry_out(
    link: Link,
    command: QueueCommand,
    clock: Clock,
    journal: Journal | None = None,
    care: Care = NO_CARE,
    *,
    door: Door | None = None,
) -> AsyncIterator[QueueOutcome]:
    """Each step of a wish about a queue. It is sent at most once. `door` is how the server is asked."""
    async for outcome in _steps(_Way(link, command, door or Straight(link)), clock, journal, care):
        if journal is not None:
            with suppress(JournalError):
                await aside(journal.came, command, outcome.phase, outcome.message, outcome.status)
        yield outcome


@dataclass(frozen=True, slots=True)
class _Way:
    """A wish about a queue, and how its server is asked."""

    link: Link
    command: QueueCommand
    door: Door

    async def read(self) -> QueueStats | None:
        """The queue as it is now; None when there is none of that name."""
        queues = await self.door.for_command(lambda: self.link.dialect.queues(self.link.ask))
        return next((queue for queue in queues if queue.name == self.command.queue), None)

    async def send(self, journal: Journal | None) -> str:
        """The server's words. Raises JournalError, and then nothing was sent."""

        async def sending() -> str:
            if journal is not None:
                await aside(journal.sending, self.command)
            return await self.link.dialect.send_to_queue(self.link.ask, self.command)

        return await self.door.for_command(sending)


async def _steps(way: _Way, clock: Clock, journal: Journal | None, care: Care) -> AsyncIterator[QueueOutcome]:
    link, command = way.link, way.command
    if (why := care.refusal(link.name)) is not None:
        yield QueueOutcome(command, Phase.REFUSED, f"not sent: {why}")
        return
    try:
        why = refusal(link, care, command, await way.read())
    except JobdashError as error:
        yield QueueOutcome(command, Phase.FAILED, f"not sent, because the queue could not be read first: {error}")
        return
    if why is not None:
        yield QueueOutcome(command, Phase.REFUSED, f"not sent: {why}")
        return
    try:
        words = await way.send(journal)
    except JournalError as error:
        yield QueueOutcome(command, Phase.FAILED, f"not sent: {error}")
        return
    except JobdashError as error:
        yield QueueOutcome(command, _phase(error), str(error), getattr(error, "status", None))
        return
    yield QueueOutcome(command, Phase.ACCEPTED, words)
    yield await _proved(way, clock, words)


def _phase(error: JobdashError) -> Phase:
    if isinstance(error, Rejected | NotFound | Unauthorised | Throttled | NotSupported):
        return Phase.REFUSED
    return Phase.FAILED if isinstance(error, Unreachable) and not error.sent else Phase.UNKNOWN


async def _proved(way: _Way, clock: Clock, words: str) -> QueueOutcome:
    """Reads the queue until it shows the change, or the time for that is over."""
    command, began, look = way.command, clock.monotonic(), 0
    while clock.monotonic() - began < CONFIRM_WITHIN:
        await clock.sleep(LOOK_AFTER[min(look, len(LOOK_AFTER) - 1)])
        look += 1
        with suppress(JobdashError):
            queue = await way.read()
            if queue is not None and queue.paused is (command.action is Action.PAUSE):
                return QueueOutcome(command, Phase.CONFIRMED, words)
    return QueueOutcome(command, Phase.UNCONFIRMED, f"{words}, but no confirmation after {CONFIRM_WITHIN:.0f} s")


class QueueCommands:
    """Those of a monitor; each outcome is told in a sentence by `tell`."""

    def __init__(
        self,
        clock: Clock,
        links: Mapping[str, Link],
        cares: Mapping[str, Care],
        tell: Callable[[str], object],
        journal: Journal | None = None,
        *,
        doors: Mapping[str, Door] | None = None,
    ) -> None:
        self._clock = clock
        self._links = links
        self._cares = cares
        self._tell = tell
        self._journal = journal
        self._doors = doors or {}
        self._tasks: set[asyncio.Task[None]] = set()

    def refusal(self, command: QueueCommand, queue: QueueStats | None) -> str | None:
        """Why it cannot be asked for now, in one sentence; None when it can."""
        why, door = refusal(self._links[command.server], self._cares[command.server], command, queue), self._doors
        return why or (door[command.server].patience if command.server in door else None)

    def submit(self, command: QueueCommand) -> None:
        """Begins to carry it out."""
        task = asyncio.create_task(self._carry_out(command), name=f"{command.action} {command.queue}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Gives up waiting for what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_out(self, command: QueueCommand) -> None:
        link, care = self._links[command.server], self._cares[command.server]
        door = self._doors.get(command.server)
        async for outcome in carry_out(link, command, self._clock, self._journal, care, door=door):
            if outcome.phase.final:
                what = f"{command.action} queue {command.queue} of {command.server}"
                self._tell(f"{what} {outcome.phase}: {outcome.message}")
