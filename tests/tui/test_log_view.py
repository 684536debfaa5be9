"""The log view, driven by keys: following, searching, filtering, folding, and a million lines."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from jobdash.model.log import LogLine
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.age import Times
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.screens.logs import LogsScreen
from jobdash.tui.widgets.log_view import LogView
from tests.tui.still_monitor import FAILED, NOW, RUNNING, StillMonitor, full_monitor
from tests.tui.test_screen import main, opened, said, seen

Reading = tuple[JobdashApp, Pilot[None], LogView, StillMonitor]


@asynccontextmanager
async def reading(*lines: LogLine, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Reading]:
    monitor = full_monitor()
    monitor.still_details.pop(FAILED)
    monitor.still_logs.want((FAILED,))
    monitor.still_logs.take(FAILED, lines, 1.0)
    async with opened(monitor, size) as (app, pilot):
        await pilot.press("j", "enter", "l")
        assert isinstance(app.screen, DetailScreen)
        yield app, pilot, app.screen.query_one(LogView), monitor


def numbered(count: int) -> list[LogLine]:
    return [LogLine(f"line {n}", NOW - 1000 + n / 10, "error" if n % 10 == 3 else "info") for n in range(count)]


async def test_the_end_is_followed_until_one_scrolls() -> None:
    async with reading(*numbered(100)) as (app, pilot, view, monitor):
        assert "line 99" in seen(app.screen) and "following" in seen(app.screen)
        monitor.still_logs.take(FAILED, numbered(103), 2.0)
        view.post_message(LogView.Said())
        monitor.push(jobs=[FAILED])
        await monitor.shown(pilot)
        assert "line 102" in seen(app.screen)
        await pilot.press("k")
        assert "line 102" not in seen(app.screen) and "1 below" in seen(app.screen)
        monitor.still_logs.take(FAILED, numbered(110), 3.0)
        monitor.push(jobs=[FAILED])
        await monitor.shown(pilot)
        assert "8 below" in seen(app.screen) and "line 109" not in seen(app.screen)
        await pilot.press("G")
        assert "line 109" in seen(app.screen) and "following" in seen(app.screen)
        await pilot.press("f", "g")
        assert "line 0" in seen(app.screen)
        await pilot.press("ctrl+d", "pagedown", "ctrl+u", "pageup", "f")
        assert "line 109" in seen(app.screen)


async def test_search_goes_round_in_both_directions() -> None:
    async with reading(*numbered(100)) as (app, pilot, view, _):
        await pilot.press("g", "slash", *"LINE 7", "enter")
        assert "line 7" in seen(app.screen) and "“LINE 7”" in seen(app.screen)
        await pilot.press("n")
        assert "line 70" in seen(app.screen)
        await pilot.press("N", "N")
        assert "line 79" in seen(app.screen)
        await pilot.press("slash", *"zzz", "enter")
        assert "no “LINE 7zzz”" in seen(app.screen) or "no “zzz”" in seen(app.screen)
        assert view.has_focus


async def test_filter_keeps_what_matches_and_its_neighbours() -> None:
    async with reading(*numbered(100)) as (app, pilot, _, monitor):
        await pilot.press("ampersand", *"line 5", "enter")
        text = seen(app.screen)
        assert "& line 5: 11" in text and "line 49" not in text
        await pilot.press("plus")
        assert "line 60" in seen(app.screen)
        await pilot.press("minus")
        assert "line 60" not in seen(app.screen)
        monitor.still_logs.take(FAILED, [*numbered(100), LogLine("line 5 again")], 2.0)
        monitor.push(jobs=[FAILED])
        await monitor.shown(pilot)
        assert "line 5 again" in seen(app.screen) and ": 12" in seen(app.screen)
        await pilot.press("ampersand", "ctrl+u", "enter")
        assert "line 99" in seen(app.screen)


async def test_jump_to_a_time_levels_times_and_wrap() -> None:
    async with reading(*numbered(9000), LogLine("w " * 500 + "end", NOW)) as (app, pilot, view, _):
        await pilot.press("at", *"02:57:04", "enter")
        assert "line 600 " in seen(app.screen) and "ERROR" in seen(app.screen)
        await pilot.press("at", *"soon", "enter")
        assert "soon is no time" in said(app)
        app.clear_notifications()
        await pilot.press("T", "G")
        assert "02:57" not in seen(app.screen) and "end" not in seen(app.screen)
        await pilot.press("w")
        assert "end" in seen(app.screen)
        await pilot.press("k", "k", "pageup", "pageup", "j", "G", "w", "right", "right", "left")
        assert view.follows


async def test_a_giant_line_and_hostile_lines_survive() -> None:
    giant = LogLine("é" * 10_000_000)
    async with reading(giant, LogLine("\x1b[2J\x1b]0;x\x07\r\x00 ok")) as (app, pilot, _, _):
        await pilot.press("w", "g", "pagedown", "G")
        assert "ok" in seen(app.screen) and "\x1b" not in seen(app.screen)


async def test_a_million_lines_scroll_like_a_thousand() -> None:
    async def slowest(count: int) -> float:
        async with reading(*numbered(count)) as (_, pilot, _, _):
            took = []
            for key in ("g", "pagedown", "G", "pageup", "j", "k"):
                began = time.perf_counter()
                await pilot.press(key)
                took.append(time.perf_counter() - began)
            return max(took)

    few, many = await slowest(1_000), await slowest(1_000_000)
    assert many < few * 3 + 0.05


async def test_dropped_lines_are_said_and_an_empty_log_says_why() -> None:
    async with reading() as (app, pilot, _, monitor):
        assert "no log lines from docs" in seen(app.screen)
        book = monitor.still_logs.book(FAILED)
        assert book is not None
        book._most_lines = 100
        monitor.still_logs.take(FAILED, numbered(150), 2.0)
        monitor.push(jobs=[FAILED])
        await monitor.shown(pilot)
        assert "60 older lines dropped" in seen(app.screen)


async def test_the_logs_of_marked_jobs_are_merged_with_a_prefix() -> None:
    monitor = full_monitor()
    monitor.still_logs.want((FAILED, RUNNING))
    monitor.still_logs.take(FAILED, [LogLine("one", NOW - 9), LogLine("three", NOW - 5)], 1.0)
    monitor.still_logs.take(RUNNING, [LogLine("two", NOW - 7)], 1.0)
    monitor.board.marks.add([FAILED, RUNNING])
    async with opened(monitor, (80, 24)) as (app, pilot):
        await pilot.press("l")
        await pilot.pause()
        assert isinstance(app.screen, LogsScreen)
        text = seen(app.screen)
        assert text.index("one") < text.index("two") < text.index("three")
        assert "426614174000" in text and "426614174007" in text
        await pilot.press("slash", *"two", "enter", "at", *"nope", "enter", "escape")
        assert not isinstance(app.screen, LogsScreen)


async def test_merged_logs_that_are_left_at_once_read_nothing() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        screen = LogsScreen(monitor, (FAILED, RUNNING), Times.RELATIVE)
        app.push_screen(screen)
        app.pop_screen()
        await pilot.pause()
        screen.look_again()
        assert main(app).is_current and monitor.still_logs.wanted == ()
