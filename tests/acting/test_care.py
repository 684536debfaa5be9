"""Read-only and production: what the config says of a server holds on every path, whoever asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from jobdash.cli.wire import care_at
from jobdash.config.models import Config, ServerTable
from jobdash.engine.friction import COUNTDOWN, friction
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.care import NO_CARE, Care, Env
from jobdash.model.command import Action, Command, Phase
from jobdash.model.job import JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens import confirm
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.main import MainScreen
from tests.acting.farm import until
from tests.engine.fake_clock import FakeClock, settle
from tests.engine.fake_server import FakeServer
from tests.questions import question
from tests.screen_text import screen_text, shows
from tests.tui.still_monitor import StillMonitor, full_monitor, job

PROD, READ_ONLY = Care(env=Env.PROD), Care(read_only=True)


async def test_a_read_only_server_is_not_even_asked() -> None:
    clock = FakeClock()
    server = FakeServer(clock)
    server.put("a", State.RUNNING)
    monitor = Monitor([Watched(link=server, care=READ_ONLY)], clock=clock)
    monitor.submit(Command(key=JobKey("one", "a"), action=Action.CANCEL, seen_native_state="running"))
    await settle()
    told = monitor.outcome(JobKey("one", "a"))
    assert told is not None
    assert (told.phase, told.message) == (Phase.REFUSED, "not sent: one is read_only in the config")
    assert server.requests() == 0


def test_friction_by_place_and_number() -> None:
    assert friction([Care(env=Env.DEV)], 10_000) == friction([Care()], 1)
    few, many = friction([Care(), PROD], 10), friction([PROD], 11)
    assert (few.typed, few.reason, few.countdown) == (None, True, COUNTDOWN)
    assert many.typed == 11


def test_an_address_of_a_server_of_the_config_is_that_server() -> None:
    config = Config(
        servers=[
            ServerTable(name="docs", url="http://docs:8000/x", read_only=True),
            ServerTable(name="more", url="http://docs:8000", env=Env.PROD),
        ]
    )
    assert care_at("http://docs:8000/", config.servers) == Care(env=Env.PROD, read_only=True)
    assert care_at("http://other:8000/", config.servers) == Care()


@asynccontextmanager
async def opened(care: Care, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[StillMonitor, Pilot[None]]]:
    monitor = full_monitor()
    monitor.still_servers[0] = replace(monitor.still_servers[0], care=care)
    async with JobdashApp(monitor).run_test(size=size, notifications=True) as pilot:
        await pilot.press("j")
        await pilot.pause()
        yield monitor, pilot


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_frame_says_how_careful_one_must_be(size: tuple[int, int]) -> None:
    async with opened(Care(env=Env.PROD, read_only=True, insecure=True), size) as (monitor, pilot):
        text = screen_text(pilot.app)
        assert "docs: PRODUCTION, read-only" in text
        assert "insecure" in text
        await pilot.press("R")
        assert isinstance(pilot.app.screen, MainScreen)
        assert monitor.submitted == []


async def asked(pilot: Pilot[None]) -> ConfirmScreen:
    await pilot.press("R")
    return await question(pilot)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SECOND", 0.1)


@pytest.mark.usefixtures("quick")
async def test_production_wants_a_reason_and_counts_down() -> None:
    async with opened(PROD) as (monitor, pilot):
        await asked(pilot)
        assert "PRODUCTION" in screen_text(pilot.app)
        await pilot.press("y")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "in 3 s" not in screen_text(pilot.app)
        await pilot.press(*"qPXRyn", "enter", "y")
        assert "in 3 s" in screen_text(pilot.app)
        await until(lambda: monitor.submitted)
        (command,) = monitor.submitted
        assert command.reason == "qPXRyn"


@pytest.mark.usefixtures("quick")
async def test_escape_takes_a_yes_back() -> None:
    async with opened(PROD) as (monitor, pilot):
        await asked(pilot)
        await pilot.press("tab", *"why", "tab", "enter", "y", "enter", "escape")
        assert isinstance(pilot.app.screen, MainScreen)
        await asked(pilot)
        await pilot.press("tab", *"again", "tab", "enter")
        await until(lambda: monitor.submitted)
        assert [command.reason for command in monitor.submitted] == ["again"]


async def test_the_safe_answer_is_marked_and_typing_never_acts() -> None:
    async with opened(PROD) as (monitor, pilot):
        await asked(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, MainScreen)
        dialog = await asked(pilot)
        await pilot.press("tab", *"restarting", "backspace", "space", *"Xy", "escape")
        assert dialog.reason == "restartin Xy"
        assert monitor.submitted == []


async def test_no_refresh_moves_a_question() -> None:
    async with opened(NO_CARE) as (monitor, pilot):
        dialog = await asked(pilot)
        screen, before = pilot.app.screen_stack[-2], dialog.question
        assert isinstance(screen, MainScreen)
        key = screen.subject
        assert key is not None
        seen = monitor.job(key)
        assert seen is not None
        worse = [job("docs", f"newcomer-{number}", State.FAILED) for number in range(9)]
        monitor.put(*worse, replace(seen, state=State.RUNNING, native_state="running again", attempts=7))
        monitor.push(rows=True, jobs=[key, *(each.key for each in worse)])
        await shows(pilot, f"{monitor.total()} jobs")
        assert pilot.app.screen is dialog
        assert "seen as ✖ failed" in screen_text(pilot.app)
        assert dialog.question is before
        await pilot.press("y")
        await pilot.pause()
        (command,) = monitor.submitted
        assert (command.key, command.seen_native_state) == (key, seen.native_state)
        assert command.seen_attempts == seen.attempts


async def test_keys_from_before_it_was_drawn_do_not_answer() -> None:
    async with opened(NO_CARE) as (monitor, pilot):
        dialog = await asked(pilot)
        for key in ("y", "enter", "n", "escape"):
            early = events.Key(key, key if len(key) == 1 else None)
            early.time -= 60
            dialog.post_message(early)
        await pilot.pause()
        assert pilot.app.screen is dialog
        assert monitor.submitted == []
        await pilot.press("n")
        assert monitor.submitted == []
