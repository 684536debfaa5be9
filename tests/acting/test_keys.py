"""Every key of every screen, pressed: only the listed ones can lead to a server, and none without a question."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

import jobdash.tui
from jobdash.tui.actions import ACTIONS
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.confirm import SETTLE, ConfirmScreen
from tests.tui.still_monitor import StillMonitor, full_monitor

CHANGING = {row.id for row in ACTIONS if row.changes_server is not None} | {"retry_failed", "restart_alike"}
"""What may open a question about a change."""

LEADING = {"submit"}
"""What opens a form, which asks by itself."""

SCREENS: dict[str, tuple[str, ...]] = {
    "list": ("j",),
    "detail": ("j", "enter"),
    "detail data": ("j", "enter", "right_square_bracket", "right_square_bracket"),
    "help": ("question_mark",),
    "query": ("slash",),
    "track": ("i",),
    "failures": ("e",),
    "columns": ("o",),
    "group": ("b",),
    "activity": ("A",),
    "palette": ("colon",),
    "themes": ("ctrl+t",),
    "download": ("j", "d"),
}


def nothing_was_sent(monitor: StillMonitor) -> bool:
    return monitor.submitted == [] and monitor.bulks.runs == []


def bindings_of(app: JobdashApp) -> Iterator[tuple[str, Binding]]:
    """Every key that anything on the screen, or the app, is bound to, and what it is bound to."""
    nodes: list[DOMNode] = [app, app.screen, *app.screen.walk_children()]
    for node in nodes:
        for key, bound in node._bindings.key_to_bindings.items():
            for binding in bound:
                yield key, binding


async def open_screen(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    await pilot.press(*keys)
    await pilot.pause(0.05)


@pytest.mark.parametrize("name", SCREENS)
async def test_no_other_key_reaches_dispatch(name: str) -> None:
    monitor = full_monitor()
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, SCREENS[name])
        app = pilot.app
        assert isinstance(app, JobdashApp)
        depth = len(app.screen_stack)
        harmless = {key for key, binding in bindings_of(app) if binding.action.split("(")[0] not in CHANGING | LEADING}
        mixed = {key for key, binding in bindings_of(app) if binding.action.split("(")[0] in CHANGING | LEADING}
        typed = {"x", "y", "n", "d", "u", "r", "enter", "space", "tab", "delete", "f5", "ctrl+x", "ctrl+r", "Y", "Z"}
        for key in sorted((harmless | typed) - mixed - {"ctrl+c", "ctrl+q", "q"}):
            await pilot.press(key)
            assert nothing_was_sent(monitor), key
            assert not any(isinstance(screen, ConfirmScreen) for screen in app.screen_stack), key
            while len(app.screen_stack) > depth:
                app.pop_screen()
            if len(app.screen_stack) < depth:
                while len(app.screen_stack) > 2:
                    app.pop_screen()
                await open_screen(pilot, SCREENS[name])
        assert nothing_was_sent(monitor)


async def test_the_listed_keys_ask_and_send_nothing() -> None:
    monitor = full_monitor()
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("asterisk")
        for row in ACTIONS:
            if row.changes_server is None:
                continue
            for key in row.keys:
                await pilot.press(key)
                await pilot.pause(0.1)
                if isinstance(pilot.app.screen, ConfirmScreen):
                    await pilot.pause(SETTLE)
                    await pilot.press("enter")
                assert nothing_was_sent(monitor), key


@pytest.mark.parametrize("keys", [("slash",), ("i",), ("o",), ("colon",), ("ctrl+t",), ("j", "d")])
async def test_letters_typed_into_any_field_never_act(keys: tuple[str, ...]) -> None:
    monitor = full_monitor()
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, keys)
        await pilot.pause(0.2)
        field = pilot.app.focused
        if not isinstance(field, Input | TextArea):
            pytest.skip("nothing is typed here")
        await pilot.press(*"qPXRUDIAy")
        assert pilot.app.is_running
        assert nothing_was_sent(monitor)
        text = field.value if isinstance(field, Input) else field.text
        assert text.endswith("qPXRUDIAy")


def calls() -> Iterator[tuple[str, str]]:
    """Every call in the screen's code, as (file, what is called)."""
    root = Path(jobdash.tui.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path.relative_to(root).as_posix(), ast.unparse(node.func)


def test_only_these_places_of_the_screen_hand_anything_over() -> None:
    handing = {"CommandRequested", "BulkRequested", "QueueRequested"}
    doors = {"monitor.submit", "bulks.start", "makings.start", "queue_commands.submit", *handing}
    found = {(file, call.split(".", 1)[-1] if call.startswith("self.") else call) for file, call in calls()}
    used = {(file, door) for file, call in found for door in doors if call == door or call.endswith(f".{door}")}
    assert used <= {
        ("app.py", "monitor.submit"),
        ("app.py", "bulks.start"),
        ("screens/acting.py", "CommandRequested"),
        ("screens/acting.py", "BulkRequested"),
        ("app.py", "queue_commands.submit"),
        ("screens/queue_asking.py", "QueueRequested"),
        ("screens/submit.py", "makings.start"),
    }
