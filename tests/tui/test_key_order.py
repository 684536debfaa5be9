"""Keys that arrive in one read, faster than any focus moves: none acts on what the person had left already."""

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.widgets.filter_input import FilterInput, QueryField
from tests.tui.still_monitor import StillMonitor, full_monitor

NAMES = {
    "/": "slash", ":": "colon", "!": "exclamation_mark", "?": "question_mark", "*": "asterisk",
    "\\": "backslash", " ": "space", "\r": "enter", "\t": "tab", "\x1b": "escape",
}  # fmt: skip
LEFT_EARLY = ["eq", "e\x1b", "hq!\x1b", ":q", ":\x1b:\x1bh\x1be\x1b", "q/e:mail", "equeue:mail", "q:"]


async def burst(pilot: Pilot[None], typed: str) -> None:
    """Everything in one read, then time until it is done."""
    for character in typed:
        pilot.app.post_message(events.Key(NAMES.get(character, character), character))
    await pilot.pause()
    keys = pilot.app._keys  # type: ignore[attr-defined]
    while pilot.app.is_running and keys.busy:
        await pilot.pause(0.01)
    await pilot.pause()


def sent(monitor: StillMonitor) -> list[object]:
    return list(monitor.submitted)


@pytest.mark.parametrize("typed", ["/X", "/Xy", "/queue:mail", "/q", "/PURDIXyq!"])
async def test_what_follows_a_slash_is_the_query(typed: str) -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await burst(pilot, typed)
        assert isinstance(app.screen, MainScreen) and app.screen.query_one(FilterInput).is_open
        assert app.screen.query_one(QueryField).value == typed[1:]
        assert sent(monitor) == []


async def test_the_keys_after_a_query_that_was_kept_go_to_the_list_again() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)) as pilot:
        await burst(pilot, "/state:failed\r")
        assert app.monitor.query == "state:failed"
        await burst(pilot, "/ x\x1bG")
        assert app.monitor.query == "state:failed"
        main = app.screen
        assert isinstance(main, MainScreen) and main.jobs.index == len(app.monitor.view) - 1


@pytest.mark.parametrize("key", ["X", "P", "U", "R", "D"])
async def test_no_question_is_answered_by_keys_typed_before_it_was_there(key: str) -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await burst(pilot, f"{key}y\t\ry")
        assert sent(monitor) == []


@pytest.mark.parametrize("key", ["X", "R"])
async def test_no_key_acts_on_the_list_while_a_question_about_many_is_made(key: str) -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await burst(pilot, f"*{key}y\ryq\\V")
        assert sent(monitor) == [] and isinstance(app.screen, ConfirmScreen)
        assert monitor.board.marks


@pytest.mark.parametrize("opener", [*"ioEsbeh!:?A"])
async def test_keys_typed_before_a_screen_is_drawn_do_not_act_on_the_list_behind(opener: str) -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        main = app.screen
        assert isinstance(main, MainScreen)
        at, marks, sort = main.jobs.index, len(monitor.board.marks), monitor.board.sort
        await burst(pilot, f"{opener}jVSj")
        assert app.is_running and app.screen is not main
        assert (main.jobs.index, len(monitor.board.marks), monitor.board.sort) == (at, marks, sort)
        assert sent(monitor) == []


async def test_text_typed_ahead_is_the_text_of_the_field_that_opens() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)) as pilot:
        await burst(pilot, "sage\r")
        assert app.screen.query_one(Input).value == "age"


@pytest.mark.parametrize(
    "typed", ["eq", "e\x1b", "hq!\x1b", ":q", ":\x1b:\x1bh\x1be\x1b", "q/e:mail", "equeue:mail", "q:"]
)
async def test_screens_left_while_they_come_up_break_nothing(typed: str) -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)) as pilot:
        await burst(pilot, typed)
    assert app.return_code in (None, 0)


@pytest.mark.parametrize("opener", [*"eh!A?"])
async def test_a_screen_popped_at_once_breaks_nothing(opener: str) -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)) as pilot:
        main = app.screen
        actions = {"e": "failures", "h": "health", "!": "alerts", "A": "activity"}
        await (app if opener == "?" else main).run_action(actions.get(opener, "keys"))
        app.pop_screen()
        await burst(pilot, "")
        assert app.screen is main
