"""A program in a pseudo-terminal, measured from outside: what it paints, when, and what that costs."""

import fcntl
import os
import pty
import re
import select
import statistics
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psutil
import pyte

KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "pgdn": "\x1b[6~",
    "enter": "\r",
    "esc": "\x1b",
    "end": "\x1b[F",
    "home": "\x1b[H",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program cost while it was watched; `cpu` is in percent of one core, `rss` in megabytes."""

    cpu: float
    rss: float
    bytes_per_second: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a key to the first byte that followed."""

    p50: float
    p95: float
    worst: float


class Terminal:
    """Runs `argv` until the end of the `with`; every process it started is ended then.

    `exact` hands on what the program writes as it is: no line feed of it becomes a carriage return and a line feed.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        exact: bool = False,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        if exact:
            self._screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.ByteStream(self._screen)
        self.bytes = 0
        self.written = bytearray()
        self._began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            if exact:
                modes = termios.tcgetattr(1)
                modes[1] &= ~termios.OPOST
                termios.tcsetattr(1, termios.TCSANOW, modes)
            # A whole environment: the readline library puts COLUMNS and LINES into the one that would be passed on.
            fit = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            given = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
            os.execvpe(argv[0], list(argv), {**given, **fit, **(env or {})})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        processes = self._tree()
        for process in processes:
            with suppress(psutil.Error):
                process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=5)
        for process in alive:
            process.kill()
        os.close(self._fd)

    @property
    def screen(self) -> pyte.Screen:
        """What the terminal holds, cell by cell."""
        return self._screen

    @property
    def text(self) -> str:
        """What a person would see now."""
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        return "\n".join("".join(self._screen.buffer[y][x].data for x in columns) for y in rows)

    def pump(self, seconds: float) -> bool:
        """Reads what there is, waiting at most so long for the first byte; True when something came."""
        data = self._read(seconds)
        self.draw(data)
        return bool(data)

    def taken(self, seconds: float) -> list[tuple[float, bytes]]:
        """What comes within so many seconds, each piece with the moment at which it came, and not drawn yet."""
        pieces, until = [], time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if data := self._read(left):
                pieces.append((time.perf_counter(), data))
        return pieces

    def draw(self, data: bytes) -> None:
        """Puts what was taken on the screen."""
        self._stream.feed(data)

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return b""
        self.bytes += len(data)
        self.written += data
        return data

    def wait_for(self, pattern: str, seconds: float = 60.0) -> float:
        """Seconds from the start until the screen shows `pattern`. Raises TimeoutError with the screen."""
        wanted = re.compile(pattern)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.pump(0.01)
            if wanted.search(self.text):
                return time.perf_counter() - self._began
        raise TimeoutError(f"no {pattern!r} on the screen within {seconds:g} s:\n{self.text}")

    def watch(self, seconds: float) -> Cost:
        """Looks on for a while."""
        before, bytes_before, began = self._cpu(), self.bytes, time.perf_counter()
        while time.perf_counter() - began < seconds:
            self.pump(0.05)
        took = time.perf_counter() - began
        rss = sum(_asked(process, lambda p: p.memory_info().rss) for process in self._tree()) / 1e6
        return Cost(100 * (self._cpu() - before) / took, rss, (self.bytes - bytes_before) / took)

    def press(self, key: str) -> None:
        """Sends a key without waiting."""
        os.write(self._fd, KEYS.get(key, key).encode())

    def resize(self, columns: int, rows: int) -> None:
        """Makes the terminal another size, and tells the program as a real one would."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def exit_code(self, seconds: float) -> int:
        """Waits for the program to end. Raises TimeoutError with the screen when it does not."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.pump(0.02)
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
        raise TimeoutError(f"still running after {seconds:g} s:\n{self.text}")

    def latency(self, keys: Sequence[str]) -> Latency:
        """Presses each key and waits for the first paint after it; what came is drawn only when the time was taken."""
        measured = []
        for key in keys:
            while self.pump(0.0):
                pass
            began = time.perf_counter()
            self.press(key)
            data = self._read(2.0)
            measured.append(1000 * (time.perf_counter() - began))
            self.draw(data)
            self.pump(0.05)
        measured.sort()
        return Latency(statistics.median(measured), measured[int(0.95 * (len(measured) - 1))], measured[-1])

    def _tree(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.pid)
            return [root, *root.children(recursive=True)]
        except psutil.Error:
            return []

    def _cpu(self) -> float:
        return sum(_asked(process, lambda p: p.cpu_times().user + p.cpu_times().system) for process in self._tree())


def _asked(process: psutil.Process, question: Callable[[psutil.Process], float]) -> float:
    try:
        return question(process)
    except psutil.Error:
        return 0.0
