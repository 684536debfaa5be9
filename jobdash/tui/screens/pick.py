"""One question with a short list of answers: type to narrow it, arrows to mark, enter to take. Knows no subject."""

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation import choices as drawn
from jobdash.tui.presentation.choices import Choice, narrowed
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.still_lines import StillLines

Check = Callable[[str], str | None]
"""Why a text that is none of the choices is no answer either; None when it is one."""


class PickScreen(ModalScreen[str | None], inherit_bindings=False):
    """Gives back the value of the choice, or with `check` what was typed; None when it was left."""

    PLACE = Where.PICK
    BINDINGS = bindings(Where.PICK)
    DEFAULT_CSS = """
    PickScreen { align: center middle; background: $background 60%; }
    PickScreen #box {
        width: 64; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    PickScreen StillLines { background: $dialog; }
    PickScreen Input { height: 1; border: none; padding: 0 1; margin: 1 0; background: $surface; color: $ink; }
    PickScreen Input:focus { border: none; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        current: str | None = None,
        check: Check | None = None,
        hint: str = "type to narrow, ↑ ↓ mark, ↵ takes, esc leaves",
    ) -> None:
        super().__init__()
        self.heading = title
        self.choices = list(choices)
        self._shown = self.choices
        self._check = check
        self._hint = hint
        self._marked = next((at for at, choice in enumerate(self.choices) if choice.value == current), 0)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            yield Input(select_on_focus=False)
            yield StillLines(id="choices")
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self, problem: str | None = None) -> None:
        width = max(20, min(64, self.app.size.width) - 6)
        most = max(3, min(16, self.app.size.height - 10))
        self.query_one("#title", StillLines).show([(Span(fit(self.heading, width), "bold"),)])
        lines = drawn.lines(self._shown, self._marked, width, most)
        board = self.query_one("#choices", StillLines)
        board.styles.height = max(1, len(lines))
        board.show(lines)
        said = Span(fit(one_line(problem), width), "alert") if problem else Span(fit(self._hint, width), "quiet")
        self.query_one("#hint", StillLines).show([(Span(""),), (said,)])
        self.query_one("#hint", StillLines).styles.height = 2

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._shown, self._marked = narrowed(self.choices, event.value), 0
        self._show(self._check(event.value) if self._check and not self._shown else None)

    @on(Input.Submitted)
    def action_take(self) -> None:
        typed = self.query_one(Input).value
        if self._shown:
            self.take(self._shown[self._marked].value)
        elif self._check is not None and (problem := self._check(typed)) is None:
            self.take(typed)
        elif self._check is not None:
            self._show(problem)

    def take(self, value: str) -> None:
        """The person chose this."""
        self.dismiss(value)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Other choices than before, narrowed as they were."""
        self.choices = list(choices)
        self._shown = narrowed(self.choices, self.query_one(Input).value)
        self._marked = max(0, min(self._marked, len(self._shown) - 1))
        self._show()

    def tell(self, problem: str) -> None:
        """Says below what is wrong."""
        self._show(problem)

    def action_mark_after(self) -> None:
        self._mark(1)

    def action_mark_before(self) -> None:
        self._mark(-1)

    def action_marks_down(self) -> None:
        self._mark(10)

    def action_marks_up(self) -> None:
        self._mark(-10)

    def _mark(self, step: int) -> None:
        if self._shown:
            last, at = len(self._shown) - 1, self._marked + step
            self._marked = at % (last + 1) if abs(step) == 1 else max(0, min(last, at))
            self._show()

    def action_leave_form(self) -> None:
        self.dismiss(None)
