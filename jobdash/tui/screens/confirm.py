"""The question before a change. It shows what was seen when it was asked, and nothing that happens behind moves it."""

from collections.abc import Callable
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen

from jobdash.tui.actions import Where, for_key
from jobdash.tui.presentation.confirm import Question
from jobdash.tui.presentation.spans import EMPTY, Line, Span, spread
from jobdash.tui.widgets.still_lines import StillLines

SETTLE = 0.2
"""Seconds after the drawing in which no key counts: nobody reads faster, and a slow line delays keys typed before."""


class ConfirmScreen(ModalScreen[bool], inherit_bindings=False):
    """True only for a deliberate yes. The safe answer is marked from the start."""

    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; background: $background 60%; }
    ConfirmScreen #box {
        width: auto; height: auto; padding: 1 2; background: $dialog; border-left: outer $alert;
    }
    ConfirmScreen StillLines { background: $dialog; }
    """

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.safe_marked = True
        self._counts_from = float("inf")

    @staticmethod
    def text_width(screen_width: int) -> int:
        """The cells a question may fill."""
        return max(40, min(68, screen_width - 12))

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines()

    def on_mount(self) -> None:
        self.call_after_refresh(self._drawn)
        self._show()

    def _drawn(self) -> None:
        self._counts_from = Message().time + SETTLE

    def _show(self) -> None:
        width = self.text_width(self.app.size.width)
        title: Line = (Span(self.question.title, "bold alert"),)
        lines = [title, EMPTY, *self.question.lines, EMPTY, self._answers(width)]
        board = self.query_one(StillLines)
        board.styles.width, board.styles.height = width, len(lines)
        board.show(lines)

    def _answers(self, width: int) -> Line:
        safe = self._answer(self.question.safe, self.safe_marked)
        act = self._answer(self.question.act, not self.safe_marked)
        return spread((safe, Span("  "), act), (Span("n esc no   y yes", "quiet"),), width)

    @staticmethod
    def _answer(text: str, marked: bool) -> Span:
        return Span(f"[ {text} ]", "bold reverse key") if marked else Span(f"  {text}  ")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        row = for_key(Where.DIALOG, event.key)
        if row is None or event.time < self._counts_from:
            return
        answers: dict[str, Callable[[], object]] = {
            "say_no": partial(self.dismiss, False),
            "say_yes": partial(self.dismiss, True),
            "other_answer": self._mark_other,
            "answer": partial(self.dismiss, not self.safe_marked),
        }
        answers[row.id]()

    def _mark_other(self) -> None:
        self.safe_marked = not self.safe_marked
        self._show()
