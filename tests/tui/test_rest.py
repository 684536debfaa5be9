"""What is told in minutes is looked at every few seconds only; what moves, every second. Counted by what is drawn."""

import pytest

from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.rest import LAZILY, Rest, at_rest
from jobdash.tui.screens.main import MainScreen
from tests.screen_text import screen_text
from tests.tui.still_monitor import NOW, SERVERS, StillMonitor, job


def ended(seconds: float) -> Job:
    return job("docs", "j0", State.COMPLETED, created_at=NOW - 9_000, finished_at=NOW - seconds)


def test_one_look_in_a_few_seconds_at_rest_and_one_every_second_else() -> None:
    rest = Rest()
    assert [rest.is_over(True) for _ in range(2 * LAZILY)] == 2 * [*[False] * (LAZILY - 1), True]
    assert [rest.is_over(moves) for moves in (True, False, False, True)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("jobs", "rests"),
    [
        ([], True),
        ([ended(61), ended(4_000)], True),
        ([ended(61), ended(59)], False),
        ([ended(61), job("docs", "a", State.RUNNING, started_at=NOW - 4_000)], False),
        ([job("docs", "a", State.PENDING, created_at=NOW - 4_000)], False),
        ([ended(-100)], False),
        ([None], False),
    ],
)
def test_at_rest_is_what_ended_more_than_a_minute_ago(jobs: list[Job | None], rests: bool) -> None:
    assert at_rest(jobs, NOW) == rests


async def ages(monitor: StillMonitor, seconds: int, word: str) -> list[bool]:
    """Whether the screen says `word`, second by second."""
    found = []
    async with JobdashApp(monitor).run_test(size=(100, 30)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen)
        screen.tick()
        for _ in range(seconds):
            monitor.still_clock.passed += 1
            screen.tick()
            await pilot.pause()
            found.append(word in screen_text(pilot.app))
    return found


async def test_a_row_that_ended_just_now_grows_older_by_the_second() -> None:
    monitor = StillMonitor([job("docs", "j0", State.RUNNING, started_at=NOW - 20)], SERVERS[:1])
    assert (await ages(monitor, 3, "23s"))[-1]


async def test_a_row_that_is_told_in_minutes_is_late_by_a_few_seconds_at_most() -> None:
    monitor = StillMonitor([ended(4 * 60 - 1)], SERVERS[:1])
    assert any(await ages(monitor, LAZILY + 1, "4m"))


async def test_the_pane_is_at_rest_when_its_job_is_and_what_was_read_of_it_is_old() -> None:
    monitor = StillMonitor([ended(3_600)], SERVERS[:1])
    async with JobdashApp(monitor).run_test(size=(120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen)
        screen.pane.turn_to(JobKey("docs", "j0"))
        assert not screen.pane.is_at_rest(NOW)
