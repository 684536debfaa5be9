"""The question before a change. It shows what was seen when it was asked, and nothing that happens behind moves it."""

from collections.abc import Callable
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen

from jobdash.tui.actions import Where, for_key
from jobdash.tui.presentation import answers
from jobdash.tui.presentation.confirm import Question
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.screens.answering import Answering, Place
from jobdash.tui.widgets.still_lines import StillLines

SETTLE = 0.2
"""Seconds after the drawing in which no key counts: nobody reads faster, and a slow line delays keys typed before."""

SECOND = 1.0
"""How long a second of the countdown takes."""


class ConfirmScreen(ModalScreen[bool], inherit_bindings=False):
    """True only for a deliberate yes. The safe answer is marked from the start; `reason` is what the person gave."""

    PLACE = Where.DIALOG
    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; background: $background 60%; }
    ConfirmScreen #box {
        width: auto; height: auto; padding: 1 2; background: $dialog; border-left: outer $alert;
    }
    ConfirmScreen.-production #box { border: outer $danger; }
    ConfirmScreen StillLines { background: $dialog; }
    """

    def __init__(self, question: Question) -> None:
        super().__init__(classes="-production" if question.production else None)
        self.question = question
        self.answering = Answering(question.friction)
        self._counts_from = float("inf")
        self._left: int | None = None

    @staticmethod
    def text_width(screen_width: int) -> int:
        """The cells a question may fill."""
        return max(40, min(68, screen_width - 12))

    @property
    def safe_marked(self) -> bool:
        return self.answering.marked is Place.SAFE

    @property
    def reason(self) -> str | None:
        """Why it is done, where the person said so."""
        return self.answering.reason

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
        title: Line = (Span(self.question.title, "bold danger" if self.question.production else "bold alert"),)
        lines = answers.parts([title], self.question.lines, self._fields(width), self._answers(width))
        board = self.query_one(StillLines)
        board.styles.width, board.styles.height = width, len(lines)
        board.show(lines)

    def _fields(self, width: int) -> list[Line]:
        labels = {Place.COUNT: f"type {self.question.friction.typed}", Place.REASON: "reason"}
        given, missing = self.answering, self.answering.missing
        return [
            answers.field(labels[place], text, width, marked=place is given.marked, missing=place is missing)
            for place, text in given.texts.items()
            if place in given.places
        ]

    def _answers(self, width: int) -> list[Line]:
        if self._left is not None:
            return list(answers.countdown(self.question.act, self._left))
        hint = "tab next   esc no" if self.answering.typing else "n esc no   y yes"
        marked = {Place.SAFE: 0, Place.ACT: 1}.get(self.answering.marked)
        return [answers.answers(self.question.safe, self.question.act, hint, width, marked=marked)]

    # keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.time < self._counts_from:
            return
        if self.answering.typing and self._left is None and self._typed(event):
            self._show()
            return
        row = for_key(Where.DIALOG, event.key)
        if row is None or (self._left is not None and row.id != "say_no"):
            return
        wishes: dict[str, Callable[[], object]] = {
            "say_no": partial(self.dismiss, False),
            "say_yes": self._yes,
            "other_answer": partial(self._mark, -1 if event.key in ("shift+tab", "left") else 1),
            "answer": self._answer,
        }
        wishes[row.id]()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self._left is None and event.time >= self._counts_from:
            self.answering.type(event.text)
            self._show()

    def _typed(self, event: events.Key) -> bool:
        """True when the key was text, or a change of it."""
        if event.is_printable and event.character is not None:
            self.answering.type(event.character)
        elif event.key in ("backspace", "ctrl+h", "ctrl+u"):
            self.answering.erase(all=event.key == "ctrl+u")
        else:
            return False
        return True

    def _mark(self, steps: int) -> None:
        self.answering.move(steps)
        self._show()

    def _answer(self) -> None:
        if self.safe_marked:
            self.dismiss(False)
        elif self.answering.typing:
            self._mark(1)
        else:
            self._yes()

    def _yes(self) -> None:
        if not self.answering.yes():
            self._show()
        elif not self.question.friction.countdown:
            self.dismiss(True)
        else:
            self._left = self.question.friction.countdown
            self.set_interval(SECOND, self._count_down)
            self._show()

    def _count_down(self) -> None:
        if self._left is not None and self.is_current:
            self._left -= 1
            if self._left <= 0:
                self.dismiss(True)
            else:
                self._show()
