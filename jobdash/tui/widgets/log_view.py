"""A log that grows: draws the visible lines only, whatever their number. What a line looks like is in `log_line`."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from jobdash.engine.log_source import LogSource
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import FindRequested
from jobdash.tui.presentation import log_line, log_told
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.log_line import Look
from jobdash.tui.presentation.log_time import moment
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.widgets.ink import Ink, Inked
from jobdash.tui.widgets.log_filter import LogFilter, seek
from jobdash.tui.widgets.log_place import LogPlace

SIDEWAYS = 20
KEPT = 400
"""Folded lines that are remembered, so that a very long one is not folded for every frame."""


@dataclass(slots=True)
class Shown:
    """How a person wants to read; stays from job to job."""

    wrap: bool = False
    times: bool = True
    context: int = 0


class LogView(ScrollView, Inked, can_focus=True, inherit_bindings=False):
    """Told a source by `read`, and by `grown` that it has more. Tells `Said` when the line above it is out of date."""

    ALLOW_SELECT = False
    PLACES = (Where.TEXT, Where.LOG)
    BINDINGS = [  # noqa: RUF012 - Textual's own form
        *bindings(Where.DETAIL, moves=True),
        *(binding for place in PLACES for binding in bindings(place)),
    ]
    DEFAULT_CSS = "LogView { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"
    LEFT = 1

    class Said(Message):
        """Something that is told beside the tabs has changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.shown = Shown()
        self.source = LogSource(())
        self.follows = True
        self._when = Moment(0.0, 0.0)
        self._empty = ""
        self._filter: LogFilter | None = None
        self._needle = ""
        self._match: int | None = None
        self._seeking: Iterator[int | None] | None = None
        self._missed = False
        self._sideways = 0
        self._levels = False
        self._looked_for_levels = 0
        self._changed = 0
        self._known = (0, 0, Times.RELATIVE, "")
        self._folds: dict[int, list[Line]] = {}
        self._frame: list[Line] | None = None
        self._dipped: Ink | None = None
        self._place = LogPlace(self._row_count, self._height_of)

    # what is read

    def read(self, source: LogSource, when: Moment, empty: str) -> None:
        """Another log, from its end."""
        self.source, self._filter, self._needle, self._match, self._seeking = source, None, "", None, None
        self._changed, self._sideways, self._levels, self._looked_for_levels = source.changed, 0, False, 0
        self.follows, self._frame = True, None
        self._known = (0, source.dropped, when.times, "")
        self._folds.clear()
        self._place.top = self._place.sub = 0
        self.grown(when, empty)

    def grown(self, when: Moment, empty: str) -> None:
        """The same log may have more lines now."""
        self.source.update()
        if when.times is not self._when.times:
            self._folds.clear()
        self._when, self._empty = when, empty
        before, self._known = self._known, (len(self.source.lines), self.source.dropped, when.times, empty)
        if before == self._known and self._frame is not None:
            return
        if self.source.changed != self._changed:
            self._reordered(self.source.dropped - before[1])
        self._look_for_levels()
        if self._filter is not None:
            self._filter_on()
        self._grow()

    def _reordered(self, left: int) -> None:
        """Lines are elsewhere now: so many have left at the start, or some came in between."""
        self._changed = self.source.changed
        self._folds.clear()
        self._place.top = max(0, self._place.top - left)
        self._match = None if self._match is None else max(0, self._match - left)
        if self._filter is not None:
            self._filter = LogFilter(self._filter.needle, self.shown.context)

    def _look_for_levels(self) -> None:
        fresh = self.source.lines[self._looked_for_levels : self._looked_for_levels + 2_000]
        self._looked_for_levels += len(fresh)
        if not self._levels and any(line.level for line in fresh):
            self._levels = True
            self._folds.clear()

    def _row_count(self) -> int:
        return len(self.source.lines) if self._filter is None else len(self._filter.kept)

    def _line_of(self, row: int) -> int:
        return row if self._filter is None else self._filter.kept[row]

    def _grow(self) -> None:
        """After anything that may have changed the rows: the scroll range, the end when it is followed, the picture."""
        rows, height = self._row_count(), self.size.height
        self.virtual_size = Size(self.size.width, rows + (height - 1 if self.shown.wrap and rows else 0))
        if self.follows:
            self._go(self._place.end(height))
        self._repaint()

    def _repaint(self) -> None:
        self._frame = None
        self.refresh()
        self.post_message(self.Said())

    # drawing

    @property
    def _text_width(self) -> int:
        return max(10, self.size.width - self.LEFT - 1)

    def _look(self) -> Look:
        names = self.source.names
        prefix = min(16, max(len(name) for name in names)) if self.source.several else 0
        needle = self._needle or (self._filter.needle if self._filter is not None else "")
        return Look(self._when, self.shown.times, self._levels, needle, prefix)

    def _drawn(self, row: int) -> Line:
        index = self._line_of(row)
        entry = self.source.lines[index]
        aside = self._filter is not None and self._filter.context > 0 and not self._filter.matches(entry)
        return log_line.line(entry, self._look(), self.source.name_of(index), aside=aside)

    def _rows_of(self, row: int) -> list[Line]:
        """The rows of the screen that a line needs."""
        known = self._folds.get(row)
        if known is None:
            if len(self._folds) >= KEPT:
                self._folds.clear()
            known = self._folds[row] = log_line.folded(self._drawn(row), self._text_width)
        return known

    def _height_of(self, row: int) -> int:
        return len(self._rows_of(row)) if self.shown.wrap else 1

    def _visible(self) -> list[Line]:
        height = self.size.height
        lines: list[Line] = []
        row, sub = self._place.top, self._place.sub
        while len(lines) < height and row < self._row_count():
            if self.shown.wrap:
                lines.extend(self._rows_of(row)[sub:])
            else:
                content = self._drawn(row)
                lines.append(log_line.shifted(content, self._sideways) if self._sideways else content)
            row, sub = row + 1, 0
        return lines[:height]

    def render_line(self, y: int) -> Strip:
        if self._frame is None or self._dipped is not self.ink:
            self._frame = self._visible() or [(Span(self._empty, "quiet"),)]
            self._dipped = self.ink
        content = self._frame[y] if y < len(self._frame) else ()
        return self.painted((Span(" " * self.LEFT), *content), self.size.width)

    @property
    def told(self) -> Line:
        """Where one is and what is looked for, for the line above."""
        below = self._row_count() - self._place.top - self.size.height
        state = log_told.State(
            lines=len(self.source.lines),
            dropped=self.source.dropped,
            below=max(0, below) if not self.follows else 0,
            follows=self.follows,
            needle=self._needle,
            missed=self._missed,
            seeking=self._seeking is not None,
            filter=None if self._filter is None else (self._filter.needle, self._filter.count),
            problem=self.source.problem,
        )
        return log_told.line(state)

    # moving

    def _go(self, place: tuple[int, int]) -> None:
        self._place.top, self._place.sub = place
        self._frame = None
        if round(self.scroll_y) != self._place.top:
            self.scroll_to(y=self._place.top, animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel and the scrollbar move by whole lines."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) != self._place.top:
            self._place.top, self._place.sub = round(new_value), 0
            self.follows = self._place.at_end(self.size.height)
            self._repaint()

    def _by(self, rows: int) -> None:
        self._go(self._place.moved(rows, self.size.height))
        self.follows = rows > 0 and self._place.at_end(self.size.height)
        self._repaint()

    def _show_line(self, index: int) -> None:
        """Puts a line a third down from the top."""
        row = index if self._filter is None else self._filter.row_of(index)
        self.follows = False
        self._go(self._place.bounded(row, 0, self.size.height))
        self._go(self._place.moved(-(self.size.height // 3), self.size.height) if row else (0, 0))
        self._repaint()

    def action_line_down(self) -> None:
        self._by(1)

    def action_line_up(self) -> None:
        self._by(-1)

    def action_half_down(self) -> None:
        self._by(self.size.height // 2)

    def action_half_up(self) -> None:
        self._by(-(self.size.height // 2))

    def action_page_down(self) -> None:
        self._by(self.size.height - 1)

    def action_page_up(self) -> None:
        self._by(1 - self.size.height)

    def action_to_top(self) -> None:
        self._go((0, 0))
        self.follows = False
        self._repaint()

    def action_to_end(self) -> None:
        self.follows = True
        self._grow()

    # how it is read

    def _anew(self) -> None:
        self._folds.clear()
        self._place.sub = 0
        self._grow()

    def action_wrap(self) -> None:
        self.shown.wrap, self._sideways = not self.shown.wrap, 0
        self._anew()

    def action_line_times(self) -> None:
        self.shown.times = not self.shown.times
        self._anew()

    def action_follow_end(self) -> None:
        self.follows = not self.follows
        self._grow()

    def action_sideways(self) -> None:
        self._sideways += 0 if self.shown.wrap else SIDEWAYS
        self._repaint()

    def action_back_sideways(self) -> None:
        self._sideways = max(0, self._sideways - SIDEWAYS)
        self._repaint()

    # searching and filtering

    def action_find(self) -> None:
        self.post_message(FindRequested("search", self._needle))

    def action_filter(self) -> None:
        self.post_message(FindRequested("filter", self._filter.needle if self._filter is not None else ""))

    def action_to_time(self) -> None:
        self.post_message(FindRequested("time", ""))

    def find(self, purpose: str, text: str) -> str | None:
        """What was typed; gives a sentence when it cannot be done."""
        if purpose == "time":
            return self._to_time(text)
        if purpose == "filter":
            self._keep_only(text)
            return None
        self._needle, self._match = text, None
        self._folds.clear()
        if text:
            self._start_seek(self._line_at_top(), 1)
        else:
            self._seeking, self._missed = None, False
        self._repaint()
        return None

    def _line_at_top(self) -> int:
        return self._line_of(self._place.top) if self._place.top < self._row_count() else 0

    def action_match_after(self) -> None:
        self._start_seek((self._line_at_top() if self._match is None else self._match) + 1, 1)

    def action_match_before(self) -> None:
        self._start_seek((self._line_at_top() if self._match is None else self._match) - 1, -1)

    def _start_seek(self, start: int, step: int) -> None:
        if self._needle and self.source.lines:
            self._missed = False
            self._seeking = seek(self.source.lines, self._needle, start, step)
            self._seek()

    def _seek(self) -> None:
        if self._seeking is None:
            return
        index = next(self._seeking, -1)
        if index is None:
            self.set_timer(0.001, self._seek)
            return
        self._seeking = None
        if index < 0:
            self._missed = True
        else:
            self._match = index
            self._show_line(index)
        self._repaint()

    def _keep_only(self, needle: str) -> None:
        here = self._line_at_top()
        self._filter = LogFilter(needle, self.shown.context) if needle else None
        self._folds.clear()
        self._place.top = self._place.sub = 0
        if self._filter is not None:
            self._filter_on()
        else:
            self._grow()
            if not self.follows:
                self._show_line(here)

    def _filter_on(self) -> None:
        """The next lines of a filter under way; the rest after the keys that wait."""
        if self._filter is None:
            return
        more = self._filter.look(self.source.lines)
        self._grow()
        if more:
            self.set_timer(0.001, self._filter_on)

    def action_more_context(self) -> None:
        self._set_context(self.shown.context + 1)

    def action_less_context(self) -> None:
        self._set_context(max(0, self.shown.context - 1))

    def _set_context(self, lines: int) -> None:
        self.shown.context = lines
        if self._filter is not None:
            self._keep_only(self._filter.needle)

    def _to_time(self, text: str) -> str | None:
        lines = self.source.lines
        near = next((line.at for line in reversed(lines) if line.at is not None), None)
        if near is None:
            return "no line of this log has a time"
        zone = self._when if self._when.times is not Times.RELATIVE else Moment(0, 0, Times.UTC)
        wanted = moment(text, self._when.now, near, zone.tz)
        if wanted is None:
            return f"{text} is no time; 03:12, 03:12:44, -5m or 2026-11-22T03:12 is"
        index = next((i for i, line in enumerate(lines) if line.at is not None and line.at >= wanted), len(lines) - 1)
        self._show_line(index)
        return None

    def on_resize(self) -> None:
        self._anew()
