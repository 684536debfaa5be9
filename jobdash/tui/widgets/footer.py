"""The bottom line: the keys that work now. A key that is not possible for this job is greyed, never gone."""

from collections.abc import Callable, Sequence

from textual import events
from textual.screen import ModalScreen, Screen

from jobdash.tui.actions import KeyRow, Where, rows
from jobdash.tui.keymap import keymap_of
from jobdash.tui.presentation.spans import EMPTY, Line, Span, width_of
from jobdash.tui.widgets.still_lines import StillLines

GAP = 2
AT_THE_END = 99
"""The place of help, which stands at the right end whatever else has room."""


class Footer(StillLines):
    """Told which rows there are; a click on one does what its key does. Under a dialog it shows the dialog's keys."""

    _places: Sequence[tuple[int, int, KeyRow]] = ()
    _told: tuple[Sequence[KeyRow], Callable[[KeyRow], bool], Line] = ((), lambda row: True, EMPTY)

    def on_mount(self) -> None:
        self.app.screen_change_signal.subscribe(self, self._screen_changed)

    def _screen_changed(self, _: Screen[object]) -> None:
        self._draw()

    def tell(self, rows: Sequence[KeyRow], possible: Callable[[KeyRow], bool], note: Line = ()) -> None:
        """As many as fit, in their order; `note` and help always stand at the right end."""
        self._told = (rows, possible, note)
        self._draw()

    def _draw(self) -> None:
        over = self.app.screen
        if isinstance(over, ModalScreen) and over is not self.screen:
            self._put(rows(getattr(over, "PLACE", Where.PICK)), lambda row: True, EMPTY)
        else:
            self._put(*self._told)

    def _put(self, rows: Sequence[KeyRow], possible: Callable[[KeyRow], bool], note: Line) -> None:
        keymap = keymap_of(self.app)
        ordered = sorted((keymap.row(row) for row in rows if row.footer), key=lambda row: row.footer)
        last = ordered.pop() if ordered and ordered[-1].footer >= AT_THE_END else None
        help = self._item(last, True) if last is not None else EMPTY
        tail: Line = (*note, Span("   "), *help) if note else help
        room = self.app.size.width - width_of(tail) - 2
        line: list[Span] = [Span(" ")]
        places: list[tuple[int, int, KeyRow]] = []
        x = 1
        for row in ordered:
            item = self._item(row, possible(row))
            size = width_of(item)
            if x + size + GAP > room:
                break
            line += [*item, Span(" " * GAP)]
            places.append((x, x + size, row))
            x += size + GAP
        line += [Span(" " * (room + 1 - x)), *tail]
        if last is not None:
            places.append((room + 1, room + 1 + width_of(tail), last))
        self._places = places
        self.show([tuple(line)])

    @staticmethod
    def _item(row: KeyRow, possible: bool) -> Line:
        if not possible:
            return (Span(f"{row.shown} {row.label}", "key-off"),)
        return (Span(row.shown, "bold key"), Span(f" {row.label}", "ink"))

    async def on_click(self, event: events.Click) -> None:
        for start, end, row in self._places:
            if start <= event.x < end:
                owner = self.app if Where.EVERYWHERE in row.where else self.screen
                await owner.run_action(row.id)
