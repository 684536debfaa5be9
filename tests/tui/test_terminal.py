"""Copying and the mouse: what the terminal is told."""

import os
import subprocess
import sys
from typing import Any

import pytest
from textual.driver import Driver

from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.passing import passed_through
from jobdash.tui.terminal import driver, switch_mouse
from tests.screen_text import screen_text, shows
from tests.tui.still_monitor import full_monitor

COPY = "\x1b]52;c;aWQ=\a"


class Written(Driver):
    """Remembers what it was told."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)

    def start_application_mode(self) -> None: ...
    def disable_input(self) -> None: ...
    def stop_application_mode(self) -> None: ...


def test_inside_tmux_a_copy_is_handed_on_to_the_terminal_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    assert passed_through(COPY, {}) == COPY
    assert passed_through(COPY, {"TMUX": "/tmp/x"}) == "\x1bPtmux;\x1b\x1b]52;c;aWQ=\a\x1b\\"
    assert passed_through(COPY, {"STY": "1"}) == "\x1bP\x1b]52;c;aWQ=\a\x1b\\"
    monkeypatch.setenv("TMUX", "/tmp/x")
    opened: list[Driver] = []
    kind: Any = driver(Written, opened.append)
    made = kind()
    assert opened == [made]
    made.write("text")
    made.write(COPY)
    assert made.written == ["text", passed_through(COPY, {"TMUX": "x"}), COPY]


def test_the_mouse_is_switched_in_all_its_modes() -> None:
    told = Written()
    switch_mouse(told, on=False)
    assert told.written == ["\x1b[?1000l", "\x1b[?1003l", "\x1b[?1015l", "\x1b[?1006l"]


async def test_a_command_line_is_offered_with_its_secrets_masked_and_copied() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("j", "Y")
        assert "X-API-Key: ***" in screen_text(app)
        await pilot.press("down", "enter")
        await shows(pilot, "copied curl -H 'X-API-Key: ***'")
        assert app.clipboard.startswith("curl -H 'X-API-Key: ***' http://")


async def test_the_mouse_and_the_pace() -> None:
    app = JobdashApp(full_monitor())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("j", "M")
        await shows(pilot, "the mouse selects text now")
        await pilot.press("M", ">")
        await shows(pilot, "the mouse works here again", "is asked every 2.5s")
        await pilot.press("<")
        await shows(pilot, "is asked every 10s")


@pytest.mark.parametrize(("own", "frames"), [(None, 250), ("30", 30)])
def test_a_key_waits_for_no_frame_unless_a_person_wants_fewer(own: str | None, frames: int) -> None:
    env = {name: value for name, value in os.environ.items() if name != "TEXTUAL_FPS"}
    told = "import jobdash.tui.app, textual.constants; print(textual.constants.MAX_FPS)"
    ran = subprocess.run(
        [sys.executable, "-c", told],
        env=env if own is None else {**env, "TEXTUAL_FPS": own},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) == frames
