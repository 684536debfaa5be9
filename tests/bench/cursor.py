"""Where the cursor of a list is on the screen, seen from outside: the one line with another ground than its neighbours.

From a key to the first paint in which the cursor is on another job: that is what a person waits for.
"""

import time
from collections import Counter
from collections.abc import Sequence

from tests.terminal import Latency, Terminal

LONGEST = 10.0
AT_ONCE = 0.4
"""Seconds in which bytes are taken but not yet drawn: this terminal draws far more slowly than a person's."""

MARK = "job-"
"""What every id begins with, and nothing else on the screen."""


def place(terminal: Terminal) -> tuple[int, str] | None:
    """The line of the cursor and the job's id on it; None while there is none."""
    screen = terminal.screen
    grounds = {y: screen.buffer[y][30].bg for y in range(1, screen.lines - 1)}
    usual = Counter(grounds.values()).most_common(1)[0][0]
    for y in (y for y, ground in grounds.items() if ground != usual):
        text = "".join(screen.buffer[y][x].data for x in range(screen.columns))
        if (at := text.find(MARK)) >= 0:
            return y, text[at : at + 11]
    return None


def key_to_paint(terminal: Terminal, keys: Sequence[str]) -> Latency:
    """Milliseconds until the cursor has moved, key by key."""
    measured = sorted(1000 * _seconds(terminal, key) for key in keys)
    return Latency(measured[len(measured) // 2], measured[int(0.95 * (len(measured) - 1))], measured[-1])


def _seconds(terminal: Terminal, key: str) -> float:
    """Until the bytes had come that moved the cursor. All that came is drawn: half a paint would spoil the next key."""
    while terminal.pump(0.0):
        pass
    before, began = place(terminal), time.perf_counter()
    terminal.press(key)
    moved: float | None = None
    while moved is None and time.perf_counter() - began < LONGEST:
        for at, data in terminal.taken(AT_ONCE):
            terminal.draw(data)
            if moved is None and place(terminal) not in (None, before):
                moved = at - began
    return LONGEST if moved is None else moved
