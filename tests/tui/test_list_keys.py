"""The keys of the list: order, groups, marks, views, what is held still. By a frozen clock."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from jobdash.engine.kept_views import KeptViews
from jobdash.engine.saved import SavedView, ViewBook
from jobdash.model.job import JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.age import Times
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.screens.pick import PickScreen
from tests.screen_text import screen_text, shows
from tests.tui.still_monitor import FAILED, NOW, SERVERS, StillMonitor, full_monitor, job

App = tuple[JobdashApp, Pilot[None]]


def main(app: JobdashApp) -> MainScreen:
    screen = app.screen_stack[1]
    assert isinstance(screen, MainScreen)
    return screen


def jobs_of(*states: State) -> StillMonitor:
    """One job a state, on two servers in turn."""
    made = [
        job(("docs", "crawl")[n % 2], f"j{n}", state, type=f"kind-{n % 3}", created_at=NOW - 10 * n)
        for n, state in enumerate(states)
    ]
    return StillMonitor(made, SERVERS[:2])


async def test_sort_by_name_by_text_and_the_other_way_round() -> None:
    monitor = full_monitor()
    async with JobdashApp(monitor).run_test(size=(120, 40)) as pilot:
        await pilot.press("s", *"created", "enter")
        assert str(monitor.board.sort) == "created"
        assert "created ▴" in screen_text(pilot.app)
        await pilot.press("S")
        assert str(monitor.board.sort) == "-created"
        await pilot.press("s", *"type,-age", "enter")
        assert str(monitor.board.sort) == "type,-age"
        await pilot.press("s", *"nonsense,", "enter")
        assert isinstance(pilot.app.screen, PickScreen)
        assert "cannot be sorted by `nonsense`" in screen_text(pilot.app)
        await pilot.press("escape")
        assert str(monitor.board.sort) == "type,-age"


async def test_a_click_on_a_title_sorts_and_a_second_one_turns_it_round() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(main(app).jobs, offset=(16, 0))
        assert str(monitor.board.sort) == "id"
        await pilot.click(main(app).jobs, offset=(16, 0))
        assert str(monitor.board.sort) == "-id"


async def test_the_cursor_stays_on_its_job_and_rows_keep_still_after_a_key() -> None:
    monitor = jobs_of(*[State.RUNNING] * 6)
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j")
        key, before = main(app).jobs.cursor, main(app).jobs.visible_keys()
        monitor.put(job("docs", "new", State.FAILED))
        monitor.push(rows=True, jobs=[JobKey("docs", "new")])
        await pilot.pause()
        assert main(app).jobs.visible_keys() == before
        monitor.still_clock.passed += 1.1
        monitor.push(rows=True)
        await pilot.pause()
        assert main(app).jobs.visible_keys()[0] == JobKey("docs", "new")
        assert main(app).jobs.cursor == key


@pytest.mark.parametrize("keys", [["l"], ["right_square_bracket"], ["tab"], ["R", "n"]])
async def test_a_cursor_at_the_top_shows_the_worst_job_until_one_is_read_or_acted_on(keys: list[str]) -> None:
    monitor = jobs_of(*[State.RUNNING] * 6)
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for name in ("worse", "worst"):
            monitor.put(job("docs", name, State.FAILED if name == "worse" else State.STUCK))
            monitor.push(rows=True, jobs=[JobKey("docs", name)])
            await pilot.pause()
            assert main(app).jobs.cursor == JobKey("docs", "worse")
            await pilot.press(*keys)


async def test_groups_fold_and_unfold_and_the_cursor_walks_over_headers() -> None:
    monitor = jobs_of(*[State.RUNNING] * 6)
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("b", *"type", "enter")
        assert monitor.board.grouping == "type"
        assert len(monitor.view) == 9
        await pilot.press("g", "enter")
        assert len(monitor.view) == 7
        assert "▸ kind-0" in screen_text(app)
        await pilot.press("right", "j", "left")
        assert main(app).jobs.cursor is None
        assert main(app).jobs.heading is not None
        await pilot.press("shift+left")
        assert len(monitor.view) == 3
        await pilot.press("shift+right", "b", "enter")
        assert len(monitor.view) == 9


async def test_marks_stay_with_their_jobs() -> None:
    monitor = jobs_of(*[State.RUNNING] * 6)
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "j", "V", "j", "j", "V")
        assert len(monitor.board.marks) == 4
        assert "4 marked" in screen_text(app)
        assert screen_text(app).count("•") == 4
        await pilot.press("slash", *"-id:j5", "enter", "asterisk")
        assert len(monitor.board.marks) == 6
        await pilot.press("backslash")
        assert len(monitor.board.marks) == 0
        assert "marked" not in screen_text(app)


VIEWS = ViewBook.of(
    [
        SavedView(name="wrong ones", query="state:failed,stuck", sort="-created", columns=("state", "job:30", "queue")),
        SavedView(name="broken", query="state:("),
        SavedView(name="by server", group="server"),
    ]
)


async def test_saved_views_are_on_their_keys_and_are_found_as_they_were_left() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor, book=VIEWS)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, "'broken' is left out")
        await pilot.press("1")
        assert (monitor.query, str(monitor.board.sort)) == ("state:failed,stuck", "-created")
        assert "wrong ones" in screen_text(app)
        assert "QUEUE" in screen_text(app)
        await pilot.press("S", "2")
        assert (monitor.query, monitor.board.grouping) == ("", "server")
        assert "PROGRESS" in screen_text(app)
        await pilot.press("1")
        assert str(monitor.board.sort) == "created"
        await pilot.press("1")
        assert str(monitor.board.sort) == "-created"
        await pilot.press("0")
        assert (monitor.query, monitor.board.grouping, main(app).view_name) == ("", "", "all jobs")
        await pilot.press("7")
        assert "there is no view 7" in screen_text(app)


async def test_what_is_seen_is_saved_under_a_key_and_a_name(tmp_path: Path) -> None:
    kept = KeptViews(tmp_path / "views.toml")
    app = JobdashApp(full_monitor(), book=VIEWS, kept=kept)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("slash", *"state:failed", "enter", "S", "t", "t", "W")
        assert "3 " in screen_text(app)
        await pilot.press(*"utc wrong", "enter")
        await shows(pilot, "3 shows utc wrong from now on")
        assert main(app).view_name == "utc wrong"
        await pilot.press("0")
        assert main(app).times is Times.RELATIVE
        await pilot.press("3")
        assert (app.monitor.query, main(app).times) == ("state:failed", Times.UTC)
        await pilot.press("W", "ctrl+u", *"x y", "enter")
        await shows(pilot, "a key from 1 to 9 and a name are expected")
    later = JobdashApp(full_monitor(), book=ViewBook.of(VIEWS.views.values(), kept=kept.load()), kept=kept)
    async with later.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("3")
        assert (later.monitor.query, str(later.monitor.board.sort)) == ("state:failed", "-worst")
        assert main(later).times is Times.UTC
        await pilot.press("W", "ctrl+u", "3", "enter")
        await shows(pilot, "forgotten")
    assert kept.load() == []


async def test_a_view_with_a_wrong_column_is_left_out() -> None:
    app = JobdashApp(full_monitor(), book=ViewBook.of([SavedView(name="odd", columns=("custmer",))]))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, "'odd' is left out")
        await pilot.press("1")
        await shows(pilot, "there are no saved views yet")
        await pilot.press("W", *"mine", "enter")
        await shows(pilot, "1 shows mine until you leave")


async def test_one_server_and_back() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"a or b", "enter", "j", "v")
        assert monitor.query == 'server:"docs" (a or b)'
        assert "only docs" in screen_text(app)
        await pilot.press("v")
        assert monitor.query == "a or b"


async def test_a_followed_job_is_not_let_go() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        main(app).jobs.go_to(FAILED)
        await pilot.press("f", "slash", *"state:running", "enter")
        assert main(app).jobs.cursor == FAILED
        assert "following …" in screen_text(app)
        await pilot.press("escape")
        assert main(app).jobs.cursor == FAILED
        await pilot.press("j")
        assert "following" not in screen_text(app)


async def test_a_frozen_display_stays_and_says_so() -> None:
    monitor = jobs_of(*[State.RUNNING] * 3)
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("z")
        monitor.still_clock.passed += 12
        monitor.put(job("docs", "new", State.FAILED), job("docs", "j0", State.FAILED, type="kind-0"))
        monitor.push(rows=True, jobs=[JobKey("docs", "j0")])
        main(app).tick()
        await pilot.pause()
        text = screen_text(app)
        assert "FROZEN 12s" in text
        assert "failed" not in text.split("STATE")[1]
        await pilot.press("z")
        assert "failed" in screen_text(app).split("STATE")[1]


async def test_columns_are_chosen_moved_sized_and_taken_back() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("p", "o", "j", "j", "space", "up", "J", "+")
        jobs = main(app).jobs
        assert [column.spec for column in jobs.columns or ()][:3] == ["state", "job:14", "progress"]
        await pilot.press("a", *"data.nowhere", "enter", "a", *"nonsense", "enter")
        assert "there is no column 'nonsense'" in screen_text(app)
        await pilot.press("escape", "enter")
        assert [column.id for column in jobs.columns or ()][-1] == "data.nowhere"
        assert "NOWHERE" in screen_text(app)
        await pilot.press("o", "r", "escape")
        assert [column.id for column in jobs.columns or ()][-1] == "data.nowhere"
        await pilot.press("o", "r", "enter")
        assert jobs.columns is None


async def test_a_column_shows_what_is_inside_the_data() -> None:
    monitor = full_monitor()
    app = JobdashApp(
        monitor, book=ViewBook.of([SavedView(name="pages", columns=("job", "data.pages", "queue", "created"))])
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        line = next(line for line in screen_text(app).splitlines() if "426614174000" in line)
        assert line.split()[1:4] == ["120", "default", "5m"]
        await pilot.press("o", "a", *"to_string(data.pages)", "enter")
        await pilot.press("a", *"abs(to_string(data.pages))", "enter", "enter")
        line = next(line for line in screen_text(app).splitlines() if "426614174000" in line)
        assert line.split()[4] == "120"
        assert "! does" in line
        await pilot.press("o", "a", *"lenght(data.pages)", "enter")
        assert "unknown function: lenght" in screen_text(app)


async def test_a_job_that_is_gone_does_not_look_live() -> None:
    monitor = full_monitor()
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, MainScreen)
        gone = screen.jobs.visible_keys()[0]
        monitor.still_gone.add(gone)
        screen.jobs.look_again()
        await pilot.pause()
        rows = {row.key: row for row in screen.jobs._draw_visible()}
        assert "gone" in "".join(span.text for cell in rows[gone].cells for span in cell)
        assert {span.style for cell in rows[gone].cells for span in cell} == {"stale"}
