"""A log that grows: draws the visible lines only, whatever their number. What a line looks like is in `log_line`."""

from dataclasses import dataclass

from textual.message import Message
from textual.strip import Strip

from jobdash.engine.log_source import LogSource
from jobdash.model.log import LogLine
from jobdash.tui.presentation import log_line
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.log_line import Look
from jobdash.tui.presentation.spans import Line, Span, without_ids
from jobdash.tui.widgets.ink import Ink, Inked
from jobdash.tui.widgets.log_place import LogPlace, Place
from jobdash.tui.widgets.steps import Steps

SIDEWAYS = 20
KEPT = 400
"""Folded lines that are remembered, so that a very long one is not folded for every frame."""


@dataclass(slots=True)
class Shown:
    """How a person wants to read; stays from job to job."""

    wrap: bool = False
    times: bool = True
    context: int = 0


class LogRows(Steps, Inked, can_focus=True, inherit_bindings=False):
    """Which lines are rows, and what is marked in them, a subclass may narrow; here every line is a row."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LogRows { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"
    LEFT = 1

    class Said(Message):
        """Something that is told beside the tabs has changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.shown = Shown()
        self.source = LogSource(())
        self.follows = True
        self.when = Moment(0.0, 0.0)
        self._empty = ""
        self._sideways = 0
        self._levels = False
        self._looked_for_levels = 0
        self._changed = 0
        self._known = (0, 0, Times.RELATIVE, "")
        self._folds: dict[int, list[Line]] = {}
        self._frame: list[Line] | None = None
        self._dipped: Ink | None = None
        self.place = LogPlace(self.row_count, self._height_of)

    # what a subclass may narrow

    def row_count(self) -> int:
        return len(self.source.lines)

    def line_of(self, row: int) -> int:
        """The line that stands in a row."""
        return row

    def row_of(self, line: int) -> int:
        """The row of a line, or of the first one after it that has a row."""
        return line

    def is_aside(self, entry: LogLine) -> bool:
        """Whether a line is only there for its neighbour."""
        return False

    @property
    def marked(self) -> str:
        """The text that is marked wherever it stands."""
        return ""

    def begun(self) -> None:
        """Another log is read now."""

    def moved_up(self, lines: int) -> None:
        """Lines are elsewhere now: so many have left at the start, or some came in between."""

    # what is read

    def read(self, source: LogSource, when: Moment, empty: str) -> None:
        """Another log, from its end."""
        self.source = source
        self._changed, self._sideways, self._levels, self._looked_for_levels = source.changed, 0, False, 0
        self.follows, self._frame = True, None
        self._known = (0, source.dropped, when.times, "")
        self.place.top = self.place.sub = 0
        self.begun()
        self.fold_anew()
        self.grown(when, empty)

    def grown(self, when: Moment, empty: str) -> None:
        """The same log may have more lines now."""
        self.source.update()
        if when.times is not self.when.times:
            self.fold_anew()
        self.when, self._empty = when, empty
        before, self._known = self._known, (len(self.source.lines), self.source.dropped, when.times, empty)
        if before == self._known and self._frame is not None:
            return
        if self.source.changed != self._changed:
            self._reordered(self.source.dropped - before[1])
        self._look_for_levels()
        self.take_in()

    def _reordered(self, left: int) -> None:
        self._changed = self.source.changed
        self.fold_anew()
        self.place.top = max(0, self.place.top - left)
        self.moved_up(left)

    def _look_for_levels(self) -> None:
        fresh = self.source.lines[self._looked_for_levels : self._looked_for_levels + 2_000]
        self._looked_for_levels += len(fresh)
        if not self._levels and any(line.level for line in fresh):
            self._levels = True
            self.fold_anew()

    def take_in(self) -> None:
        """After anything that may have changed the rows: the scroll range, the end when it is followed, the picture."""
        rows, height = self.row_count(), self.size.height
        self.reach(rows + (height - 1 if self.shown.wrap and rows else 0))
        if self.follows:
            self.go(self.place.end(height))
        self.repaint()

    def fold_anew(self) -> None:
        """What a line looks like has changed."""
        self._folds.clear()

    def repaint(self) -> None:
        """Draws the visible lines anew, and says that what is told of them may be other words now."""
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
        return Look(self.when, self.shown.times, self._levels, self.marked, prefix)

    def _drawn(self, row: int) -> Line:
        index = self.line_of(row)
        entry = self.source.lines[index]
        return without_ids(log_line.line(entry, self._look(), self.source.name_of(index), aside=self.is_aside(entry)))

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
        row, sub = self.place.top, self.place.sub
        while len(lines) < height and row < self.row_count():
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

    # moving

    def go(self, place: Place) -> None:
        """Puts a line and its row at the top of the screen."""
        self.place.top, self.place.sub = place
        self._frame = None
        if round(self.scroll_y) != self.place.top:
            self._scroll_there()
            if round(self.scroll_y) != self.place.top:
                self.call_after_refresh(self._scroll_there)  # the range grows with the next layout only

    def _scroll_there(self) -> None:
        self.scroll_to(y=self.place.top, animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel and the scrollbar move by whole lines."""
        super().watch_scroll_y(old_value, new_value)
        held_back = self.follows and new_value >= self.max_scroll_y  # by a range that is still too small, by nobody
        if round(new_value) != self.place.top and not held_back:
            self.place.top, self.place.sub = round(new_value), 0
            self.follows = self.place.at_end(self.size.height)
            self.repaint()

    def step(self, by: int) -> None:
        self.go(self.place.moved(by, self.size.height))
        self.follows = by > 0 and self.place.at_end(self.size.height)
        self.repaint()

    def show_line(self, index: int) -> None:
        """Puts a line a third down from the top."""
        row = self.row_of(index)
        self.follows = False
        self.go(self.place.bounded(row, 0, self.size.height))
        self.go(self.place.moved(-(self.size.height // 3), self.size.height) if row else (0, 0))
        self.repaint()

    def action_to_top(self) -> None:
        self.go((0, 0))
        self.follows = False
        self.repaint()

    def action_to_end(self) -> None:
        self.follows = True
        self.take_in()

    # how it is read

    def _anew(self) -> None:
        self.fold_anew()
        self.place.sub = 0
        self.take_in()

    def action_wrap(self) -> None:
        self.shown.wrap, self._sideways = not self.shown.wrap, 0
        self._anew()

    def action_line_times(self) -> None:
        self.shown.times = not self.shown.times
        self._anew()

    def action_follow_end(self) -> None:
        self.follows = not self.follows
        self.take_in()

    def action_sideways(self) -> None:
        self._sideways += 0 if self.shown.wrap else SIDEWAYS
        self.repaint()

    def action_back_sideways(self) -> None:
        self._sideways = max(0, self._sideways - SIDEWAYS)
        self.repaint()

    def on_resize(self) -> None:
        self._anew()
