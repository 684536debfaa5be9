"""From a queue that fills to a page and back, by a config file and over real HTTP: told once, over a restart too."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from jobdash.cli.orders import orders_of
from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.config.load import load
from jobdash.engine.limits import Limits
from jobdash.engine.metrics.place import Place
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.calling import TerminalCalls
from jobdash.tui.presentation.passing import passed_through
from tests.acting.farm import until
from tests.client.scripted import Peer, Received, answer, serving

CONFIG = """
[[alerts]]
name = "mail waits"
metric = "depth"
queue = "ma*"
threshold = 2
[[alerts]]
name = "depth"
enabled = false

[notify]
command = [{python}, "-c", "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + chr(10))", {paged}]
url = "{hook}/services/T0/B0?token=hidden"
auth = {{ bearer = true, env = "HOOK_TOKEN" }}
every = "1s"
"""


@dataclass
class Surroundings:
    """A BullMQ board with one queue, a hook that is in trouble at first, and a program that writes down what it got."""

    folder: Path
    waiting: int = 3
    board: str = ""
    hook: str = ""
    posts: list[Any] = field(default_factory=list)
    troubles: int = 1

    async def queues(self, request: Received, peer: Peer) -> None:
        counts = {"active": 0, "waiting": self.waiting, "completed": 0, "failed": 0, "delayed": 0, "paused": 0}
        queue = {"name": "mail", "counts": counts, "isPaused": False, "jobs": [], "statuses": [], "pagination": {}}
        await peer.send(answer(json.dumps({"queues": [queue]})))

    async def hooked(self, request: Received, peer: Peer) -> None:
        self.troubles -= 1
        if self.troubles >= 0:
            await peer.send(answer("later", "503 Service Unavailable"))
            return
        assert request.headers["authorization"] == "Bearer hunter2" and request.target.endswith("B0?token=hidden")
        self.posts.append(json.loads(request.body))
        await peer.send(answer("ok"))

    @property
    def paged(self) -> list[Any]:
        found = self.folder / "paged.jsonl"
        return [json.loads(line) for line in found.read_text().splitlines()] if found.exists() else []

    def unstarted(self, *, outward: bool = True) -> Monitor:
        """A jobdash by the config file; not `outward` tells nobody but the terminal."""
        python, paged = json.dumps(sys.executable), json.dumps(str(self.folder / "paged.jsonl"))
        file = self.folder / "config.toml"
        file.write_text(CONFIG.format(python=python, paged=paged, hook=self.hook))
        settings = ServerSettings(name="board", url=self.board, dialect="bullboard")
        watched = Watched(link=link_to(settings), limits=Limits(rate=100, poll=0.2, statistics=0.2))
        orders = orders_of(load(file))
        return Monitor([watched], orders=orders if outward else replace(orders, tellers=()))

    @asynccontextmanager
    async def jobdash(self) -> AsyncIterator[Monitor]:
        """The same, running without a screen."""
        monitor = self.unstarted()
        running = asyncio.create_task(monitor.run())
        try:
            yield monitor
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Surroundings]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOOK_TOKEN", "hunter2")
    monkeypatch.setattr("random.random", lambda: 0.0)
    made = Surroundings(tmp_path)
    async with AsyncExitStack() as stack:
        made.board = (await stack.enter_async_context(serving(made.queues))).url
        made.hook = (await stack.enter_async_context(serving(made.hooked))).url
        yield made


def told(calls: list[Any], turn: str) -> list[tuple[str, str]]:
    """The rule and the queue of everything that was raised or cleared."""
    return [(alert["rule"], alert["queue"]) for call in calls for alert in call[turn]]


async def test_a_program_and_a_hook_are_told_once_of_a_queue_and_of_its_end(around: Surroundings) -> None:
    mail = [("mail waits", "mail")]
    async with around.jobdash():
        await until(lambda: around.posts and around.paged)
    async with around.jobdash() as monitor:
        await until(lambda: monitor.vitals.sight.figures.get("board"))
        place = Place("board", "mail")
        assert await monitor.vitals.history.places("board") == [place], "the past of the queue is known after a restart"
        past = await monitor.vitals.past(place, ["depth"], 60, 60)
        assert {value for value in past.series["depth"] if value is not None} == {3.0}
        around.waiting = 0
        await until(lambda: told(around.posts, "cleared") and told(around.paged, "cleared"))
    for calls in (around.posts, around.paged):
        assert (told(calls, "raised"), told(calls, "cleared")) == (mail, mail)
        assert calls[0]["body"] == "board/mail: 3 jobs waiting" and calls[0]["severity"] == "warning"


@pytest.mark.parametrize(
    ("desktop", "begins"), [("osc9", "\x1b]9;"), ("osc777", "\x1b]777;notify;"), ("osc99", "\x1b]99;")]
)
async def test_the_terminal_is_told_too(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, desktop: Any, begins: str
) -> None:
    said: list[str] = []
    tmux = {"TMUX": "/tmp/tmux"}
    app = JobdashApp(
        around.unstarted(outward=False), calls=TerminalCalls(desktop=desktop, title=True, environment=tmux)
    )
    monkeypatch.setattr(app._calling, "say", said.append)
    before = asyncio.all_tasks()
    async with app.run_test(size=(120, 40)):
        await until(lambda: any("mail" in text for text in said))
    # The app cancels the engine when it ends and does not wait for its connections to be closed.
    if left := asyncio.all_tasks() - before:
        await asyncio.wait(left, timeout=2)
    rung = next(text for text in said if "mail" in text)
    assert rung.startswith(passed_through(begins, tmux)[:-2]) and "board/mail: 3 jobs waiting" in rung
    assert rung.endswith("\a")
    assert "\x1b]2;jobdash ▲ 1 alert\a" in "".join(said) and said[-1] == "\x1b[23;2t"
    assert rung.count("\a") == (1 if desktop == "osc99" else 2), "the bell itself, and what ends the notification"
