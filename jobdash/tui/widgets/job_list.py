"""The job list: draws the visible lines of the monitor's view and holds no rows of its own.

Its cost depends on what is visible, never on how many jobs exist. The cursor lives in `moving_list.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from jobdash.engine.freshness import UNASKED
from jobdash.engine.group import GroupRow
from jobdash.engine.monitor import Batch, Monitor
from jobdash.model.job import JobKey
from jobdash.tui.messages import GroupToggled, JobOpened, SortRequested
from jobdash.tui.presentation import empty, heads
from jobdash.tui.presentation.age import Moment, Times, short, stepped
from jobdash.tui.presentation.columns import DEFAULT, Column
from jobdash.tui.presentation.layout import Placed, layout
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import Line, Span, width_of
from jobdash.tui.widgets.drawn_rows import MARKED, WILL_BE_MARKED, DrawnRow, changed, draw, draw_group
from jobdash.tui.widgets.ink import ground
from jobdash.tui.widgets.moving_list import HEADER, MovingList

MOST_STRIPS = 1_000
LIVELY = frozenset({"progress", "says"})
FIGURE = 5
"""Cells of ` 45%`, which changes more often than the bar before it."""


class JobList(MovingList):
    """Shows `monitor.view`; `times` is how ages are told, `beside` whether a detail pane tells errors already.

    `columns` are those that are wanted, None for the usual ones; `range_from` is where a range of marks began,
    `spare` shows figures instead of bars, for a slow line.
    """

    DEFAULT_CSS = """
    JobList { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__(monitor)
        self.times = Times.RELATIVE
        self.beside = False
        self.spare = False
        self.columns: Sequence[Column] | None = None
        self.range_from: JobKey | None = None
        self._placed: tuple[Placed, ...] = ()
        self._drawn: list[DrawnRow] = []
        self._drawn_at = -1
        self._looks: dict[JobKey, tuple[object, DrawnRow]] = {}
        self._strips: dict[DrawnRow | Line, Strip] = {}
        self._made_for: object = None
        self._width = 0

    # what is drawn

    def moment(self) -> Moment:
        """Now, or the moment at which the display was frozen."""
        clock, frozen = self.monitor.clock, self.monitor.board.frozen_at
        return Moment(clock.now() if frozen is None else frozen, clock.monotonic(), self.times)

    def _draw_visible(self) -> list[DrawnRow]:
        top, moment, drawn = self.scroll_offset.y, self.moment(), []
        doubt, gone = self.monitor.doubt, self.monitor.is_gone
        marks, ranged = self.monitor.board.marks, self._range()
        looks: dict[JobKey, tuple[object, DrawnRow]] = {}
        for at, row in enumerate(self.monitor.view.rows(top, top + self.rows_visible), top):
            if isinstance(row, GroupRow):
                drawn.append(draw_group(row, self.size.width, cursor=at == self.index))
                continue
            mark = WILL_BE_MARKED if at in ranged else MARKED if row.key in marks else ""
            cursor = row.key == self.cursor
            why = doubt(row.key)
            old, since = why is not None, self._since(row.key) if why == UNASKED else ""
            then = replace(moment, now=min(moment.now, self.monitor.known_at(row.key))) if old else moment
            lost = gone(row.key)
            look = (row, int(then.now), cursor, old, since, lost, mark)
            before = self._looks.get(row.key)
            if before is None or before[0] != look or self.deep:
                new = draw(row, self._placed, then, cursor=cursor, stale=old, since=since, gone=lost, mark=mark)
                before = (look, new)
            looks[row.key] = before
            drawn.append(before[1])
        self._looks = looks
        return drawn

    def _since(self, key: JobKey) -> str:
        """`2m old`: how long ago anybody told of this job."""
        heard = self.monitor.heard_at(key)
        return "" if heard is None else f"{short(stepped(self.monitor.clock.monotonic() - heard))} old"

    def _range(self) -> range:
        """The rows between the beginning of a range of marks and the cursor."""
        start = self.monitor.view.position(self.range_from) if self.range_from is not None else None
        return range(0) if start is None else range(min(start, self.index), max(start, self.index) + 1)

    def repaint_changed(self) -> None:
        if not self._placed or self._drawn_at != self.scroll_offset.y:
            self._drawn_at = -1
            return
        before, self._drawn = self._drawn, self._draw_visible()
        if regions := list(changed(before, self._drawn, self._placed, self.size.width, HEADER)):
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines that look as before are the same strips, wherever they stand now: making them is most of a paint."""
        self._own, self._width = None, self.size.width
        made_for = (self._placed, self._width, self.ink, self.own_style(), self.has_focus)
        if made_for != self._made_for or len(self._strips) > MOST_STRIPS:
            self._strips, self._made_for = {}, made_for
        strips = [self.render_line(y) for y in crop.line_range]
        for kind in self.get_line_filters():
            strips = [strip.apply_filter(kind, self.background_colors[1]) for strip in strips]
        whole = crop.column_span == (0, self._width)
        return strips if whole else [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        if self._drawn_at != self.scroll_offset.y:
            self._drawn, self._drawn_at = self._draw_visible(), self.scroll_offset.y
        content = self._content(y)
        if (strip := self._strips.get(content)) is None:
            strip = self._strips[content] = self._made(content)
        return strip

    def _content(self, y: int) -> DrawnRow | Line:
        if y < HEADER:
            return heads.line(self._placed, self.monitor.board.sort)
        if not len(self.monitor.view):
            return self._empty_line(y)
        return self._drawn[y - HEADER] if y - HEADER < len(self._drawn) else ()

    def _made(self, content: DrawnRow | Line) -> Strip:
        if not isinstance(content, DrawnRow):
            return self.painted(content, self._width)
        under = ground(self.ink.variables, self._cursor_ground()) if content.cursor else None
        return self.painted(self._row(content), self._width, under)

    def _cursor_ground(self) -> str:
        return "cursor" if self.has_focus else "cursor-blurred"

    def _row(self, drawn: DrawnRow) -> Iterator[Span]:
        if drawn.key is None:
            yield from drawn.cells[0]
            return
        x = 0
        for placed, cell in zip(self._placed, drawn.cells, strict=True):
            gap = placed.x - x
            if placed.column.id == "job" and drawn.mark and gap > 1:
                yield from (Span(" " * (gap - 2)), Span(drawn.mark, "bold brand"), Span(" "))
            else:
                yield Span(" " * gap)
            rest = placed.width - width_of(cell)
            if placed.column.align == "right":
                yield Span(" " * rest)
            yield from cell
            if placed.column.align == "left":
                yield Span(" " * rest)
            x = placed.x + placed.width

    def _empty_line(self, y: int) -> Line:
        if not self.monitor.view.complete:
            return (Span("  looking …", "quiet"),) if y == HEADER + 1 else ()
        said = empty.lines(self.monitor.servers(), self.monitor.query, self.monitor.total(), self.size.width - 4)
        index = y - max(HEADER + 1, (self.size.height - len(said)) // 2 - 1)
        if not 0 <= index < len(said):
            return ()
        return (Span(" " * max(0, (self.size.width - width_of(said[index])) // 2)), *said[index])

    # news

    def look_again(self) -> None:
        """After anything that changes the columns or all of the rows: size, times, theme, query."""
        names = [cell_len(one_line(server.name)) for server in self.monitor.servers()]
        without = set()
        if self.columns is None:
            without = {"says"} if self.beside and self.size.width < 110 else set()
            without |= {"server"} if len(names) < 2 else set()
        wanted, wants = self.columns or DEFAULT, {"server": max(names, default=0)}
        self._placed = layout(self.size.width - 1, self.times, without, columns=wanted, wants=wants, spare=self.spare)
        self._looks, self._drawn_at = {}, -1
        self.follow_rows()
        self.refresh()

    def take(self, batch: Batch) -> None:
        """What the engine just said: moves with the rows, then repaints the cells that differ."""
        if batch.rows:
            self.follow_rows()
        if batch.rows or batch.jobs or batch.servers or batch.details:
            self.repaint_changed()
        if (batch.servers or batch.rows) and not len(self.monitor.view):
            self.refresh()

    @property
    def edges(self) -> list[int]:
        """Where the columns begin that change often, and the figure at the end of a bar."""
        figures = (p.x + p.width - FIGURE for p in self._placed if p.column.id == "progress" and p.width > FIGURE + 4)
        return sorted({*(placed.x for placed in self._placed if placed.column.id in LIVELY), *figures})

    @property
    def deep(self) -> bool:
        """Whether a column shows something of the jobs' data."""
        return any(column.deep for column in self.columns or ())

    def visible_keys(self) -> list[JobKey]:
        """The jobs on the screen now, top to bottom."""
        return [row.key for row in self._drawn if row.key is not None]

    # what the terminal does

    def on_resize(self) -> None:
        self.look_again()
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        if event.y < HEADER:
            if (field := heads.field_at(self._placed, event.x)) is not None:
                self.post_message(SortRequested(field))
            return
        index = self.scroll_offset.y + event.y - HEADER
        if index >= len(self.monitor.view):
            return
        self.move_to(index)
        if self.heading is not None:
            self.post_message(GroupToggled(self.heading))
        elif event.chain == 2 and self.cursor is not None:
            self.post_message(JobOpened(self.cursor))
