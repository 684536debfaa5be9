"""Failures by fingerprint on the screen."""

from dataclasses import replace

from jobdash.engine.monitor import DetailView
from jobdash.engine.runbooks import Runbook, Runbooks
from jobdash.model.job import Detail, JobKey
from jobdash.model.log import LogLine
from jobdash.model.state import State
from jobdash.tui.presentation.sparkline import sparkline
from jobdash.tui.screens.failures import FailuresScreen
from tests.tui.still_monitor import JOBS, NOW, SERVERS, StillMonitor, full_monitor, job
from tests.tui.test_screen import main, opened, seen


def many() -> StillMonitor:
    jobs = [
        job("docs", f"t-{n}", State.FAILED, error=f"TimeoutError: took {n} s", finished_at=NOW - n * 30, worker="w-2")
        for n in range(131)
    ]
    jobs += [job("crawl", f"s-{n}", State.FAILED, error=f"no file /a/b/{n}", finished_at=NOW - 7000) for n in range(30)]
    monitor = StillMonitor([*jobs, *JOBS], SERVERS)
    monitor.runbooks = Runbooks([Runbook(text="ask the upstream team", link="https://wiki.example/up", error="took")])
    return monitor


async def test_groups_are_shown_and_enter_narrows_the_list() -> None:
    for size in ((80, 24), (120, 40)):
        async with opened(many(), size) as (app, pilot):
            await pilot.press("e")
            assert isinstance(app.screen, FailuresScreen)
            text = seen(app.screen)
            assert "131" in text and "TimeoutError: took <n> s" in text and "w-2" in text
            assert "ask the upstream team" in text and "no file <path>" in text and "NEW" not in text
            await pilot.press("j", "k", "G", "g", "pagedown", "pageup", "ctrl+d", "ctrl+u", "g", "y", "enter")
            assert main(app).is_current and "131 of 178" in seen(main(app))


async def test_what_is_new_is_marked_and_marking_takes_all() -> None:
    monitor = many()
    async with opened(monitor) as (app, pilot):
        await pilot.press("e", "escape")
        monitor.put(replace(JOBS[0], key=JOBS[0].key._replace(id="new"), error="Fresh: error"))
        await pilot.press("e")
        assert "NEW" in seen(app.screen) and "Fresh: error" in seen(app.screen)
        await pilot.press("asterisk")
        assert monitor.query.startswith("fingerprint:")


async def test_nothing_failed_says_so() -> None:
    async with opened(StillMonitor([job("docs", "1", State.RUNNING)], SERVERS), (80, 24)) as (app, pilot):
        await pilot.press("e")
        assert "nothing has failed" in seen(app.screen)
        await pilot.press("enter", "e")
        assert main(app).is_current


async def test_a_runbook_stands_where_the_error_is() -> None:
    monitor = full_monitor()
    monitor.runbooks = Runbooks([Runbook(text="ask the upstream team", error="upstream")])
    async with opened(monitor) as (app, pilot):
        await pilot.press("j")
        assert "→ ask the upstream team" in seen(main(app))


async def test_where_it_happened_is_read_when_the_eye_rests_on_failures_that_do_not_say() -> None:
    monitor = StillMonitor([job("docs", "1", State.FAILED, error="no wind")], SERVERS)
    key = JobKey("docs", "1")
    log = ("begin", "Traceback (most recent call last):", '  File "/srv/sail.py", line 7, in hoist', "Calm: no wind")
    async with opened(monitor) as (app, pilot):
        await pilot.press("e")
        screen = app.screen
        assert isinstance(screen, FailuresScreen)
        screen.tick()
        screen.tick()
        assert monitor.read == (key,)
        monitor.still_details[key] = DetailView(detail=Detail(logs=tuple(LogLine(text) for text in log)), read_at=1.0)
        screen.tick()
        assert "in  sail.py:7 in hoist" in seen(screen)


def test_sparkline() -> None:
    assert sparkline([0, 1, 4, 8]) == " ▂▅█" and sparkline([0, 0]) == "  "
