"""What the process says on stdout: one JSON line when it is ready, then one for every submitted job.

A thread of its own does the writing, so that a reader who stopped reading, or left, disturbs nobody.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Mapping

from jobdash.demo.jobs import Job

STDOUT = 1


class Announcements:
    """A mailbox in front of stdout. Lines that nobody reads are lost at the end, as they should be."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._write, name="announcements", daemon=True).start()

    def say(self, message: Mapping[str, object]) -> None:
        """Queue one line."""
        self._lines.put(json.dumps(message).encode() + b"\n")

    def submitted(self, job: Job) -> None:
        """Announce a new job, as an application's own log would."""
        order = job.order
        self.say({"submitted": {"face": order.face, "id": job.id, "type": order.kind, "label": order.label}})

    def _write(self) -> None:
        somebody_reads = sys.stdout is not None
        while True:
            line = self._lines.get()
            try:
                while line and somebody_reads:
                    line = line[os.write(STDOUT, line) :]
            except OSError:  # the reader left; serving goes on
                somebody_reads = False
