"""The composition of the demo: engine, faces, sockets and server, from start to end. It decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

import uvicorn
from starlette.types import ASGIApp

from jobdash.demo import life
from jobdash.demo.announcements import Announcements
from jobdash.demo.book import JobBook
from jobdash.demo.engine import Engine
from jobdash.demo.faces import compileo, control, filelens, jobstatus, mend, pollapi
from jobdash.demo.faces.face import Stage
from jobdash.demo.faults import Trouble, Troubled
from jobdash.demo.ids import id_maker
from jobdash.demo.jobs import Job
from jobdash.demo.meter import Meter
from jobdash.demo.options import Options
from jobdash.demo.ports import ByPort, url
from jobdash.demo.producer import Producer
from jobdash.demo.recipes import FACES
from jobdash.demo.results import ResultFiles
from jobdash.demo.shelf import Shelf
from jobdash.demo.watchers import Watchers
from jobdash.demo.webhooks import Courier
from jobdash.demo.workplace import Workplace

NAMES = (*FACES, "control")
"""One port each, in this order."""

TIDY_EVERY = 2.0


class Server(uvicorn.Server):
    """A uvicorn server that leaves the signals to `life`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def serve(options: Options, sockets: Mapping[str, socket.socket]) -> None:
    """Serve until the process is told to end."""
    with tempfile.TemporaryDirectory(prefix="jobdash-demo-", ignore_cleanup_errors=True) as folder:
        inputs, outputs = Path(folder, "inputs"), Path(folder, "results")
        inputs.mkdir()
        outputs.mkdir()
        asyncio.run(Demo(options, sockets, Shelf(inputs), ResultFiles(outputs, options.retention)).run())


class Demo:
    """Everything of one process, wired."""

    def __init__(
        self, options: Options, sockets: Mapping[str, socket.socket], shelf: Shelf, results: ResultFiles
    ) -> None:
        self._options = options
        self._sockets = sockets
        self._shelf = shelf
        self._results = results
        self._announcements = Announcements()
        self._courier = Courier()
        self._watchers = Watchers()
        self._stopping = asyncio.Event()
        book = JobBook(time.time, lambda job: self._watchers.notify(job.id))
        workplace = Workplace(book, shelf, results, options.pace, self._finished)
        self._engine = Engine(book, workplace, id_maker(Random(options.seed)), self._announcements.submitted)
        self._producer = Producer(self._engine, Random(options.seed))

    async def run(self) -> None:
        """Announce, work and serve; afterwards all workers have gone home."""
        loop = asyncio.get_running_loop()
        self._watchers.open(loop)
        server = Server(
            uvicorn.Config(
                self._app(),
                lifespan="off",
                log_config=None,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )

        def end() -> None:
            self._stopping.set()
            self._watchers.close()
            server.should_exit = True

        life.end_on_signal(loop, end)
        if self._options.with_parent:
            life.end_with_parent(loop, end)
        self._announcements.say(
            {
                "ready": {name: url(opened) for name, opened in self._sockets.items()},
                "keys": {"mend": mend.KEY},
                "pid": os.getpid(),
            }
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                day = tasks.create_task(self._work())
                await server.serve(sockets=list(self._sockets.values()))
                day.cancel()
        finally:
            self._engine.stop()

    async def _work(self) -> None:
        await asyncio.to_thread(self._shelf.prepare)
        self._engine.start()
        self._producer.open_the_day(self._options.jobs)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tidy())
            if self._options.producer:
                tasks.create_task(self._producer.work())

    async def _tidy(self) -> None:
        """Let go of old jobs, and of result files whose time is over."""
        while True:
            await asyncio.sleep(TIDY_EVERY)
            for face in FACES:
                self._engine.tidy(face)
            self._engine.expire_files()

    def _finished(self, job: Job) -> None:
        delivery = mend.webhook(self._engine, job)
        if delivery is not None:
            self._courier.send(delivery)

    def _app(self) -> ASGIApp:
        stage = Stage(self._engine, self._watchers, Meter())
        troubles = {face: Trouble() for face in FACES}
        apps: dict[str, tuple[ASGIApp, Callable[..., Mapping[str, object]]]] = {
            "compileo": (compileo.compileo(stage), compileo.error_form),
            "jobstatus": (jobstatus.jobstatus(stage), jobstatus.error_form),
            "filelens": (filelens.filelens(stage), filelens.error_form),
            "mend": (mend.mend(stage), mend.error_form),
            "pollapi": (pollapi.pollapi(stage), pollapi.error_form),
        }
        by_name: dict[str, ASGIApp] = {
            face: Troubled(app, troubles[face], error, self._stopping) for face, (app, error) in apps.items()
        }
        by_name["control"] = control.control(stage, troubles)
        return ByPort({self._sockets[name].getsockname()[1]: app for name, app in by_name.items()})
