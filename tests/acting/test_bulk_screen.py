"""A bulk from the screen: what the question says, what it asks for, and the view where it is looked at and stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from jobdash.engine.bulk.result import End
from jobdash.model.care import NO_CARE, Care, Env
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.palette import KeysProvider
from jobdash.tui.screens import confirm
from jobdash.tui.screens.activity import ActivityScreen
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.main import MainScreen
from tests.acting.farm import until
from tests.questions import question
from tests.screen_text import screen_text, shows
from tests.tui.still_monitor import SERVERS, StillMonitor, job

PROD = Care(env=Env.PROD)


class Slow(StillMonitor):
    """Carries a command out only when the test lets it."""

    def __init__(self, running: int, care: Care = NO_CARE, done: int = 4) -> None:
        jobs = [job("docs", f"run-{n:03}", State.RUNNING, attempts=1) for n in range(running)]
        jobs += [job("docs", f"done-{n}", State.COMPLETED) for n in range(done)]
        super().__init__(jobs, [replace(SERVERS[0], care=care)])
        self.gate = asyncio.Event()
        self.gate.set()
        self.phase = Phase.CONFIRMED

    async def _perform(self, command: Command, veto: object) -> Outcome:
        self.submitted.append(command)
        await self.gate.wait()
        return Outcome(command=command, phase=self.phase, message="[as] asked")


@asynccontextmanager
async def opened(monitor: StillMonitor, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    async with JobdashApp(monitor).run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield pilot
        await monitor.bulks.close()


async def asked(pilot: Pilot[None], *keys: str) -> str:
    await pilot.press(*keys)
    await shows(pilot, "Keep the jobs")
    await question(pilot)
    return screen_text(pilot.app)


async def test_marked_jobs_are_asked_for_together() -> None:
    monitor = Slow(6)
    async with opened(monitor) as pilot:
        text = await asked(pilot, "space", "space", "space", "X")
        assert "Cancel 3 jobs on docs?" in text
        assert "running 3" in text
        assert "POST /jobs/{id}/cancel" in text
        assert "10 a second" in text
        await pilot.press("y")
        await shows(pilot, "begun")
        (run,) = monitor.bulks.runs
        await until(lambda: run.ended_at is not None)
        assert run.results.counts == {End.DONE: 3}
        assert {command.bulk for command in monitor.submitted} == {run.id}


async def test_the_safe_answer_is_marked() -> None:
    monitor = Slow(6)
    async with opened(monitor) as pilot:
        await asked(pilot, "asterisk", "X")
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, MainScreen)
        assert monitor.bulks.runs == []


async def test_what_cannot_be_done_is_counted_and_why() -> None:
    monitor = Slow(6)
    async with opened(monitor) as pilot:
        text = await asked(pilot, "asterisk", "X")
        assert "Cancel 6 jobs" in text
        assert "4 jobs left alone: cancel needs a job that is" in text
        await pilot.press("n", "backslash")
        await pilot.press("slash", *"state:completed", "enter", "asterisk", "X")
        await until(lambda: any("nothing to cancel" in notice.message for notice in pilot.app._notifications))
        assert isinstance(pilot.app.screen, MainScreen)


async def test_the_set_is_frozen_when_it_is_asked() -> None:
    monitor = Slow(3)
    async with opened(monitor) as pilot:
        await asked(pilot, "asterisk", "X")
        monitor.put(job("docs", "run-999", State.RUNNING))
        monitor.push(rows=True)
        await pilot.press("y")
        await shows(pilot, "begun")
        assert monitor.bulks.runs[0].total == 3


async def test_the_whole_query_by_the_palette() -> None:
    monitor = Slow(5)
    async with opened(monitor) as pilot:
        await pilot.press("slash", *"state:running", "enter")
        entries = {name: act for name, _, act in KeysProvider(pilot.app.screen).entries()}
        entries["cancel all jobs that match"]()
        await shows(pilot, "Cancel 5 jobs on docs?")


async def test_production_wants_the_number_and_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SECOND", 0.05)
    monitor = Slow(12, PROD)
    async with opened(monitor) as pilot:
        text = await asked(pilot, "asterisk", "X")
        assert "Cancel 12 jobs on docs (PRODUCTION)?" in text
        await pilot.press("y", "1", "1", "tab", *"flood", "tab", "enter")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "in 3 s" not in screen_text(pilot.app)
        await pilot.press("backspace", "2", "enter", "enter", "enter")
        await shows(pilot, "begun")
        assert [run.reason for run in monitor.bulks.runs] == ["flood"]


async def test_ten_jobs_on_production_need_no_number() -> None:
    async with opened(Slow(10, PROD)) as pilot:
        text = await asked(pilot, "asterisk", "X")
        assert "type 10" not in text
        assert "reason" in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_running_bulk_is_looked_at_and_stopped(size: tuple[int, int]) -> None:
    monitor = Slow(30)
    monitor.gate.clear()
    async with opened(monitor, size) as pilot:
        await asked(pilot, "asterisk", "X")
        await pilot.press("y")
        await shows(pilot, "begun")
        monitor.push(rows=True)
        await shows(pilot, "cancel 0/30")
        await pilot.press("q")
        assert pilot.app.is_running
        await pilot.press("A")
        await shows(pilot, "0 of 30", "running")
        assert isinstance(pilot.app.screen, ActivityScreen)
        await pilot.press("s")
        await shows(pilot, "stopping")
        sent = len(monitor.submitted)
        monitor.gate.set()
        await shows(pilot, "30 of 30", "ended", "stopped by hand", "[as] asked")
        assert len(monitor.submitted) == sent == monitor.bulks.runs[0].results.counts[End.DONE]
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MainScreen)


async def test_only_failed_ones_again() -> None:
    monitor = Slow(3)
    monitor.phase = Phase.FAILED
    async with opened(monitor) as pilot:
        await asked(pilot, "asterisk", "X")
        await pilot.press("y", "A")
        await shows(pilot, "✖ 3", "ended")
        monitor.phase = Phase.CONFIRMED
        monitor.put(job("docs", "run-000", State.COMPLETED))
        text = await asked(pilot, "R")
        assert "Cancel 2 jobs" in text
        await pilot.press("y")
        await shows(pilot, "2 of 2", "3 of 3")
        assert monitor.bulks.runs[1].plan.action is Action.CANCEL


async def test_single_changes_stand_in_the_activity() -> None:
    monitor = Slow(2)
    async with opened(monitor) as pilot:
        command = Command(key=job("docs", "run-000", State.RUNNING).key, action=Action.CANCEL, seen_native_state="x")
        monitor.tell(Outcome(command=command, phase=Phase.REFUSED, message="no [b]way[/b]"))
        await pilot.press("A")
        await shows(pilot, "no bulk yet", "single changes", "refused", "no [b]way[/b]")
