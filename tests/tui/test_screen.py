"""The screen, driven by keys: over a still monitor, so that every movement is the test's own."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import OptionList

from jobdash.model.command import Action, Outcome, Phase
from jobdash.model.job import JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.keymap import Keymap
from jobdash.tui.messages import JobHighlighted
from jobdash.tui.presentation.age import Times
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.screens.help import HelpScreen
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.screens.too_small import TooSmallScreen
from jobdash.tui.screens.track import TrackScreen, ids_in
from jobdash.tui.widgets.filter_input import FilterInput
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.job_list import JobList
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from jobdash.tui.widgets.still_lines import StillLines
from tests.faults.conftest import until
from tests.questions import question
from tests.tui.still_monitor import FAILED, NOW, RUNNING, SERVERS, StillMonitor, full_monitor, job

Opened = tuple[JobdashApp, Pilot[None]]


@asynccontextmanager
async def opened(monitor: StillMonitor, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Opened]:
    app = JobdashApp(monitor)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield app, pilot


def main(app: JobdashApp) -> MainScreen:
    screen = app.screen_stack[1]
    assert isinstance(screen, MainScreen)
    return screen


def seen(screen: Screen[Any]) -> str:
    """The text of the screen, line by line."""
    width, height = screen.app.size
    strips = screen._compositor.render_strips()
    assert len(strips) == height
    assert all(strip.cell_length == width for strip in strips)
    return "\n".join(strip.text for strip in strips)


def many(count: int) -> StillMonitor:
    jobs = [job("docs", f"job-{n:05}", State.RUNNING, progress=5.0, started_at=NOW - 100 - n) for n in range(count)]
    return StillMonitor(jobs, SERVERS[:1])


def said(app: JobdashApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


# what stands where


@pytest.mark.parametrize(
    ("size", "pane", "below", "folded"),
    [((120, 40), True, False, False), ((80, 24), False, True, True), ((80, 45), True, True, False)],
)
async def test_parts_fit_the_terminal(size: tuple[int, int], pane: bool, below: bool, folded: bool) -> None:
    async with opened(full_monitor(), size) as (app, _):
        screen = main(app)
        assert (screen.has_pane, screen.has_class("-below"), screen.is_folded) == (pane, below, folded)
        text = seen(screen)
        assert "✖ media" in text
        assert "! stuck" in text
        assert "? help" in text


async def test_the_whole_range_of_sizes_draws_whole_lines() -> None:
    async with opened(full_monitor()) as (app, pilot):
        for size in [(60, 15), (79, 23), (109, 30), (110, 39), (200, 60), (61, 50)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "jobdash" in seen(main(app))


async def test_too_small_says_what_it_needs_and_recovers() -> None:
    async with opened(full_monitor(), (50, 12)) as (app, pilot):
        assert isinstance(app.screen, TooSmallScreen)
        assert "jobdash needs 60x15" in seen(app.screen)
        await pilot.resize_terminal(45, 10)
        await pilot.pause()
        assert "45x10" in seen(app.screen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)
        assert "STATE" in seen(app.screen)


async def test_too_small_is_not_covered_by_sentences_in_the_corner() -> None:
    async with opened(full_monitor(), (45, 8)) as (app, pilot):
        for number in range(3):
            app.notify(f"a sentence {number} of many words that lies over what is below it")
        await pilot.pause()
        text = seen(app.screen)
        assert "jobdash needs 60x15" in text and "this terminal is 45x8" in text and "a sentence" not in text


async def test_wide_and_hostile_text_keeps_columns_in_line() -> None:
    async with opened(full_monitor(), (80, 24)) as (app, _):
        text = seen(main(app))
        assert "\x1b" not in text
        assert "[bold]x[/]" in text
        assert "HIBERNAT" in text


# moving


async def test_every_moving_key() -> None:
    async with opened(many(500), (80, 24)) as (app, pilot):
        jobs = main(app).jobs
        page = jobs.rows_visible
        steps = [("j", 1), ("down", 2), ("k", 1), ("up", 0), ("ctrl+d", page // 2), ("ctrl+u", 0)]
        steps += [("pagedown", page - 1), ("pageup", 0), ("G", 499), ("g", 0), ("end", 499), ("home", 0)]
        for key, at in steps:
            await pilot.press(key)
            assert jobs.cursor == app.monitor.view.key_at(at), key
            await pilot.pause()
            assert jobs.cursor in jobs.visible_keys(), key


async def test_cursor_stays_on_its_job_and_at_its_place_when_rows_move() -> None:
    monitor = many(200)
    async with opened(monitor, (80, 24)) as (app, pilot):
        jobs = main(app).jobs
        await pilot.press(*["j"] * 60)
        key = jobs.cursor
        assert key is not None
        place = (monitor.view.position(key) or 0) - jobs.scroll_offset.y
        monitor.put(*(job("docs", f"new-{n}", State.FAILED) for n in range(7)))
        monitor.push(rows=True)
        await monitor.shown(pilot)
        assert jobs.cursor == key
        assert (monitor.view.position(key) or 0) - jobs.scroll_offset.y == place
        assert jobs.visible_keys()[place] == key


async def test_until_somebody_moves_the_worst_job_has_the_cursor() -> None:
    monitor = many(50)
    async with opened(monitor, (80, 24)) as (app, pilot):
        monitor.put(job("docs", "worst", State.STUCK))
        monitor.push(rows=True)
        await monitor.shown(pilot)
        assert main(app).jobs.cursor == JobKey("docs", "worst")


async def test_when_the_job_leaves_the_view_the_nearest_row_has_the_cursor() -> None:
    monitor = many(30)
    async with opened(monitor, (80, 24)) as (app, pilot):
        await pilot.press(*["j"] * 10)
        jobs = main(app).jobs
        monitor.set_query(f"-id:{jobs.cursor.id if jobs.cursor else ''}")
        monitor.push(rows=True)
        await monitor.shown(pilot)
        assert jobs.cursor == monitor.view.key_at(10)


async def test_mouse_click_wheel_and_double_click() -> None:
    async with opened(many(100), (80, 24)) as (app, pilot):
        jobs = main(app).jobs
        await pilot.click(JobList, offset=(5, 4))
        assert jobs.cursor == app.monitor.view.key_at(3)
        jobs.post_message(events.MouseScrollDown(jobs, 5, 5, 0, 0, 0, False, False, False, screen_x=5, screen_y=8))
        await pilot.pause()
        assert jobs.scroll_offset.y > 0
        assert jobs.cursor == app.monitor.view.key_at(3)
        await pilot.click(JobList, offset=(5, 4), times=2)
        await pilot.pause()
        assert isinstance(app.screen, DetailScreen)


# what a batch costs


async def test_a_batch_repaints_only_changed_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = many(10_000)
    async with opened(monitor, (80, 24)) as (app, pilot):
        jobs = main(app).jobs
        await pilot.pause()
        regions: list[object] = []
        lines: list[str] = []
        refresh, paint = JobList.refresh, JobList.painted

        def count_refresh(self: JobList, *areas: Region, **how: bool) -> JobList:
            regions.extend(areas or ["all"])
            return refresh(self, *areas, **how)

        def count_line(self: JobList, line: Iterable[tuple[str, str]], *how: Any) -> Strip:
            spans = tuple(line)
            lines.append("".join(text for text, _ in spans))
            return paint(self, spans, *how)

        monkeypatch.setattr(JobList, "refresh", count_refresh)
        monkeypatch.setattr(JobList, "painted", count_line)
        visible = monitor.view.window(0, 3)
        monitor.put(*(job("docs", j.id, State.RUNNING, progress=6.0, started_at=j.started_at) for j in visible))
        monitor.push(jobs=[j.key for j in visible])
        await monitor.shown(pilot)
        assert len(regions) == 3
        assert "all" not in regions
        assert len(set(lines)) == 3
        regions.clear()
        lines.clear()
        hidden = monitor.view.window(5_000, 6_000)
        monitor.put(*(job("docs", j.id, State.RUNNING, progress=9.0, started_at=j.started_at) for j in hidden))
        monitor.push(jobs=[j.key for j in hidden])
        await monitor.shown(pilot)
        assert regions == []
        assert lines == []
        monitor.still_clock.passed += 1
        jobs.repaint_changed()
        await pilot.pause()
        assert len(regions) <= 1


# looking


async def test_enter_opens_and_esc_comes_back() -> None:
    async with opened(full_monitor(), (80, 24)) as (app, pilot):
        await pilot.press("j", "enter")
        assert isinstance(app.screen, DetailScreen)
        assert FAILED.id in seen(app.screen)
        await pilot.press("j", "G", "g", "ctrl+d", "pageup", "t", "q")
        assert app.screen.times is Times.LOCAL
        await pilot.press("escape")
        assert isinstance(app.screen, MainScreen)
        assert app.screen.times is Times.LOCAL


async def test_fold_tab_times_refresh_and_copy() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        screen = main(app)
        await pilot.press("tab")
        assert screen.pane.has_focus_within
        await pilot.press("escape")
        assert screen.jobs.has_focus
        await pilot.press("p")
        assert not screen.has_pane
        assert "STEP OR ERROR" in seen(screen)
        await pilot.press("p", "t", "t")
        assert screen.has_pane
        assert "UTC" in seen(screen), "whose clock it is stands above the times"
        await pilot.press("r", "y")
        assert monitor.refreshed == 1
        assert app.clipboard == "job_abc123"


async def test_help_palette_and_theme() -> None:
    async with opened(full_monitor()) as (app, pilot):
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        board = app.screen.query_one(ScrolledLines)
        assert any("cancel the job" in "".join(span.text for span in line) for line in board.lines)
        await pilot.press("escape", "ctrl+t")
        await pilot.pause()
        await pilot.press("d", "a", "y")
        await until(lambda: app.screen.query_one(OptionList).option_count == 1, "the one theme of that name")
        await pilot.press("enter")
        await until(lambda: app.theme == "day", "the theme")
        await pilot.press("colon")
        assert isinstance(app.screen, Screen)
        await pilot.press("escape")


async def test_quit_only_at_the_root() -> None:
    async with opened(full_monitor()) as (app, pilot):
        await pilot.press("enter", "q")
        assert app.is_running
        assert isinstance(app.screen, DetailScreen)
        await pilot.press("escape", "q")
        await pilot.pause()
        assert app.return_code == 0


# narrowing


async def test_query_narrows_while_typing_and_keeps_the_last_good_result() -> None:
    monitor = full_monitor()
    async with opened(monitor, (80, 24)) as (app, pilot):
        await pilot.press("slash", *"state:failed")
        assert monitor.query == "state:failed"
        assert "3 of 17" in seen(main(app))
        assert "state:failed" in seen(main(app))
        await pilot.press(*' "')
        assert main(app).query_one(FilterInput).has_class("-wrong")
        assert "quote" in seen(main(app))
        assert len(monitor.view) == 3
        await pilot.press("enter")
        assert main(app).query_one(FilterInput).is_open
        await pilot.press("backspace", "enter")
        assert not main(app).query_one(FilterInput).is_open
        assert main(app).jobs.has_focus
        await pilot.press("slash", "x", "escape")
        assert monitor.query.strip() == "state:failed"
        await pilot.press("escape")
        assert monitor.query == ""


async def test_letters_typed_into_the_query_never_act() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("slash", "q", "P", "X", "R", "D", "y", "U", "question_mark", "colon")
        assert isinstance(app.screen, MainScreen)
        assert monitor.query == "qPXRDyU?:"
        assert monitor.submitted == []


async def test_a_query_without_a_match_says_so() -> None:
    async with opened(full_monitor(), (80, 24)) as (app, pilot):
        await pilot.press("slash", *"zzz", "enter")
        assert "None of the 17 jobs matches  zzz" in seen(main(app))
        assert main(app).jobs.cursor is None
        await pilot.press("X", "enter", "y")
        assert "no job is selected" in said(app)


# changing a server


async def ask(pilot: Pilot[None], key: str) -> ConfirmScreen:
    await pilot.press(key)
    return await question(pilot)


@pytest.mark.parametrize("keys", [["enter"], ["escape"], ["n"], ["X", "R", "n"], ["tab", "tab", "enter"], ["ctrl+c"]])
async def test_the_safe_answers_change_nothing(keys: list[str]) -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("j")
        await ask(pilot, "R")
        await pilot.press(*keys)
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)
        assert monitor.submitted == []


@pytest.mark.parametrize("keys", [["y"], ["tab", "enter"], ["right", "enter"]])
async def test_a_deliberate_yes_sends_what_was_seen(keys: list[str]) -> None:
    monitor = full_monitor()
    async with opened(monitor) as (_, pilot):
        await pilot.press("j")
        screen = await ask(pilot, "R")
        assert "Restart this job on docs?" in seen(screen)
        assert FAILED.id in seen(screen)
        monitor.put(job(*FAILED, State.RUNNING, attempts=4))
        monitor.put(job("docs", "newer", State.STUCK))
        monitor.push(rows=True, jobs=[FAILED])
        await monitor.shown(pilot)
        assert "seen as ✖ failed" in seen(screen)
        await pilot.press(*keys)
        await pilot.pause()
        (command,) = monitor.submitted
        assert (command.key, command.action) == (FAILED, Action.RESTART)
        assert (command.seen_native_state, command.seen_attempts) == ("failed", 3)


async def test_keys_typed_before_the_question_was_drawn_do_not_answer_it() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("j")
        for key in ("R", "y", "tab", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        assert app.screen.safe_marked
        assert monitor.submitted == []


async def test_a_click_outside_or_inside_gives_no_answer() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("j")
        await ask(pilot, "R")
        await pilot.click(StillLines, offset=(30, 8))
        await pilot.click(offset=(1, 1))
        assert isinstance(app.screen, ConfirmScreen)
        assert monitor.submitted == []


async def test_what_cannot_be_done_says_why() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("j", "X")
        assert isinstance(app.screen, MainScreen)
        assert "cancel needs a job that is" in said(app)
        await pilot.press("D")
        assert "docs cannot delete jobs" in said(app)
        styles = {span.text: span.style for span in main(app).query_one(Footer).lines[0]}
        assert styles["X cancel"] == "key-off"
        assert styles["R"] == "bold key"


async def test_the_outcome_is_told() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("j")
        await ask(pilot, "R")
        await pilot.press("y")
        await pilot.pause()
        assert "restart  requested …" in seen(main(app))
        monitor.tell(Outcome(command=monitor.submitted[0], phase=Phase.REFUSED, message="it is [running] again"))
        await monitor.shown(pilot)
        assert "refused" in seen(main(app))
        assert "it is [running] again" in said(app)


async def test_only_listed_keys_can_reach_a_dialog() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("j")
        main(app).jobs.cursor = RUNNING
        for key in [*"abcdefhjklmnoprstuvwxz", *"ABCEFHIJKLMNOQSTVWYZ", *"1234567890!>*", "ctrl+s", "ctrl+x"]:
            await pilot.press(key)
            assert not isinstance(app.screen, ConfirmScreen), key
            while not isinstance(app.screen, MainScreen):
                await pilot.press("escape")
        assert monitor.submitted == []


# ids


async def test_track_takes_a_pasted_list() -> None:
    assert ids_in(" a, b;c\n\nd\ta ") == ("a", "b", "c", "d")
    monitor = full_monitor()
    async with opened(monitor) as (app, pilot):
        await pilot.press("i")
        assert isinstance(app.screen, TrackScreen)
        await pilot.press("tab", "enter")
        assert isinstance(app.screen, TrackScreen)
        await pilot.press("shift+tab")
        app.post_message(events.Paste("id-1\nid-2\nid-1"))
        await pilot.pause()
        await pilot.press("tab", "down", "enter")
        await pilot.pause()
        assert monitor.tracked == [("crawl", ("id-1", "id-2"))]


# what goes wrong with jobdash itself


async def test_an_engine_that_stops_is_told() -> None:
    monitor = full_monitor()
    monitor.failure = RuntimeError("boom")
    async with opened(monitor) as (app, pilot):
        await pilot.pause()
        assert "the engine stopped" in seen(main(app))
        assert "boom" in seen(main(app))


async def test_an_unknown_theme_is_named(tmp_path: Path) -> None:
    app = JobdashApp(full_monitor(), theme="neon", config_folder=tmp_path)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        assert "there is no theme neon" in said(app)
        assert app.theme == "night"


async def test_keys_can_be_remapped() -> None:
    app = JobdashApp(full_monitor(), keymap=Keymap({"line_down": ("z",)}))
    async with app.run_test() as pilot:
        await pilot.press("z")
        assert main(app).jobs.cursor == FAILED


async def test_the_engine_hears_where_the_eyes_are() -> None:
    monitor = full_monitor()
    async with opened(monitor) as (_, pilot):
        await pilot.press("j")
        await pilot.pause()
        assert monitor.looked_at[-1] == FAILED


async def test_no_color_keeps_words_and_glyphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(full_monitor(), (80, 24)) as (app, _):
        assert "✖ failed" in seen(main(app))
        assert app.no_color


async def test_nothing_is_left_running() -> None:
    async with opened(full_monitor()):
        pass
    assert JobHighlighted(None).key is None
    assert len(asyncio.all_tasks()) == 1
