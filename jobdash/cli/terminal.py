"""What standard output is, and what a person can be asked there."""

import asyncio
import io
import os
import shutil
import sys
from typing import TYPE_CHECKING

from jobdash.headless.out import Out
from jobdash.model.errors import ConfigError

if TYPE_CHECKING:
    from jobdash.engine.friction import Friction
    from jobdash.headless.consent import Consent


def output(*, no_color: bool = False) -> Out:
    """The output of this process. Nothing moves on it unless it is a terminal and the person wants that."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    terminal = sys.stdout.isatty()
    plain = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "dumb") == "dumb"
    size = shutil.get_terminal_size()
    width = size.columns if terminal else None
    return Out(sys.stdout, sys.stderr, live=terminal and not plain, width=width, height=size.lines)


def consent(*, yes: bool, reason: str | None) -> "Consent":
    """How a change is allowed: beforehand by `--yes`, or by an answer on this terminal."""
    from jobdash.headless.consent import Consent  # noqa: PLC0415 - for those who change something

    async def ask(question: str, asked: "Friction") -> bool:
        return await confirm(question, "--yes", typed=asked.typed, countdown=asked.countdown)

    return Consent(confirm=None if yes else ask, reason=reason)


async def confirm(question: str, flag: str, *, typed: int | None = None, countdown: int = 0) -> bool:
    """A yes or no from the person; without a terminal nothing is asked. Raises ConfigError that names the flag.

    `typed` is the number that is to be typed instead of a yes, `countdown` is how many seconds it can be taken back.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(f"{question} There is no terminal to answer on: say {flag}")
    sys.stderr.write(f"{question} " + (f"[type {typed} or nothing] " if typed is not None else "[y/N] "))
    sys.stderr.flush()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    said = sys.stdin.readline().strip().lower()
    if said not in (("y", "yes") if typed is None else (str(typed),)):
        return False
    for left in range(countdown, 0, -1):
        sys.stderr.write(f"\rin {left} s; Ctrl+C cancels ")
        sys.stderr.flush()
        await asyncio.sleep(1)
    sys.stderr.write("\n" if countdown else "")
    return True
