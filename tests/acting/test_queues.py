"""Whole queues: paused and resumed by the server's own word, never blindly, and written down like everything else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.engine import queue_commands
from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, read
from jobdash.engine.monitor import Monitor, Watched
from jobdash.engine.queue_commands import QueueOutcome
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, Phase, QueueCommand
from jobdash.tui.app import JobdashApp
from jobdash.tui.palette import KeysProvider
from tests.acting.farm import ME, until
from tests.client.scripted import Peer, Received, answer, serving
from tests.hanging_up import hung_up
from tests.questions import question
from tests.screen_text import shows


@dataclass
class Board:
    """A BullMQ board with one queue."""

    url: str = ""
    paused: bool = False
    deaf: bool = False
    changes: list[str] = field(default_factory=list)

    async def script(self, request: Received, peer: Peer) -> None:
        if request.method == "GET":
            counts = {"active": 0, "waiting": 3, "completed": 0, "failed": 0, "delayed": 0, "paused": 0}
            queue = {
                "name": "mail",
                "counts": counts,
                "isPaused": self.paused,
                "jobs": [],
                "statuses": [],
                "pagination": {},
            }
            await peer.send(answer(json.dumps({"queues": [queue]})))
            return
        self.changes.append(request.target)
        self.paused = self.paused if self.deaf else request.target.endswith("pause")
        await peer.send(answer("{}"))

    def settings(self) -> ServerSettings:
        return ServerSettings(name="board", url=self.url, dialect="bullboard")

    async def steps(self, action: Action, care: Care = NO_CARE, journal: Journal | None = None) -> list[QueueOutcome]:
        link = link_to(self.settings())
        command = QueueCommand(server="board", queue="mail", action=action, reason="flood")
        try:
            return [step async for step in queue_commands.carry_out(link, command, SystemClock(), journal, care)]
        finally:
            await link.aclose()


@asynccontextmanager
async def board() -> AsyncIterator[Board]:
    made = Board()
    async with serving(made.script) as server:
        made.url = server.url
        yield made


async def test_a_queue_is_paused_confirmed_and_written_down(tmp_path: Path) -> None:
    async with board() as made:
        log = Journal(tmp_path / "audit.jsonl", ME, SystemClock())
        steps = await made.steps(Action.PAUSE, journal=log)
        assert [step.phase for step in steps] == [Phase.ACCEPTED, Phase.CONFIRMED]
        assert made.changes == ["/api/queues/mail/pause"]
        lines = list(read(tmp_path / "audit.jsonl"))
        assert [(line["queue"], line["phase"], line["reason"]) for line in lines] == [
            ("mail", "sending", "flood"),
            ("mail", "accepted", "flood"),
            ("mail", "confirmed", "flood"),
        ]
        (step,) = await made.steps(Action.PAUSE)
        assert (step.phase, step.message) == (Phase.REFUSED, "not sent: the queue mail is paused already")
        assert len(made.changes) == 1


async def test_read_only_and_no_confirmation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_commands, "CONFIRM_WITHIN", 0.5)
    async with board() as made:
        (step,) = await made.steps(Action.PAUSE, Care(read_only=True))
        assert step.phase is Phase.REFUSED
        assert made.changes == []
        made.deaf = True
        assert [step.phase for step in await made.steps(Action.PAUSE)] == [Phase.ACCEPTED, Phase.UNCONFIRMED]
        assert len(made.changes) == 1


async def test_the_palette_asks_first() -> None:
    async with board() as made:
        monitor = Monitor([Watched(link=link_to(made.settings()))])
        async with hung_up(), JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
            await until(lambda: monitor.queues("board"))
            entries = {name: act for name, _, act in KeysProvider(pilot.app.screen).entries()}
            entries["pause the queue mail of board"]()
            await shows(pilot, "Pause this queue on board?")
            await question(pilot)
            assert made.changes == []
            await pilot.press("y")
            await until(lambda: made.changes == ["/api/queues/mail/pause"])
            await until(lambda: any("confirmed" in notice.message for notice in pilot.app._notifications))
