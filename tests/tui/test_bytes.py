"""As few cells as possible are written again: from where a line begins to differ, and from the nearest edge."""

from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.layout import layout
from jobdash.tui.presentation.spans import Span
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.widgets.cuts import Cut
from jobdash.tui.widgets.drawn_rows import changed, draw
from jobdash.tui.widgets.still_lines import ends
from tests.tui.still_monitor import MONOTONIC, NOW, full_monitor, job

COLUMNS = layout(79, without={"says"})
MOMENT = Moment(NOW, MONOTONIC)


def test_only_the_figure_is_written_while_the_bar_stays() -> None:
    first, second = (
        draw(job("docs", "a", State.RUNNING, progress=progress), COLUMNS, MOMENT, cursor=False, stale=False)
        for progress in (50.0, 51.0)
    )
    bar = next(placed for placed in COLUMNS if placed.column.id == "progress")
    (region,) = changed([first], [second], COLUMNS, 79, 1)
    assert (region.right, region.width) == (bar.x + bar.width, 5)


async def test_an_edge_stands_before_every_lively_column() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40)):
        screen = app.screen
        assert isinstance(screen, MainScreen)
        edges = {cut.region.right for cut in screen.query(Cut)}
        assert screen.jobs.edges
        assert set(screen.jobs.edges) <= edges


def test_what_follows_a_change_in_a_line_is_not_written_again() -> None:
    before, after = ((Span("docs "), Span(rate, "quiet"), Span("  1,000 jobs")) for rate in (" 9/min", "10/min"))
    assert ends(before, after, 80) == 11
    assert ends(before, (*after, Span(" more")), 80) == 80
