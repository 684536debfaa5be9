"""What follows the cursor, and when: at once where news took it along, and each server is asked little for that."""

from jobdash.engine.gather import Batch
from jobdash.model.job import JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.widgets.title_bar import TitleBar
from tests.tui.still_monitor import NOW, SERVERS, StillMonitor, job


def failed(monitor: StillMonitor, number: int) -> Batch:
    """One job more that belongs on top of the list, and the news of it."""
    key = JobKey("docs", f"worse-{number}")
    monitor.put(job("docs", key.id, State.FAILED, finished_at=NOW + number))
    return Batch(jobs=frozenset({key}), rows=True)


async def test_the_pane_turns_with_the_news_that_take_the_cursor_along_and_one_such_job_a_second_is_read() -> None:
    monitor = StillMonitor([job("docs", "j0", State.RUNNING)], SERVERS[:1])
    async with JobdashApp(monitor).run_test(size=(120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen)
        await pilot.pause()
        screen.tick()
        monitor.looked_at.clear()
        for number in range(3):
            screen.take(failed(monitor, number))
            assert screen.pane.key == screen.subject == JobKey("docs", f"worse-{number}")
        assert monitor.looked_at == [JobKey("docs", "worse-0")]
        screen.tick()
        assert monitor.looked_at[1:] == [JobKey("docs", "worse-2")]


async def test_the_frame_is_not_told_by_the_tick_when_news_just_told_it() -> None:
    monitor = StillMonitor([job("docs", "j0", State.RUNNING)], SERVERS[:1])
    async with JobdashApp(monitor).run_test(size=(120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen)
        screen.take(failed(monitor, 1))
        screen.engine_problem = "said by nobody but the frame"
        told = []
        for passed in (0.3, 0.3):
            monitor.still_clock.passed += passed
            screen.tick()
            await pilot.pause()
            told.append("said by nobody" in "".join(span.text for span in screen.query_one(TitleBar).lines[0]))
        assert told == [False, True]
