"""A jobdash of its own process, to be put to sleep: watches one farm by a fast clock, and says each state of it.

python -m tests.faults.sleeper URL    a line for each change: `phase seconds-since-the-last-word message`
"""

import asyncio
import sys

from jobdash.client.dialect import DialectOptions
from jobdash.client.settings import Timeouts
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from tests.faults.conftest import link_to
from tests.faults.fast_clock import FastClock


async def main(url: str) -> None:
    clock, options = FastClock(), DialectOptions(paths={"stream": "off"})
    link = link_to(url, "sick", options, timeouts=Timeouts(read=1.0, total=2.0))
    monitor = Monitor([Watched(link=link, limits=Limits(poll=2.0))], clock=clock)
    running = asyncio.create_task(monitor.run())
    before = ""
    async for _ in monitor.batches():
        status = monitor.servers()[0].status
        if (told := f"{status.phase} {status.message}") != before:
            before = told
            age = 0.0 if status.heard_at is None else clock.monotonic() - status.heard_at
            sys.stdout.write(f"{status.phase} {age:.0f} {status.message}\n")
            sys.stdout.flush()
    await running


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
