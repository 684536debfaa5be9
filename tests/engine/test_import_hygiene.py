"""Importing the engine loads no library of the screen or of the wire."""

import pkgutil
import subprocess
import sys

import jobdash.engine

FORBIDDEN = ("textual", "rich", "httpx", "httpx_sse", "pydantic", "jmespath", "jobdash.tui", "jobdash.dialects")


def test_the_engine_loads_neither_screen_nor_wire() -> None:
    modules = [f"jobdash.engine.{module.name}" for module in pkgutil.iter_modules(jobdash.engine.__path__)]
    assert "jobdash.engine.monitor" in modules
    script = f"import sys, {', '.join(modules)}; print([name for name in {FORBIDDEN!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
