"""Keys one after another: each acts when everything that the one before it began is done and drawn.

A terminal hands over in one read what was typed quickly, faster than a focus moves or a screen is mounted.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import chain, repeat
from typing import Any, Final

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, TextArea

from jobdash.tui.screens.acting import OPENS

Typed = events.Key | events.Paste

ROUNDS: Final = 3
"""A key bubbles up once, the message that its action posts once more, and the answer to that once more."""

PATIENCE: Final = 2.0
"""Seconds after which nothing more is expected of a key; what was typed meanwhile was typed blindly and is dropped."""

LOOK_AGAIN: Final = 0.02
ALWAYS: Final = frozenset({"escape", "ctrl+c"})
ERASE: Final = frozenset({"backspace", "ctrl+h"})


class KeyOrder:
    """Holds keys back while another is under way.

    Of what was typed before a question was drawn only text for its field counts: nobody has read it yet.
    Nothing that was typed before the first screen was drawn counts.
    """

    def __init__(self, app: App[None], hand_on: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[Typed] = deque()
        self._turn = 0
        self._under_way = True
        self._typing = False
        self._before: tuple[Screen[Any], ...] = ()
        self._first: Screen[Any] | None = None
        self._opened: Screen[Any] | None = None
        self._drawn_at = 0.0
        self._patience: Timer | None = None

    def begin(self, screen: Screen[Any]) -> None:
        """The first screen was pushed: keys count as soon as it is drawn."""
        self._wait()
        self._first = self._opened = screen
        screen.call_after_refresh(self._drawn, self._turn)

    @property
    def busy(self) -> bool:
        """Whether a key is under way, so that the next has to wait."""
        return self._under_way

    async def take(self, typed: Typed) -> None:
        """Hands it on now, or in its turn. A field takes its text in order by itself, so text follows text at once."""
        if self._under_way and not (self._typing and not self._waiting and self._is_text(typed)):
            self._waiting.append(typed)
        else:
            await self._give(typed)

    async def _give(self, typed: Typed) -> None:
        self._wait()
        self._typing = self._is_text(typed)
        self._before = tuple(self._app.screen_stack)
        route = list((self._app.focused or self._app.screen).ancestors_with_self)
        await self._hand_on(typed)
        self._follow(self._turn, chain.from_iterable(repeat(route, ROUNDS)))

    def _wait(self) -> None:
        if self._patience is not None:
            self._patience.stop()
        self._under_way = True
        self._turn += 1
        self._patience = self._app.set_timer(PATIENCE, partial(self._give_up, self._turn))

    # until everything is done

    def _follow(self, turn: int, route: Iterator[DOMNode]) -> None:
        """Goes the way of the key, behind it in every queue, and so arrives after what it began."""
        if turn == self._turn and not any(node.call_later(self._follow, turn, route) for node in route):
            self._settle(turn)

    def _settle(self, turn: int) -> None:
        if turn != self._turn:
            return
        top = self._app.screen
        if any(worker.group == OPENS and not worker.is_finished for worker in self._app.workers):
            self._app.set_timer(LOOK_AGAIN, partial(self._settle, turn))
        elif top in self._before or not top.call_after_refresh(self._drawn, turn):
            self._app.call_later(self._next, turn)
        else:
            self._opened = top

    def _drawn(self, turn: int) -> None:
        if turn == self._turn:
            self._drawn_at = Message().time
            self._app.call_later(self._next, turn)

    async def _next(self, turn: int) -> None:
        if turn != self._turn:
            return
        if self._patience is not None:
            self._patience.stop()
        self._under_way = False
        while self._waiting and (not self._under_way or (self._typing and self._is_text(self._waiting[0]))):
            typed = self._waiting.popleft()
            if self._counts(typed):
                await self._give(typed)

    def _give_up(self, turn: int) -> None:
        if turn == self._turn:
            self._turn += 1
            self._waiting.clear()
            self._under_way = False

    def _counts(self, typed: Typed) -> bool:
        if not self._app.screen.is_attached:
            return False
        opened = self._opened
        if opened is None or self._app.screen is not opened or typed.time >= self._drawn_at:
            return True
        if isinstance(typed, events.Key) and typed.key in ALWAYS:
            return True
        return opened is not self._first and (not opened.is_modal or self._is_text(typed))

    def _is_text(self, typed: Typed) -> bool:
        if not isinstance(self._app.focused, Input | TextArea):
            return False
        return isinstance(typed, events.Paste) or typed.is_printable or typed.key in ERASE
