"""What Textual's own driver leaves out: copying from inside tmux or screen, and the mouse on and off while running."""

import os
from collections.abc import Callable
from typing import Any

from textual.driver import Driver

from jobdash.tui.presentation.passing import passed_through

OSC_52 = "\x1b]52;"
MOUSE = ("\x1b[?1000", "\x1b[?1003", "\x1b[?1015", "\x1b[?1006")
"""Reports of buttons, of movement, and the two ways to write them; `h` turns each on, `l` off."""


def driver(base: type[Driver], opened: Callable[[Driver], None]) -> type[Driver]:
    """`base` with both; `opened` is told the driver when there is one."""

    class TerminalDriver(base):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            opened(self)

        def write(self, data: str) -> None:
            # With `set-clipboard on` tmux takes the plain one.
            if data.startswith(OSC_52) and (wrapped := passed_through(data, os.environ)) != data:
                super().write(wrapped)
            super().write(data)

    return TerminalDriver


def switch_mouse(driver: Driver, *, on: bool) -> None:
    """Tells the terminal to report the mouse, or to leave it to the person for selecting text."""
    for mode in MOUSE:
        driver.write(mode + ("h" if on else "l"))
    driver.flush()
