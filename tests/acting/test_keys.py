"""Every key of every screen, pressed: only the listed ones can lead to a server, and none without a question."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from inspect import isabstract
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

import jobdash.tui
import jobdash.tui.screens
from jobdash.tui.actions import ACTIONS
from jobdash.tui.app import JobdashApp
from jobdash.tui.presentation.age import Times
from jobdash.tui.screens.answering import Place
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.download import DownloadScreen
from jobdash.tui.screens.line import LineScreen
from jobdash.tui.screens.logs import LogsScreen
from jobdash.tui.screens.pick import PickScreen
from jobdash.tui.screens.result import ResultScreen
from jobdash.tui.screens.submit import SubmitScreen
from jobdash.tui.screens.too_small import TooSmallScreen
from jobdash.tui.screens.tracked import TrackedScreen
from tests.questions import question
from tests.tui.form_server import FORM
from tests.tui.still_monitor import FAILED, JOBS, StillMonitor, full_monitor
from tests.tui.test_adding import taking

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
    "sort": ("s",),
    "health": ("h",),
    "alerts": ("exclamation_mark",),
    "export": ("E",),
    "compare": ("space", "j", "space", "c"),
    "logs": ("space", "j", "space", "l"),
    "log filter": ("j", "enter", "right_square_bracket", "ampersand"),
    "data search": ("j", "enter", "right_square_bracket", "right_square_bracket", "slash"),
    "columns, adding": ("o", "a"),
}

PUSHED: dict[str, Callable[[StillMonitor], Screen[Any]]] = {
    "submit": lambda monitor: SubmitScreen(monitor, "docs", FORM),
    "tracked": TrackedScreen,
    "download": lambda monitor: DownloadScreen(JOBS[0], Path()),
    "line": lambda monitor: LineScreen("a title", "a subject", "a hint"),
    "result": lambda monitor: ResultScreen(monitor, FAILED, "http://127.0.0.1:1/x", Times.RELATIVE),
    "logs of one": lambda monitor: LogsScreen(monitor, (FAILED,), Times.RELATIVE),
    "too small": lambda monitor: TooSmallScreen(),
}
"""Those that take more than a key to open."""

ASKING = {"ConfirmScreen"}
"""What a question does with keys is another test."""


def nothing_was_sent(monitor: StillMonitor) -> bool:
    return monitor.submitted == [] and monitor.bulks.runs == []


def bindings_of(app: JobdashApp) -> Iterator[tuple[str, Binding]]:
    """Every key that anything on the screen, or the app, is bound to, and what it is bound to."""
    nodes: list[DOMNode] = [app, app.screen, *app.screen.walk_children()]
    for node in nodes:
        for key, bound in node._bindings.key_to_bindings.items():
            for binding in bound:
                yield key, binding


def monitor_of(name: str) -> StillMonitor:
    return taking()[0] if name == "submit" else full_monitor()


async def open_screen(pilot: Pilot[None], name: str) -> None:
    await pilot.press(*SCREENS.get(name, ()))
    if name in PUSHED:
        app = pilot.app
        assert isinstance(app, JobdashApp)
        assert isinstance(app.monitor, StillMonitor)
        await app.push_screen(PUSHED[name](app.monitor))
    await pilot.pause()


def screens_there_are() -> set[str]:
    """The name of every screen and dialog that is no mere part of others."""
    for module in pkgutil.iter_modules(jobdash.tui.screens.__path__):
        importlib.import_module(f"jobdash.tui.screens.{module.name}")
    waiting: list[type] = [Screen]
    found = set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("jobdash.") and not isabstract(kind):
            found.add(kind)
    return {kind.__name__ for kind in found if not (set(kind.__subclasses__()) & found) or kind is PickScreen}


async def test_every_screen_is_among_those_that_are_tried() -> None:
    opened = set()
    async with JobdashApp(taking()[0]).run_test(size=(120, 40)) as pilot:
        depth = len(pilot.app.screen_stack)
        for name in (*SCREENS, *PUSHED):
            await open_screen(pilot, name)
            opened.add(type(pilot.app.screen).__name__)
            while len(pilot.app.screen_stack) > depth:
                await pilot.app.pop_screen()
            await pilot.press("escape", "backslash", "0", "g")
    assert screens_there_are() - ASKING <= opened


@pytest.mark.parametrize("name", [*SCREENS, *PUSHED])
async def test_no_other_key_reaches_dispatch(name: str) -> None:
    monitor = monitor_of(name)
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, name)
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
                await open_screen(pilot, name)
        assert nothing_was_sent(monitor)


async def test_of_all_keys_only_yes_answers_a_question() -> None:
    monitor = full_monitor()
    every = sorted(
        {key for row in ACTIONS for key in row.keys} | set("abcdefghijklmnopqrstuvwxyzXPURDI") | {"f1", "delete"}
    )
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("j")
        for key in every:
            if key in ("y", "ctrl+c"):
                continue
            if not isinstance(pilot.app.screen, ConfirmScreen):
                await pilot.press("R")
                await question(pilot)
            assert isinstance(pilot.app.screen, ConfirmScreen)
            assert pilot.app.screen.safe_marked or pilot.app.screen.answering.marked is Place.ACT
            if pilot.app.screen.safe_marked or key != "enter":
                await pilot.press(key)
            assert nothing_was_sent(monitor), key
        await pilot.press("escape", "escape", "escape")


async def test_the_listed_keys_ask_and_send_nothing() -> None:
    monitor = full_monitor()
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("asterisk")
        for row in ACTIONS:
            if row.changes_server is None:
                continue
            for key in row.keys:
                await pilot.press(key)
                await pilot.pause()
                if isinstance(pilot.app.screen, ConfirmScreen):
                    await question(pilot)
                    await pilot.press("enter")
                assert nothing_was_sent(monitor), key


@pytest.mark.parametrize("keys", [("slash",), ("i",), ("o", "a"), ("colon",), ("ctrl+t",), ("E", "shift+tab"), ("s",)])
async def test_letters_typed_into_any_field_never_act(keys: tuple[str, ...]) -> None:
    monitor = full_monitor()
    async with JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
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
