"""What standard output is, and what a person can be asked there."""

import asyncio
import io
import os
import shutil
import sys

from jobdash.headless.out import Out
from jobdash.model.errors import ConfigError


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


async def confirm(question: str, flag: str) -> bool:
    """A yes or no from the person; without a terminal nothing is asked. Raises ConfigError that names the flag."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(f"{question} There is no terminal to answer on: say {flag}")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline().strip().lower() in ("y", "yes")
