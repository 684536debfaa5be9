"""What each command loads: no screen without a screen, and nothing of HTTP below the client."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import jobdash.cli
import jobdash.headless

HEADLESS = [f"jobdash.headless.{module.name}" for module in pkgutil.iter_modules(jobdash.headless.__path__)]
SCREEN = {"screen", "demo"}
CLI = [f"jobdash.cli.{module.name}" for module in pkgutil.iter_modules(jobdash.cli.__path__)]


def loaded(modules: list[str], unwanted: list[str]) -> str:
    """Which of `unwanted` are loaded by importing `modules` in a fresh Python."""
    code = (
        f"import importlib, sys; [importlib.import_module(name) for name in {modules!r}];"
        f"print([name for name in {unwanted!r} if name in sys.modules])"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_headless_loads_neither_screen_nor_http() -> None:
    assert loaded(HEADLESS, ["textual", "httpx", "rich", "pydantic"]) == "[]"


def test_commands_load_no_screen() -> None:
    modules = [name for name in CLI if name.rpartition(".")[2] not in SCREEN]
    assert loaded(modules, ["textual"]) == "[]"


@pytest.mark.parametrize("module", ["jobdash.cli.app"])
def test_the_commands_themselves_load_almost_nothing(module: str) -> None:
    assert loaded([module], ["textual", "httpx", "pydantic", "asyncio", "sqlite3"]) == "[]"
