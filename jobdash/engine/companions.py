"""What brings job ids to a monitor while it runs: files that are followed, and a stream of lines."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import TextIO

from jobdash.engine.monitor import Companion, Monitor
from jobdash.engine.new_lines import NewLines
from jobdash.model.errors import ConfigError

EVERY = 1.0
"""Seconds between two looks at a file."""

AT_ONCE = 1000
"""Lines of a stream that are taken together."""

Jobs = Callable[[str], Sequence[tuple[str, str]]]
"""Server and id of the jobs that a line names. Raises ConfigError."""


def follow_file(lines: NewLines, jobs: Jobs) -> Companion:
    """Tracks the jobs that a file names, and those that it will name. It need not be there yet."""

    async def follow(monitor: Monitor) -> None:
        told = False
        while True:
            try:
                new = await asyncio.to_thread(lines.read)
            except OSError as error:
                if not told:
                    monitor.notice(f"{lines.path}: cannot be read: {error.strerror}; it is looked for every second")
                told, new = True, []
            else:
                told = False
            _track(monitor, new, jobs, str(lines.path))
            await monitor.clock.sleep(EVERY)

    return follow


def follow_stream(stream: TextIO, name: str, jobs: Jobs) -> Companion:
    """Tracks the jobs that a stream names, until it ends."""

    async def follow(monitor: Monitor) -> None:
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[str | None] = asyncio.Queue()

        def read() -> None:
            try:
                for line in stream:
                    loop.call_soon_threadsafe(arrived.put_nowait, line)
                loop.call_soon_threadsafe(arrived.put_nowait, None)
            except (RuntimeError, OSError, ValueError):  # the screen was left
                return

        # Nothing can end a read that waits, so this thread may not be one that the program waits for.
        threading.Thread(target=read, name=name, daemon=True).start()
        open_ended = True
        while open_ended:
            lines = [await arrived.get()]
            while not arrived.empty() and len(lines) < AT_ONCE:
                lines.append(arrived.get_nowait())
            open_ended = lines[-1] is not None
            _track(monitor, [line for line in lines if line is not None], jobs, name)

    return follow


def _track(monitor: Monitor, lines: Sequence[str], jobs: Jobs, name: str) -> None:
    """The jobs of some lines, all at once for each server; of the lines that name none, the first is told of."""
    found: dict[str, list[str]] = {}
    problem = ""
    for line in lines:
        try:
            for server, id in jobs(line):
                found.setdefault(server, []).append(id)
        except ConfigError as error:
            problem = problem or str(error)
    for server, ids in found.items():
        monitor.track(server, ids)
    if problem:
        monitor.notice(f"{name}: {problem}")
