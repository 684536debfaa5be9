"""Pictures of the screens at the two sizes that matter, by a frozen clock."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from jobdash.engine.monitor import DetailView
from jobdash.engine.runbooks import Runbook, Runbooks
from jobdash.model.job import Attempt, Detail, JobKey
from jobdash.model.log import LogLine
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.alerts import AlertsScreen
from jobdash.tui.screens.compare import CompareScreen
from jobdash.tui.screens.confirm import SETTLE, ConfirmScreen
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.screens.export import ExportScreen
from jobdash.tui.screens.failures import FailuresScreen
from jobdash.tui.screens.health import HealthScreen
from jobdash.tui.screens.logs import LogsScreen
from jobdash.tui.screens.main import MainScreen
from tests.tui.still_monitor import DETAIL, FAILED, JOBS, NOW, SERVERS, StillMonitor, full_monitor, job
from tests.tui.test_health_and_alerts import queued, troubled

Compare = Callable[..., bool]
STACK = """Traceback (most recent call last):
  File "/srv/docs/parse.py", line {line}, in fetch_page
    page = fetch(url, timeout=30)
  File "/usr/lib/python3.11/site-packages/httpx/_client.py", line 914, in send
    raise ReadTimeout(message)
TimeoutError: upstream took more than {seconds} s"""
GOOD = JobKey("docs", "123e4567-e89b-12d3-a456-426614174010")


def understood() -> StillMonitor:
    """Failures of three causes, one of them new; a job with three attempts and a log; one that ended well."""
    monitor = full_monitor()
    one = DETAIL.detail
    assert one is not None
    attempts = [
        Attempt(
            number=number,
            state=State.FAILED,
            worker=f"worker-{number % 2 + 1}",
            started_at=NOW - 900 + 200 * number,
            finished_at=NOW - 830 + 200 * number,
            error=f"TimeoutError: upstream took more than {seconds} s",
            traceback=STACK.format(line=line, seconds=seconds),
        )
        for number, line, seconds in ((1, 97, 12), (2, 118, 30), (3, 118, 30))
    ]
    lines = [LogLine(f"fetching page {n} of 120", NOW - 300 + n, "info") for n in range(1, 46)]
    lines += [LogLine("\x1b[33mupstream is slow\x1b[0m, 28 s", NOW - 250, "warning"), LogLine(attempts[2].error or "")]
    detail = replace(one, attempts=tuple(attempts), logs=tuple(lines), raw={"job": {"id": FAILED.id, "pages": 2**63}})
    monitor.still_details[FAILED] = DetailView(detail=detail, read_at=DETAIL.read_at)
    other = Detail(data={"path": "s3://bucket/b.pdf", "pages": 12, "api_key": "hunter3"}, logs=tuple(lines[:9]))
    monitor.put(job(*GOOD, State.COMPLETED, worker="worker-9", started_at=NOW - 50, finished_at=NOW, attempts=1))
    monitor.still_details[GOOD] = DetailView(detail=other, read_at=DETAIL.read_at)
    monitor.put(
        *(
            job("docs", f"t-{n}", State.FAILED, error=f"{n} bytes are missing", finished_at=NOW - 300 - 90 * n)
            for n in range(40)
        )
    )
    monitor.failures.looked()
    monitor.put(
        replace(
            JOBS[0],
            key=GOOD._replace(id="fresh"),
            error="KeyError: 'page'",
            finished_at=NOW - 260,
            frame="parse.py:40 in read",
        )
    )
    monitor.runbooks = Runbooks([Runbook(text="ask the upstream team", link="https://wiki.example/up", error="bytes")])
    return monitor


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


TABS = ("overview", "logs", "data", "result", "attempts", "raw")


@SIZES
@pytest.mark.parametrize("tab", TABS)
def test_tab(snap_compare: Compare, size: tuple[int, int], tab: str) -> None:
    moves = ["right_square_bracket"] * TABS.index(tab)
    app = JobdashApp(understood())
    assert snap_compare(app, terminal_size=size, run_before=keys("j", "enter", *moves, on=DetailScreen))


@SIZES
def test_failures(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(JobdashApp(understood()), terminal_size=size, run_before=keys("e", on=FailuresScreen))


@SIZES
def test_merged_logs(snap_compare: Compare, size: tuple[int, int]) -> None:
    pressed = keys("j", "space", "space", "l", on=LogsScreen)
    assert snap_compare(JobdashApp(understood()), terminal_size=size, run_before=pressed)


@SIZES
def test_compare(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(JobdashApp(understood()), terminal_size=size, run_before=keys("j", "c", on=CompareScreen))


@SIZES
def test_export(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def press(pilot: Pilot[Any]) -> None:
        await keys("j", "E", on=ExportScreen)(pilot)
        pilot.app.screen.query_one(Input).value = "/home/ada/exports"
        await pilot.pause()

    assert snap_compare(JobdashApp(understood()), terminal_size=size, run_before=press)


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
