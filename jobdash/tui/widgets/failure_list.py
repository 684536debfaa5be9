"""The groups of failures, two lines each, with a cursor on one of them."""

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from jobdash.engine.failures import Group
from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation import failure_row
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.widgets.ink import Inked, ground
from jobdash.tui.widgets.steps import Steps

HIGH = 2


class FailureList(Steps, Inked, can_focus=True, inherit_bindings=False):
    """The cursor stays on its fingerprint while counts and order change."""

    ALLOW_SELECT = False
    PLACES = (Where.FAILURES,)
    BINDINGS = bindings(Where.DETAIL, moves=True)
    DEFAULT_CSS = "FailureList { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"

    class Moved(Message):
        """The cursor is on another group."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: Sequence[Group] = ()
        self._lines: list[Line] = []
        self._index = 0

    @property
    def group(self) -> Group | None:
        """The one under the cursor."""
        return self._groups[self._index] if self._groups else None

    def tell(self, groups: Sequence[Group], total: int, moment: Moment) -> None:
        """What there is now."""
        here = self.group.fingerprint.id if self.group is not None else None
        self._groups = groups
        ids = [group.fingerprint.id for group in groups]
        self._index = ids.index(here) if here in ids else min(self._index, max(0, len(ids) - 1))
        width = self.size.width - 2
        lines = [line for group in groups for line in failure_row.lines(group, total, moment, width)]
        if lines != self._lines:
            self._lines = lines
            self.reach(len(lines))
            self.refresh()

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        line = self._lines[index] if index < len(self._lines) else ()
        chosen = bool(line) and index // HIGH == self._index
        under = ground(self.ink.variables, "cursor") if chosen else None
        return self.painted((Span(" "), *line), self.size.width, under)

    def _go(self, index: int) -> None:
        self._index = max(0, min(index, len(self._groups) - 1))
        top, height = self.scroll_offset.y, max(HIGH, self.size.height)
        if self._index * HIGH < top:
            self.scroll_to(y=self._index * HIGH, animate=False)
        elif (self._index + 1) * HIGH > top + height:
            self.scroll_to(y=(self._index + 1) * HIGH - height, animate=False)
        self.refresh()
        self.post_message(self.Moved())

    @property
    def page(self) -> int:
        return self.size.height // HIGH

    def step(self, by: int) -> None:
        self._go(self._index + by)

    def action_to_top(self) -> None:
        self._go(0)

    def action_to_end(self) -> None:
        self._go(len(self._groups) - 1)

    def on_click(self, event: events.Click) -> None:
        if self._groups:
            self._go((self.scroll_offset.y + event.y) // HIGH)
