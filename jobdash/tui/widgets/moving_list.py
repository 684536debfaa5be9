"""The moving half of the job list: where the cursor is, how it moves, and how it stays on its job while rows move.

The cursor is on a job or on the header of a group, never on a line. What rows look like is not known here.
"""

from abc import abstractmethod

from textual.geometry import Region

from jobdash.engine.group import GroupRow
from jobdash.engine.monitor import Monitor
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import JobHighlighted
from jobdash.tui.widgets.ink import Inked
from jobdash.tui.widgets.steps import Steps

HEADER = 1
HOLD = 1.0
"""Seconds after a key for which rows keep their places: what a person is about to press stays where it was."""


class MovingList(Steps, Inked, can_focus=True, inherit_bindings=False):
    """Rows are those of `monitor.view`. `following` is the job that the cursor does not leave, whatever happens."""

    ALLOW_SELECT = False
    BINDINGS = bindings(Where.LIST, moves=True)

    def __init__(self, monitor: Monitor) -> None:
        super().__init__()
        self.monitor = monitor
        self.cursor: JobKey | None = None
        self.heading: GroupRow | None = None
        self.following: JobKey | None = None
        self.index = 0
        self._moved = False

    @property
    def rows_visible(self) -> int:
        return max(0, self.size.height - HEADER)

    @abstractmethod
    def repaint_changed(self) -> None:
        """Looks at the visible rows again and marks only the cells that became different."""

    # while rows move

    def follow_rows(self) -> None:
        """Keeps the cursor on its job and, if possible, at its place on the screen. Whoever calls this paints then."""
        view = self.monitor.view
        was_empty = self.virtual_size.height <= HEADER
        self.reach(len(view) + HEADER)
        found = self._row_of_cursor() if self._moved else None
        on_screen = self.index - self.scroll_offset.y
        if found is None:
            self._cursor_is_lost()
        else:
            if found != self.index and 0 <= on_screen < self.rows_visible:
                self.scroll_to(y=found - on_screen, animate=False, immediate=True)
            self.index = found
            if view.key_at(found) != self.cursor:
                self._stand_on(found)
        if self.following is not None:
            self._scroll_to_cursor()
        if was_empty != (not len(view)):
            self.refresh()

    def _row_of_cursor(self) -> int | None:
        view = self.monitor.view
        if self.cursor is not None:
            found = view.position(self.cursor)
            return found if found is not None else view.header_of(self.cursor)
        return view.header_at(self.heading.value) if self.heading is not None else None

    def _cursor_is_lost(self) -> None:
        """The job is no longer among the rows: its neighbour is next, unless it is followed."""
        if self.following is None:
            self._stand_on(self.index)

    def stay(self) -> None:
        """The cursor no longer stands for whatever is on top, but for the job that it is on."""
        self._moved = True

    def follow(self, key: JobKey | None) -> None:
        """From now on the cursor stays on this job even while no row shows it; None ends that."""
        self.following = key
        self._moved = True
        if key is not None and key != self.cursor:
            self.go_to(key)
        self.repaint_changed()

    # the cursor

    def go_to(self, key: JobKey) -> None:
        """Puts the cursor on this job, whether or not a row shows it yet."""
        self._moved = True
        found = self.monitor.view.position(key)
        if found is not None:
            self.put_cursor(found)
        elif key != self.cursor:
            self.cursor, self.heading = key, None
            self.post_message(JobHighlighted(key))

    def put_cursor(self, index: int) -> None:
        """Puts the cursor on a row, or on the nearest one that there is, and shows it."""
        self._stand_on(index)
        self._scroll_to_cursor()
        self.repaint_changed()

    def _stand_on(self, index: int) -> None:
        view = self.monitor.view
        self.index = max(0, min(index, len(view) - 1))
        key, self.heading = view.key_at(self.index), view.group_at(self.index)
        if key != self.cursor:
            self.cursor = key
            self.post_message(JobHighlighted(key))

    def _scroll_to_cursor(self) -> None:
        top, visible = self.scroll_offset.y, self.rows_visible
        if self.index < top:
            self.scroll_to(y=self.index, animate=False, immediate=True)
        elif self.index >= top + visible:
            self.scroll_to(y=self.index - visible + 1, animate=False, immediate=True)

    def move_to(self, index: int) -> None:
        """A person moves: rows keep their places for a moment, and a followed job is let go."""
        self._moved = True
        self.following = None
        self.put_cursor(index)
        self.monitor.board.hold(HOLD)

    @property
    def page(self) -> int:
        return self.rows_visible

    def step(self, by: int) -> None:
        self.move_to(self.index + by)

    def action_to_top(self) -> None:
        self.move_to(0)
        self._moved = False

    def action_to_end(self) -> None:
        self.move_to(len(self.monitor.view) - 1)

    def on_focus(self) -> None:
        self._refresh_cursor_line()

    def on_blur(self) -> None:
        self._refresh_cursor_line()

    def _refresh_cursor_line(self) -> None:
        self.refresh(Region(0, self.index - self.scroll_offset.y + HEADER, self.size.width, 1))
