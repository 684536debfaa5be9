"""A file that only grows, by whole lines, also with several processes at it. What a line says is told elsewhere.

A lock beside the file holds the others off while a line is written or files are rotated; `fsync` makes the line
outlive this machine's sudden end.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LARGEST = 10_000_000
KEEP = 20


class WholeLines:
    """`largest` is the size in bytes at which a new file is begun; `keep` old ones stay, `NAME.1` is the newest."""

    def __init__(self, path: Path, *, largest: int = LARGEST, keep: int = KEEP) -> None:
        self.path = path
        self.largest = largest
        self.keep = keep

    def files(self) -> list[Path]:
        """The files that are there, the oldest first."""
        older = [self._older(number) for number in range(self.keep, 0, -1)]
        return [path for path in (*older, self.path) if path.exists()]

    def append(self, line: bytes) -> None:
        """Writes one line, which ends itself. Raises OSError, and then nothing of it stays in the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            file = self._opened(len(line))
            try:
                size = os.fstat(file).st_size
                # A line that a crash or a full disk tore stays alone on its line.
                torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
                whole = b"\n" + line if torn else line
                if os.write(file, whole) != len(whole):
                    os.ftruncate(file, size)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(file)
            finally:
                os.close(file)

    def _opened(self, room: int) -> int:
        """The file, rotated where it has no room for so many bytes."""
        file = self._open()
        size = os.fstat(file).st_size
        if not size or size + room <= self.largest:
            return file
        os.close(file)
        self._rotate()
        return self._open()

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)

    def _rotate(self) -> None:
        for number in range(self.keep - 1, 0, -1):
            if self._older(number).exists():
                self._older(number).replace(self._older(number + 1))
        self.path.replace(self._older(1))

    def _older(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While nobody else writes or rotates; where the system has no such lock, lines alone must do."""
        lock = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            if sys.platform != "win32":
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
