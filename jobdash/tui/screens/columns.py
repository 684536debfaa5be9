"""Which columns the list has: the list behind shows every change at once, `esc` takes all of them back."""

from collections.abc import Callable, Sequence
from functools import partialmethod

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from jobdash.model.errors import QueryError
from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation.any_cell import Loaded
from jobdash.tui.presentation.chooser import Chooser
from jobdash.tui.presentation.columns import Column
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.widgets.still_lines import StillLines

HINTS = ("space on and off   K J move   + - = size   a add", "r the usual ones   ↵ keep   esc leave as it was")


class ColumnsScreen(ModalScreen[None], inherit_bindings=False):
    """Calls `show` with the columns after every change."""

    PLACE = Where.COLUMNS
    BINDINGS = bindings(Where.COLUMNS)
    DEFAULT_CSS = """
    ColumnsScreen { align: center middle; background: $background 40%; }
    ColumnsScreen #box {
        width: 76; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    ColumnsScreen StillLines { background: $dialog; }
    ColumnsScreen Input { display: none; height: 1; border: none; padding: 0 1; background: $surface; color: $ink; }
    ColumnsScreen Input:focus { border: none; }
    ColumnsScreen.-adding Input { display: block; }
    """

    def __init__(self, columns: Sequence[Column], loaded: Loaded, show: Callable[[Sequence[Column]], None]) -> None:
        super().__init__()
        self._before = columns
        self._tell = show
        self.chooser = Chooser(columns, loaded)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="entries")
            yield Input(placeholder="a field, or a path into the data: data.customer", disabled=True)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self, problem: str = "") -> None:
        width = max(40, min(76, self.app.size.width) - 6)
        most = max(3, min(18, self.app.size.height - 12))
        lines: list[Line] = [(Span("Columns", "bold"),), EMPTY, *self.chooser.lines(width, most), EMPTY]
        self._put("#entries", lines)
        said: list[Line] = [(Span(fit(one_line(problem), width), "alert"),)] if problem else []
        self._put("#hint", [*said, *((Span(fit(hint, width), "quiet"),) for hint in HINTS)])

    def _put(self, selector: str, lines: Sequence[Line]) -> None:
        board = self.query_one(selector, StillLines)
        board.styles.height = len(lines)
        board.show(lines)

    def _changed(self) -> None:
        self._show()
        self._tell(self.chooser.chosen)

    def _move(self, step: int) -> None:
        self.chooser.move(step)
        self._show()

    action_column_after = partialmethod(_move, 1)
    action_column_before = partialmethod(_move, -1)
    action_marks_down = partialmethod(_move, 10)
    action_marks_up = partialmethod(_move, -10)

    def action_switch_column(self) -> None:
        self.chooser.toggle()
        self._changed()

    def _carry(self, step: int) -> None:
        self.chooser.carry(step)
        self._changed()

    action_column_left = partialmethod(_carry, -1)
    action_column_right = partialmethod(_carry, 1)

    def _resize(self, step: int) -> None:
        self.chooser.resize(step)
        self._changed()

    action_wider = partialmethod(_resize, 2)
    action_narrower = partialmethod(_resize, -2)
    action_fitting = partialmethod(_resize, 0)

    def action_usual_columns(self) -> None:
        self.chooser.reset()
        self._changed()

    # a column that is not in the list

    def action_add_column(self) -> None:
        self.add_class("-adding")
        field = self.query_one(Input)
        field.disabled = False
        field.value = ""
        field.focus()

    @on(Input.Submitted)
    def _added(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self.chooser.add(event.value)
        except QueryError as problem:
            self._show(problem.problem)
            return
        self._no_input()
        self._changed()

    def _no_input(self) -> None:
        self.remove_class("-adding")
        self.query_one(Input).disabled = True
        self.set_focus(None)

    def action_keep_columns(self) -> None:
        self.dismiss()

    def action_leave_form(self) -> None:
        if self.has_class("-adding"):
            self._no_input()
            self._show()
            return
        self._tell(self._before)
        self.dismiss()
