"""The job list: draws the visible lines of the monitor's view and holds no rows of its own.

Its cost depends on what is visible, never on how many jobs exist. The cursor is on a job, not on a line.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from jobdash.engine.monitor import Batch, Monitor
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import JobHighlighted, JobOpened
from jobdash.tui.presentation import empty
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.layout import Placed, layout
from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span, width_of
from jobdash.tui.widgets.drawn_rows import DrawnRow, changed, draw
from jobdash.tui.widgets.ink import Inked, ground

HEADER = 1


class JobList(ScrollView, Inked, can_focus=True, inherit_bindings=False):
    """Shows `monitor.view`; `times` is how ages are told, `beside` whether a detail pane tells errors already."""

    ALLOW_SELECT = False
    BINDINGS = bindings(Where.LIST, moves=True)
    DEFAULT_CSS = """
    JobList { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__()
        self.monitor = monitor
        self.times = Times.RELATIVE
        self.beside = False
        self.cursor: JobKey | None = None
        self._index = 0
        self._moved = False
        self._columns: tuple[Placed, ...] = ()
        self._drawn: list[DrawnRow] = []
        self._drawn_at = -1

    # what is drawn

    @property
    def rows_visible(self) -> int:
        return max(0, self.size.height - HEADER)

    def moment(self) -> Moment:
        clock = self.monitor.clock
        return Moment(clock.now(), clock.monotonic(), self.times)

    def _draw_visible(self) -> list[DrawnRow]:
        top, moment, stale = self.scroll_offset.y, self.moment(), self.monitor.is_stale
        jobs = self.monitor.view.window(top, top + self.rows_visible)
        return [draw(job, self._columns, moment, cursor=job.key == self.cursor, stale=stale(job.key)) for job in jobs]

    def repaint_changed(self) -> None:
        """Looks at the visible rows again and marks only the cells that became different."""
        if not self._columns or self._drawn_at != self.scroll_offset.y:
            self._drawn_at = -1
            return
        before, self._drawn = self._drawn, self._draw_visible()
        for region in changed(before, self._drawn, self._columns, self.size.width, HEADER):
            self.refresh(region)

    def render_line(self, y: int) -> Strip:
        if self._drawn_at != self.scroll_offset.y:
            self._drawn, self._drawn_at = self._draw_visible(), self.scroll_offset.y
        if y < HEADER:
            return self.painted(self._header(), self.size.width)
        if not len(self.monitor.view):
            return self.painted(self._empty_line(y), self.size.width)
        index = y - HEADER
        if index >= len(self._drawn):
            return self.painted((), self.size.width)
        drawn = self._drawn[index]
        under = ground(self.ink.variables, self._cursor_ground()) if drawn.cursor else None
        return self.painted(self._row(drawn), self.size.width, under)

    def _cursor_ground(self) -> str:
        return "cursor" if self.has_focus else "cursor-blurred"

    def _row(self, drawn: DrawnRow) -> Iterator[Span]:
        x = 0
        for placed, cell in zip(self._columns, drawn.cells, strict=True):
            yield Span(" " * (placed.x - x))
            gap = placed.width - width_of(cell)
            if placed.column.align == "right":
                yield Span(" " * gap)
            yield from cell
            if placed.column.align == "left":
                yield Span(" " * gap)
            x = placed.x + placed.width

    def _header(self) -> Iterator[Span]:
        x = 0
        for placed in self._columns:
            yield Span(" " * (placed.x - x))
            yield Span(pad(fit(placed.column.title, placed.width), placed.width, placed.column.align), "quiet")
            x = placed.x + placed.width

    def _empty_line(self, y: int) -> Line:
        said = empty.lines(self.monitor.servers(), self.monitor.query, self.monitor.total(), self.size.width - 4)
        index = y - max(HEADER + 1, (self.size.height - len(said)) // 2 - 1)
        if not 0 <= index < len(said):
            return ()
        return (Span(" " * max(0, (self.size.width - width_of(said[index])) // 2)), *said[index])

    # news

    def look_again(self) -> None:
        """After anything that changes the columns or all of the rows: size, times, theme, query."""
        without = {"says"} if self.beside and self.size.width < 110 else set()
        names = [cell_len(one_line(server.name)) for server in self.monitor.servers()]
        if len(names) < 2:
            without.add("server")
        wants = {"server": max(names, default=0)}
        self._columns = layout(self.size.width - 1, self.times, without, wants=wants)
        self._drawn_at = -1
        self._follow_rows()
        self.refresh()

    def take(self, batch: Batch) -> None:
        """What the engine just said: moves with the rows, then repaints the cells that differ."""
        if batch.rows:
            self._follow_rows()
        if batch.rows or batch.jobs or batch.servers:
            self.repaint_changed()
        if (batch.servers or batch.rows) and not len(self.monitor.view):
            self.refresh()

    def _follow_rows(self) -> None:
        """Keeps the cursor on its job and, if possible, at its place on the screen."""
        view = self.monitor.view
        was_empty = self.virtual_size.height <= HEADER
        self.virtual_size = Size(self.size.width, len(view) + HEADER)
        found = view.position(self.cursor) if self.cursor is not None and self._moved else None
        on_screen = self._index - self.scroll_offset.y
        if found is None:
            self._put_cursor(min(self._index, len(view) - 1), scroll=False)
        else:
            if found != self._index and 0 <= on_screen < self.rows_visible:
                self.scroll_to(y=found - on_screen, animate=False)
            self._index = found
        if was_empty != (not len(view)):
            self.refresh()

    # the cursor

    def _put_cursor(self, index: int, *, scroll: bool = True) -> None:
        view = self.monitor.view
        self._index = max(0, min(index, len(view) - 1))
        key = view.key_at(self._index) if len(view) else None
        if scroll:
            self._scroll_to_cursor()
        if key != self.cursor:
            self.cursor = key
            self.post_message(JobHighlighted(key))
        self.repaint_changed()

    def _scroll_to_cursor(self) -> None:
        top, visible = self.scroll_offset.y, self.rows_visible
        if self._index < top:
            self.scroll_to(y=self._index, animate=False)
        elif self._index >= top + visible:
            self.scroll_to(y=self._index - visible + 1, animate=False)

    def _move(self, lines: int) -> None:
        self._moved = True
        self._put_cursor(self._index + lines)

    def visible_keys(self) -> list[JobKey]:
        """The jobs on the screen now, top to bottom."""
        return [row.key for row in self._drawn]

    def action_line_down(self) -> None:
        self._move(1)

    def action_line_up(self) -> None:
        self._move(-1)

    def action_half_down(self) -> None:
        self._move(max(1, self.rows_visible // 2))

    def action_half_up(self) -> None:
        self._move(-max(1, self.rows_visible // 2))

    def action_page_down(self) -> None:
        self._move(max(1, self.rows_visible - 1))

    def action_page_up(self) -> None:
        self._move(-max(1, self.rows_visible - 1))

    def action_to_top(self) -> None:
        self._put_cursor(0)
        self._moved = False

    def action_to_end(self) -> None:
        self._moved = True
        self._put_cursor(len(self.monitor.view) - 1)

    # what the terminal does

    def on_resize(self) -> None:
        self.look_again()
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        self._refresh_cursor_line()

    def on_blur(self) -> None:
        self._refresh_cursor_line()

    def _refresh_cursor_line(self) -> None:
        self.refresh(Region(0, self._index - self.scroll_offset.y + HEADER, self.size.width, 1))

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y - HEADER
        if event.y < HEADER or index >= len(self.monitor.view):
            return
        self._moved = True
        self._put_cursor(index)
        if event.chain == 2 and self.cursor is not None:
            self.post_message(JobOpened(self.cursor))
