"""Processes of a test: each is ended by its own id whatever happens, and its last words are shown when it fails."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")


def free_port() -> int:
    """A port of loopback on which nobody listens now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """True when somebody does."""
    with socket.socket() as made:
        made.settimeout(1)
        return made.connect_ex(("127.0.0.1", port)) == 0


class Processes:
    """Everything that was started in `folder`, in the order of starting."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that being ended ends them as well
        self.folder = folder
        self.env = {**os.environ, **env}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str | Path, **env: str) -> None:
        """Starts a process in a session of its own, away from the keys of this terminal."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [str(part) for part in command],
                cwd=self.folder,
                env={**self.env, **env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, *command: str | Path, seconds: float = 300) -> str:
        """What a command prints, once it has ended well."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
        return done.stdout.decode()

    def wait(self, what: Callable[[], T], told: str, seconds: float = 60) -> T:
        """Asks until the answer is true; an AssertionError with the last words of all processes when it is too late."""
        end = time.monotonic() + seconds
        while not (answer := what()):
            dead = [name for name, process in self._running.items() if process.poll() is not None]
            assert not dead and time.monotonic() < end, f"{told}; ended: {dead}\n{self.last_words()}"
            time.sleep(0.1)
        return answer

    def last_words(self) -> str:
        """The end of every log."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)

    def kill(self, name: str) -> None:
        """Ends a process and its children at once, so that they can tell nobody."""
        process = self._running.pop(name)
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(process.pid)
            for member in (*family.children(recursive=True), family):  # a work horse has a group of its own
                with suppress(psutil.NoSuchProcess):
                    member.kill()
        process.wait()

    def stop(self) -> None:
        """Ends all, the last started first."""
        for name in reversed(list(self._running)):
            self.kill(name)
