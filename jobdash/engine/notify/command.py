"""Tells a program of the person's own: the call as JSON on its standard input. Never through a shell."""

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from jobdash.engine.notify.call import Call, TellingFailed

WITHIN = 10.0
"""Seconds for the program to end, after which it is ended with everything that it started."""


class CommandTeller:
    """`argv` is run as it stands; it gets no text of a server as an argument."""

    def __init__(self, argv: Sequence[str], within: float = WITHIN) -> None:
        self._argv = tuple(argv)
        self._within = within

    async def tell(self, call: Call) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise TellingFailed(f"{self._argv[0]} cannot be run: {error.strerror}") from None
        try:
            async with asyncio.timeout(self._within):
                await process.communicate(json.dumps(call.as_json()).encode())
        except TimeoutError:
            raise TellingFailed(f"{self._argv[0]} did not end within {self._within:g} s and was ended") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode:
            raise TellingFailed(f"{self._argv[0]} ended with exit code {process.returncode}")
