"""Two answers side by side, the safe one marked from the start. Choosing is not giving: that takes enter."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.widgets.still_lines import StillLines


class Answers(StillLines, can_focus=True):
    """`safe` changes nothing, `act` does something. `act` can be given only while `possible`."""

    @dataclass
    class Given(Message):
        """The person gave an answer."""

        act: bool

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,right", "other", "other", show=False),
        Binding("enter", "give", "give", show=False),
    ]

    def __init__(self, safe: str, act: str) -> None:
        super().__init__()
        self.safe, self.act = safe, act
        self.safe_marked = True
        self.possible = True

    def on_mount(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Shows both, and which is marked."""
        act = self._answer(self.act, not self.safe_marked) if self.possible else Span(f"  {self.act}  ", "key-off")
        line: Line = (self._answer(self.safe, self.safe_marked), Span("  "), act)
        self.show([line])

    def _answer(self, text: str, marked: bool) -> Span:
        style = "bold reverse key" if self.has_focus else "bold key"
        return Span(f"[ {text} ]", style) if marked else Span(f"  {text}  ")

    def action_other(self) -> None:
        self.safe_marked = not self.safe_marked
        self.draw()

    def action_give(self) -> None:
        if self.safe_marked or self.possible:
            self.post_message(self.Given(act=not self.safe_marked))

    def on_focus(self) -> None:
        self.safe_marked = True
        self.draw()

    def on_blur(self) -> None:
        self.safe_marked = True
        self.draw()

    def on_click(self, event: events.Click) -> None:
        self.focus()
        self.safe_marked = event.x < len(self.safe) + 4
        self.draw()
