"""Where the cursor of a list is on the screen, seen from outside: the one line with another ground than its neighbours.

From a key to the first paint in which the cursor is on another job: that is what a person waits for.
"""

import time
from collections import Counter
from collections.abc import Sequence

from tests.terminal import Latency, Terminal

GIVE_UP = 10.0

MARK = "job-"
"""What every id begins with, and nothing else on the screen."""


def place(terminal: Terminal) -> tuple[int, str] | None:
    """The line of the cursor and the job's id on it; None while there is none."""
    screen = terminal.screen
    grounds = {y: screen.buffer[y][30].bg for y in range(2, screen.lines - 1)}
    usual = Counter(grounds.values()).most_common(1)[0][0]
    lines = [y for y, ground in grounds.items() if ground != usual]
    for y in lines:
        at = screen.display[y].find(MARK)
        if at >= 0:
            return y, screen.display[y][at : at + 11]
    return None


def key_to_paint(terminal: Terminal, keys: Sequence[str]) -> Latency:
    """Milliseconds until the cursor has moved, key by key."""
    measured = []
    for key in keys:
        while terminal.pump(0.0):
            pass
        before, began = place(terminal), time.perf_counter()
        terminal.press(key)
        while place(terminal) == before and time.perf_counter() - began < GIVE_UP:
            terminal.pump(0.002)
        measured.append(1000 * (time.perf_counter() - began))
        until = time.perf_counter() + 0.15
        while time.perf_counter() < until:
            terminal.pump(0.02)
    measured.sort()
    return Latency(measured[len(measured) // 2], measured[int(0.95 * (len(measured) - 1))], measured[-1])
