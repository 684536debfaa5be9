"""The tabs of a job, driven by keys: in the side pane and on the whole screen."""

from jobdash.engine.masking import MASK
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.tabs import Tab
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.widgets.json_view import JsonView
from tests.tui.still_monitor import full_monitor
from tests.tui.test_screen import main, opened, said, seen


def open_tab(app: JobdashApp) -> str:
    return main(app).pane.tab.value


async def test_brackets_go_round_the_tabs_from_the_list_and_in_the_pane() -> None:
    async with opened(full_monitor()) as (app, pilot):
        screen = main(app)
        await pilot.press("left_square_bracket")
        assert open_tab(app) == "Raw" and screen.jobs.has_focus
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert open_tab(app) == "Logs" and screen.jobs.has_focus
        await pilot.press("tab", "right_square_bracket")
        assert open_tab(app) == "Data" and screen.pane.content.has_focus


async def test_every_tab_is_drawn_at_both_sizes_and_comes_along_to_the_whole_screen() -> None:
    for size in ((80, 24), (120, 40)):
        async with opened(full_monitor(), size) as (app, pilot):
            await pilot.press("right_square_bracket", "j", "enter")
            assert isinstance(app.screen, DetailScreen) and app.screen.pane.tab is Tab.LOGS
            assert "fetching page 3" in seen(app.screen)
            for wanted in ("s3://bucket/a.pdf", "tells no result", "attempt 3 of 3", "tells no answer", "worker-2"):
                await pilot.press("right_square_bracket")
                assert wanted in seen(app.screen), wanted


async def test_data_folds_is_searched_and_keeps_its_secrets_until_asked() -> None:
    async with opened(full_monitor(), (80, 24)) as (app, pilot):
        await pilot.press("j", "enter", "right_square_bracket", "right_square_bracket")
        view = app.screen.query_one("#data", JsonView)
        assert view.has_focus and MASK in seen(app.screen) and "hunter2" not in seen(app.screen)
        await pilot.press("j", "j", "y")
        assert "not copied" in said(app)
        await pilot.press("u")
        assert "hunter2" in seen(app.screen) and "SECRETS SHOWN" in seen(app.screen)
        await pilot.press("y")
        assert app.clipboard == "hunter2"
        await pilot.press("u", "j", "left", "left", "enter", "Y")
        assert app.clipboard == "options" and "hunter2" not in seen(app.screen)
        await pilot.press("slash", *"TRUE", "enter")
        assert view.has_focus and view.path == "options.ocr" and "1 of 1" in seen(app.screen)
        await pilot.press("slash", "escape", "n", "N", "slash", *"zzz", "enter")
        assert "no “zzz” here" in seen(app.screen)
        await pilot.press("G", "g", "ctrl+d", "ctrl+u", "pagedown", "pageup", "k", "right", "escape")
        assert not isinstance(app.screen, DetailScreen)


async def test_secrets_are_covered_again_for_the_next_job() -> None:
    async with opened(full_monitor()) as (app, pilot):
        await pilot.press("j", "right_square_bracket", "right_square_bracket", "tab", "u")
        assert "hunter2" in seen(main(app))
        await pilot.press("escape", "j", "k")
        assert "hunter2" not in seen(main(app)) and "SECRETS SHOWN" not in seen(main(app))


async def test_the_footer_tells_the_keys_of_what_has_the_focus() -> None:
    async with opened(full_monitor()) as (app, pilot):
        await pilot.press("j", "right_square_bracket", "right_square_bracket", "tab")
        assert "u secrets" in seen(main(app)).splitlines()[-1]
        await pilot.press("escape")
        assert "u secrets" not in seen(main(app)).splitlines()[-1]
