"""Pictures of the screens at the two sizes that matter, by a frozen clock."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.alerts import AlertsScreen
from jobdash.tui.screens.confirm import SETTLE, ConfirmScreen
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.screens.health import HealthScreen
from jobdash.tui.screens.main import MainScreen
from tests.tui.still_monitor import SERVERS, StillMonitor, full_monitor
from tests.tui.test_health_and_alerts import queued, troubled

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def keys(*pressed: str, on: type[Screen[Any]] = MainScreen) -> Callable[[Pilot[Any]], Any]:
    """Presses keys and makes sure of the screen: a picture alone does not tell that the app fell over."""

    async def press(pilot: Pilot[Any]) -> None:
        await pilot.press(*pressed)
        await pilot.pause(SETTLE)
        assert isinstance(pilot.app.screen, on)

    return press


@SIZES
def test_main(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(JobdashApp(full_monitor()), terminal_size=size, run_before=keys("j"))


@SIZES
def test_confirm(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(JobdashApp(full_monitor()), terminal_size=size, run_before=keys("j", "R", on=ConfirmScreen))


def test_detail(snap_compare: Compare) -> None:
    assert snap_compare(
        JobdashApp(full_monitor()), terminal_size=(80, 24), run_before=keys("j", "enter", on=DetailScreen)
    )


def test_nothing_there(snap_compare: Compare) -> None:
    app = JobdashApp(StillMonitor([], SERVERS[2:]))
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys())


@pytest.mark.parametrize("theme", ["day", "high-contrast", "colour-blind"])
def test_themes(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(JobdashApp(full_monitor(), theme=theme), terminal_size=(80, 24), run_before=keys("j"))


@SIZES
def test_health(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(JobdashApp(troubled()), terminal_size=size, run_before=keys("h", "j", "[", on=HealthScreen))


@SIZES
def test_health_of_a_queue(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(JobdashApp(queued()), terminal_size=size, run_before=keys("h", "right", "[", on=HealthScreen))


@SIZES
def test_alerts(snap_compare: Compare, size: tuple[int, int]) -> None:
    monitor = troubled()
    app = JobdashApp(monitor)
    pressed = keys("exclamation_mark", "a", *"looking", "enter", "j", "m", on=AlertsScreen)
    assert snap_compare(app, terminal_size=size, run_before=pressed)
