"""The lines of a file that grows, each once: what was there, then what is written. Nothing here waits."""

import os
from pathlib import Path

AT_ONCE = 1_000_000
"""Bytes that are read in one go."""

LONGEST = 65_536
"""Bytes; a line that is longer is passed over."""


class NewLines:
    """Begins anew when the file was replaced or cut. The last line may lack its end: then it counts when it stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = 0
        self._inode = 0
        self._begun = b""

    def read(self) -> list[str]:
        """The lines since the last time. Raises OSError."""
        with self.path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_ino != self._inode or status.st_size < self._at:
                self._inode, self._at, self._begun = status.st_ino, 0, b""
            file.seek(self._at)
            data = file.read(AT_ONCE)
        self._at += len(data)
        *whole, self._begun = (self._begun + data).split(b"\n") if data else (self._begun, b"")
        return [line.decode(errors="replace").strip() for line in whole if line.strip() and len(line) <= LONGEST]
