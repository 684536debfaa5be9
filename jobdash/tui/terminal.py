"""What Textual's own driver leaves out: copying from inside tmux or screen, and the mouse on and off while running."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from textual.driver import Driver

OSC_52 = "\x1b]52;"
MOUSE = ("\x1b[?1000", "\x1b[?1003", "\x1b[?1015", "\x1b[?1006")
"""Reports of buttons, of movement, and the two ways to write them; `h` turns each on, `l` off."""


def passed_through(data: str, environment: Mapping[str, str]) -> str:
    """`data` wrapped so that tmux or screen hand it on to the terminal outside; as it is where there is neither.

    tmux does so with `set -g allow-passthrough on`; with `set-clipboard on` it takes the plain one.
    """
    if environment.get("TMUX"):
        return "\x1bPtmux;" + data.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        return "\x1bP" + data + "\x1b\\"
    return data


def driver(base: type[Driver], opened: Callable[[Driver], None]) -> type[Driver]:
    """`base` with both; `opened` is told the driver when there is one."""

    class TerminalDriver(base):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            opened(self)

        def write(self, data: str) -> None:
            if data.startswith(OSC_52) and (wrapped := passed_through(data, os.environ)) != data:
                super().write(wrapped)
            super().write(data)

    return TerminalDriver


def switch_mouse(driver: Driver, *, on: bool) -> None:
    """Tells the terminal to report the mouse, or to leave it to the person for selecting text."""
    for mode in MOUSE:
        driver.write(mode + ("h" if on else "l"))
    driver.flush()
