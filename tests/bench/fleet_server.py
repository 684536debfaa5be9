"""Many small job servers in one process, one that answers after 20 s, and the address of one that is dead.

Every job that changes says in `updated_at` when it really did, so that the age of what is known can be measured.
"""

import asyncio
import socket
import sys
import time

from tests.bench.job_server import JobServer

SLOW = 20.0


class Dated(JobServer):
    """Changes are dated by the clock of the machine."""

    def __init__(self, jobs: int, changes: int) -> None:
        super().__init__(jobs, changes)
        self._at = dict.fromkeys(range(jobs), time.time())

    def job(self, number: int) -> dict[str, object]:
        return {**super().job(number), "updated_at": self._at[number]}

    def changed(self, number: int) -> dict[str, object]:
        self._at[number] = time.time()
        return self.job(number)


class Slow(Dated):
    """Answers everything, and everything too late."""

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(SLOW)
        await super()._answer(reader, writer)


async def main(servers: int, jobs: int, changes: int) -> None:
    """Prints the address of each, the slow one and the dead one last."""
    async with asyncio.TaskGroup() as group:
        for number in range(servers - 1):
            kind = Slow if number == servers - 2 else Dated if changes else JobServer
            group.create_task(kind(jobs, changes).serve())
            await asyncio.sleep(0.005)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            print(f"http://127.0.0.1:{nobody.getsockname()[1]}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:4])))
