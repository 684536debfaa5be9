"""The bottom line: the keys that work now. A key that is not possible for this job is greyed, never gone."""

from collections.abc import Callable, Sequence

from textual import events

from jobdash.tui.actions import KeyRow, Where
from jobdash.tui.keymap import keymap_of
from jobdash.tui.presentation.spans import Line, Span, width_of
from jobdash.tui.widgets.still_lines import StillLines

GAP = 2


class Footer(StillLines):
    """Told which rows there are; a click on one does what its key does."""

    _places: Sequence[tuple[int, int, KeyRow]] = ()

    def tell(self, rows: Sequence[KeyRow], possible: Callable[[KeyRow], bool], note: Line = ()) -> None:
        """As many as fit, in their order; `note` and the last one (help) always stand at the right end."""
        keymap = keymap_of(self.app)
        ordered = sorted((keymap.row(row) for row in rows if row.footer), key=lambda row: row.footer)
        if not ordered:
            return
        *others, last = ordered
        tail: Line = (*note, Span("   "), *self._item(last, True)) if note else self._item(last, True)
        room = self.app.size.width - width_of(tail) - 2
        line: list[Span] = [Span(" ")]
        places: list[tuple[int, int, KeyRow]] = []
        x = 1
        for row in others:
            item = self._item(row, possible(row))
            size = width_of(item)
            if x + size + GAP > room:
                break
            line += [*item, Span(" " * GAP)]
            places.append((x, x + size, row))
            x += size + GAP
        line += [Span(" " * (room + 1 - x)), *tail]
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
