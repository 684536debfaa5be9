"""The query line while it is typed: completion, errors with their place, what is not searched."""

from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.widgets.filter_input import FilterInput, QueryField
from tests.screen_text import screen_text
from tests.tui.still_monitor import full_monitor


async def test_names_and_seen_values_are_offered_and_taken() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"ty")
        assert "type:" in screen_text(app)
        await pilot.press("tab")
        field = app.screen.query_one(QueryField)
        assert field.value == "type:"
        assert "parse_document" in screen_text(app)
        await pilot.press("p", "tab")
        assert field.value == "type:parse_document"
        await pilot.press("enter")
        assert monitor.query == "type:parse_document"
        assert "tab takes one" not in screen_text(app)


async def test_arrows_choose_another_candidate() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"state:", "down", "tab")
        first = app.screen.query_one(QueryField).value
        await pilot.press("escape", "slash", *"state:", "tab")
        assert app.screen.query_one(QueryField).value not in ("state:", first)
        assert isinstance(app.screen, MainScreen)


async def test_what_is_wrong_is_told_at_its_place_and_the_last_rows_stay() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"state:failed", "space")
        await pilot.press(*"colour:blue")
        await pilot.pause()
        text = screen_text(app)
        line = next(line for line in text.splitlines() if "▲" in line)
        assert "no field `colour`" in line
        assert line.index("▲") == 3 + len("state:failed ")
        await pilot.press("enter")
        assert app.screen.query_one(FilterInput).is_open
        await pilot.press("escape")
        assert monitor.query == ""
        await pilot.press("slash", *"state:failed")
        await pilot.pause()
        assert len(monitor.view) == 3
        await pilot.press("space", "left_parenthesis")
        await pilot.pause()
        assert len(monitor.view) == 3


async def test_what_is_not_searched_is_said() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"zzz")
        assert "not in data" in screen_text(app)
