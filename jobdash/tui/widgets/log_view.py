"""A log in which something is looked for: search, filter and a jump by time. How it is drawn and moved: `log_rows`."""

from collections.abc import Iterator

from jobdash.model.log import LogLine
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import FindRequested
from jobdash.tui.presentation import log_told
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.log_time import moment
from jobdash.tui.presentation.spans import Line
from jobdash.tui.widgets.log_filter import LogFilter, seek
from jobdash.tui.widgets.log_rows import LogRows

SOON = 0.001
"""Seconds: a search goes on after the keys that wait."""


class LogView(LogRows, can_focus=True, inherit_bindings=False):
    """Told a source by `read`, and by `grown` that it has more. Tells `Said` when the line above it is out of date.

    With `grows` False nothing is said of following its end.
    """

    PLACES = (Where.TEXT, Where.LOG)
    BINDINGS = [  # noqa: RUF012 - Textual's own form
        *bindings(Where.DETAIL, moves=True),
        *(binding for place in PLACES for binding in bindings(place)),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None, grows: bool = True) -> None:
        self.grows = grows
        self._filter: LogFilter | None = None
        self._needle = ""
        self._match: int | None = None
        self._seeking: Iterator[int | None] | None = None
        self._missed = False
        super().__init__(id=id, classes=classes)

    # which lines are rows

    def row_count(self) -> int:
        return len(self.source.lines) if self._filter is None else len(self._filter.kept)

    def line_of(self, row: int) -> int:
        return row if self._filter is None else self._filter.kept[row]

    def row_of(self, line: int) -> int:
        return line if self._filter is None else self._filter.row_of(line)

    def is_aside(self, entry: LogLine) -> bool:
        return self._filter is not None and self._filter.context > 0 and not self._filter.matches(entry)

    @property
    def marked(self) -> str:
        return self._needle or (self._filter.needle if self._filter is not None else "")

    def begun(self) -> None:
        self._filter, self._needle, self._match, self._seeking = None, "", None, None

    def moved_up(self, lines: int) -> None:
        self._match = None if self._match is None else max(0, self._match - lines)
        if self._filter is not None:
            self._filter = LogFilter(self._filter.needle, self.shown.context)

    def take_in(self) -> None:
        """The next lines of a filter under way; the rest after the keys that wait."""
        more = self._filter is not None and self._filter.look(self.source.lines)
        super().take_in()
        if more:
            self.set_timer(SOON, self.take_in)

    @property
    def told(self) -> Line:
        """Where one is and what is looked for, for the line above."""
        below = self.row_count() - self.place.top - self.size.height
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
            grows=self.grows,
        )
        return log_told.line(state)

    # what is asked for

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
        self.fold_anew()
        if text:
            self._start_seek(self._line_at_top(), 1)
        else:
            self._seeking, self._missed = None, False
        self.repaint()
        return None

    # searching

    def _line_at_top(self) -> int:
        return self.line_of(self.place.top) if self.place.top < self.row_count() else 0

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
            self.set_timer(SOON, self._seek)
            return
        self._seeking = None
        if index < 0:
            self._missed = True
        else:
            self._match = index
            self.show_line(index)
        self.repaint()

    # filtering

    def _keep_only(self, needle: str) -> None:
        here = self._line_at_top()
        self._filter = LogFilter(needle, self.shown.context) if needle else None
        self.fold_anew()
        self.place.top = self.place.sub = 0
        self.take_in()
        if not needle and not self.follows:
            self.show_line(here)

    def action_more_context(self) -> None:
        self._set_context(self.shown.context + 1)

    def action_less_context(self) -> None:
        self._set_context(max(0, self.shown.context - 1))

    def _set_context(self, lines: int) -> None:
        self.shown.context = lines
        if self._filter is not None:
            self._keep_only(self._filter.needle)

    # by time

    def _to_time(self, text: str) -> str | None:
        lines = self.source.lines
        near = next((line.at for line in reversed(lines) if line.at is not None), None)
        if near is None:
            return "no line of this log has a time"
        zone = self.when if self.when.times is not Times.RELATIVE else Moment(0, 0, Times.UTC)
        wanted = moment(text, self.when.now, near, zone.tz)
        if wanted is None:
            return f"{text} is no time; 03:12, 03:12:44, -5m or 2026-11-22T03:12 is"
        index = next((i for i, line in enumerate(lines) if line.at is not None and line.at >= wanted), len(lines) - 1)
        self.show_line(index)
        return None
