"""Health and alerts on the screen: what the title says, the keys of the list, the charts, and how one is called."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from jobdash.engine.alerts.defaults import DEFAULTS
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.notify.call import Call
from jobdash.engine.orders import Orders
from jobdash.model.alert import AlertKey
from jobdash.model.queue import QueueStats
from jobdash.tui.app import JobdashApp
from jobdash.tui.messages import Called
from jobdash.tui.presentation.braille import chart, nice_top
from jobdash.tui.presentation.calling import TerminalCalls, bytes_of, title_of
from jobdash.tui.presentation.passing import passed_through
from jobdash.tui.presentation.spark import sparkline
from jobdash.tui.screens.alerts import AlertsScreen
from jobdash.tui.screens.health import HealthScreen
from jobdash.tui.screens.main import MainScreen
from tests.screen_text import shows
from tests.tui.still_monitor import StillMonitor, full_monitor, server

DEPTH = AlertKey("depth", "docs")


def troubled(minutes: int = 5) -> StillMonitor:
    """The queue of docs grew over some minutes, and is too deep."""
    monitor = full_monitor()
    clock = monitor.still_clock
    clock.passed = -60.0 * minutes
    for second in range(60 * minutes):
        clock.passed += 1
        stats = QueueStats(depth=second // 2, running=18, completed=9000, failed=164, workers=20, cpu_percent=45.2)
        monitor.still_servers[0] = replace(monitor.still_servers[0], queue=stats)
        monitor.vitals.look()
    return monitor


def queued(seconds: int = 60, orders: Orders | None = None) -> StillMonitor:
    """One server with two queues; one of them grows and is too deep by a rule of its own."""
    rules, problems = rules_of([{"name": "mail", "metric": "depth", "queue": "mail", "threshold": 20}], DEFAULTS)
    assert not problems
    monitor = StillMonitor((), [server("docs", "compileo")], orders or Orders(who="ada", rules=rules))
    monitor.still_clock.passed = -float(seconds)
    for second in range(seconds):
        monitor.still_clock.passed += 1
        monitor.still_queues["docs"] = (
            QueueStats(depth=5, running=1, completed=20 * second, failed=0, workers=4),
            QueueStats(name="mail", depth=second, running=1),
            QueueStats(name="render", depth=2, running=0),
        )
        monitor.vitals.look()
    return monitor


@asynccontextmanager
async def app_of(monitor: StillMonitor, *keys: str, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    async with JobdashApp(monitor).run_test(size=size, notifications=True) as pilot:
        await pilot.press(*keys)
        yield pilot


async def test_the_title_says_the_worst_and_how_many() -> None:
    async with app_of(troubled()) as pilot:
        text = await shows(pilot, "alerts · media: not reachable, 1m")
        assert "✖ 3 alerts" in text
    async with app_of(troubled(), size=(80, 24)) as pilot:
        assert "✖ 3 alerts" in await shows(pilot, "media down")


async def test_an_alert_is_acknowledged_with_a_note() -> None:
    monitor = troubled()
    async with app_of(monitor, "exclamation_mark", "j", "a") as pilot:
        await pilot.press(*"looking", "enter")
        await shows(pilot, "acknowledged by ada: looking")
        assert isinstance(pilot.app.screen, AlertsScreen)
    acknowledged = [alert for alert in monitor.vitals.alerts() if alert.acknowledged_by == "ada"]
    assert len(acknowledged) == 1 and len(monitor.vitals.calling()) == 2


async def test_an_alert_is_muted_longer_and_longer_and_heard_again() -> None:
    monitor = troubled()
    async with app_of(monitor, "exclamation_mark", "m") as pilot:
        await shows(pilot, "muted for 1h00")
        await pilot.press("m", "m")
        await shows(pilot, "muted for 24h")
        await pilot.press("m")
        await shows(pilot, "heard again")


async def test_enter_goes_to_the_jobs_that_an_alert_speaks_of() -> None:
    monitor = troubled()
    async with app_of(monitor, "exclamation_mark") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, AlertsScreen)
        while screen.chosen is not None and screen.chosen.key != DEPTH:
            await pilot.press("j")
        await pilot.press("enter")
        await pilot.pause()
        assert monitor.query == "server:docs state:pending"
        assert isinstance(pilot.app.screen, MainScreen)


async def test_no_alerts_is_said() -> None:
    async with app_of(StillMonitor(), "exclamation_mark") as pilot:
        await shows(pilot, "No alerts: all rules find everything well")


async def test_health_shows_the_verdict_and_the_past() -> None:
    async with app_of(troubled(), "h") as pilot:
        text = await shows(pilot, "✖ critical", "▲ warning", "149 jobs waiting (above 10 for 10s)")
        assert text.index("▸ media") < text.index("docs   ▲"), "the worst is on top"
        assert "not reachable" in text and "unknown: every figure" in text
        await pilot.press("j")
        text = await shows(pilot, "▸ docs", "workers 18 of 20 busy", "cpu 45 %", "utilisation 90 %", "most 146")
        assert "unknown: scheduled, retrying" not in text, "this server lists: what it has none of is counted"
        await pilot.press("left_square_bracket")
        text = await shows(pilot, "-5m", "most 149")
        assert any(char >= "\u2801" and char <= "\u28ff" for char in text) and "▲" in text
        await pilot.press("tab")
        await shows(pilot, "throughput")
        await pilot.press("j", "j", "j")
        screen = pilot.app.screen
        assert isinstance(screen, HealthScreen) and screen.server is not None
        assert screen.server.name == "crawl"


async def test_every_figure_of_a_server_is_there_and_what_is_not_known_is_unknown() -> None:
    monitor = full_monitor()
    stats = QueueStats(scheduled=7, failed=3, memory_mb=235.0, health="healthy", notes=(("queue type", "rq"),))
    monitor.still_servers[:] = [replace(monitor.still_servers[0], queue=stats)]
    monitor.still_lists = False
    monitor.vitals.look()
    async with app_of(monitor, "h") as pilot:
        await shows(
            pilot,
            "scheduled 7   failed 3   unknown: depth, running, retrying, of total",
            "unknown: throughput, failure rate",
            "run      unknown: p50, p95, p99",
            "wait     unknown: p50, p95, p99",
            "memory 235 MB   unknown: workers, utilisation, cpu",
            "queue health healthy",
            "it says: queue type rq",
            "unknown: waiting, running, per min, failing, run, wait",
        )


async def test_a_queue_has_a_verdict_figures_and_a_chart_of_its_own() -> None:
    monitor = queued()
    async with app_of(monitor, "h") as pilot:
        text = await shows(pilot, "queue or type", "queue mail", "queue render")
        assert "queue mail: 59 jobs waiting" not in text and "mail: 59 jobs waiting" in text
        assert next(line for line in text.splitlines() if "queue mail" in line).split()[0] == "▲"
        assert next(line for line in text.splitlines() if "queue render" in line).split()[0] == "●"
        await pilot.press("right")
        await shows(pilot, "▸ ▲ queue mail", "docs/mail  depth", "now 51")
        await pilot.press("right")
        await shows(pilot, "▸ ● queue render", "docs/render  depth", "most 2")
        await pilot.press("left", "left", "left")
        await shows(pilot, "docs  depth")
        await pilot.press("right", "enter")
        await pilot.pause()
        assert monitor.query == "server:docs queue:mail"


async def test_a_server_without_queues_says_so() -> None:
    monitor = full_monitor()
    monitor.still_servers[:] = [replace(monitor.still_servers[2], name="lone")]
    monitor.vitals.look()
    async with app_of(monitor, "h", "right") as pilot:
        await shows(pilot, "lone tells of no queues or types")


async def test_from_health_to_alerts_and_back() -> None:
    async with app_of(troubled(1), "h", "exclamation_mark") as pilot:
        await pilot.pause()
        assert isinstance(pilot.app.screen, AlertsScreen)
        await pilot.press("h")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HealthScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)


async def test_the_strip_says_what_is_wrong_with_a_live_server() -> None:
    async with app_of(troubled()) as pilot:
        text = await shows(pilot, "149 jobs waiting")
        assert next(line for line in text.splitlines() if "compileo" in line).split()[:2] == ["▲", "docs"]


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (60, 16)])
async def test_both_screens_at_any_size(size: tuple[int, int]) -> None:
    async with app_of(troubled(1), "h", size=size) as pilot:
        await shows(pilot, "media", "critical")
        await pilot.press("escape", "exclamation_mark")
        await shows(pilot, "docs")


async def test_back_after_a_while_one_is_told_what_happened() -> None:
    monitor = troubled()
    async with app_of(monitor, "j") as pilot:
        monitor.still_clock.passed += 1200
        monitor.still_servers[1] = replace(monitor.still_servers[1], queue=QueueStats(depth=99))
        for _ in range(15):
            monitor.still_clock.passed += 1
            monitor.vitals.look()
        await pilot.press("j")
        await shows(pilot, "while you were away (20m): 2 alerts")


async def test_after_a_restart_one_is_told_what_happened_since_one_was_there(tmp_path: Path) -> None:
    before = queued(orders=Orders(folder=tmp_path, who="ada"))
    before.vitals.touched()
    before.still_clock.passed += 7200
    for _ in range(20):
        before.still_clock.passed += 1
        before.still_servers[0] = replace(before.still_servers[0], queue=QueueStats(depth=99))
        before.still_queues.clear()
        before.vitals.look()
    await before.vitals._desk.exchange()
    await before.vitals._desk.close()

    after = StillMonitor((), [server("docs", "compileo")], Orders(folder=tmp_path, who="ada"))
    after.still_clock.passed = before.still_clock.passed + 600
    await after.vitals._desk.remember()
    async with app_of(after) as pilot:
        pilot.app.post_message(Called(()))
        await shows(pilot, "while you were away (2h10): 1 alert; ! shows them")
    await after.vitals._desk.close()


# the terminal


def call(monitor: StillMonitor) -> Call:
    return Call(0.0, monitor.vitals.calling())


def test_a_call_as_bytes() -> None:
    told = call(troubled(1))
    assert bytes_of(told, TerminalCalls()) == "\a"
    assert bytes_of(replace(told, raised=()), TerminalCalls()) == ""
    assert bytes_of(told, TerminalCalls(bell=False)) == ""
    nine = bytes_of(told, TerminalCalls(bell=False, desktop="osc9"))
    assert nine.startswith("\x1b]9;jobdash: 3 alerts: media: not reachable") and nine.endswith("\a")
    assert bytes_of(told, TerminalCalls(bell=False, desktop="osc777")).startswith("\x1b]777;notify;jobdash: 3 alerts;")
    assert "\x1b]99;i=jobdash:p=body;media" in bytes_of(told, TerminalCalls(bell=False, desktop="osc99"))
    wrapped = bytes_of(told, TerminalCalls(bell=False, desktop="osc9", environment={"TMUX": "x"}))
    assert wrapped == passed_through(nine, {"TMUX": "x"}) and wrapped.startswith("\x1bPtmux;\x1b\x1b]9;")


def test_a_servers_words_cannot_speak_to_the_terminal() -> None:
    monitor = troubled(1)
    evil = replace(monitor.vitals.calling()[0], words="x\x1b]0;owned\x07\x9cy\n\u202ez;w")
    for desktop in ("osc9", "osc777", "osc99"):
        text = bytes_of(Call(0.0, (evil,)), TerminalCalls(bell=False, desktop=desktop))
        assert "owned" in text and "\x1b]0" not in text and "\x9c" not in text and "\u202e" not in text
        assert text.count("\a") <= 1 and "\n" not in text
    assert title_of("▲ 1\x07 alert").count("\a") == 1


async def test_the_bell_rings_and_the_title_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = troubled(1)
    app = JobdashApp(monitor, calls=TerminalCalls(title=True))
    said: list[str] = []
    monkeypatch.setattr(app._calling, "say", said.append)
    async with app.run_test() as pilot:
        app.post_message(Called((call(monitor),)))
        await pilot.pause()
        assert said == ["\a", "\x1b[22;2t\x1b]2;jobdash ✖ 3 alerts\a"]
    assert said[-1] == "\x1b[23;2t"


# drawing


def test_a_sparkline_has_gaps() -> None:
    assert sparkline([0, None, 5, 10]) == "▁ ▅█"
    assert sparkline([]) == "" and sparkline([None, None]) == "  " and sparkline([0.0, 0.0]) == "▁▁"


def test_a_chart_in_braille() -> None:
    assert chart([0, 1, 2, 3], 1, 3) == ["⡠⠊"]
    rows = chart([4.0] * 10 + [None] * 10 + [0.0] * 10, 2, 4)
    assert rows[0] == "⠉⠉⠉⠉⠉" + " " * 10 and rows[1] == " " * 10 + "⣀⣀⣀⣀⣀"
    assert chart([], 2, 1) == ["", ""]
    assert chart([1e300, -5, float(0)], 2, 1)


@pytest.mark.parametrize(
    ("values", "top"), [([], 1), ([None], 1), ([0.0], 1), ([7.0], 10), ([149.0], 200), ([0.3], 0.5), ([50], 50)]
)
def test_a_round_scale(values: list[Any], top: float) -> None:
    assert nice_top(values) == pytest.approx(top)
