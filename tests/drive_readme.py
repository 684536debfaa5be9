"""Runs a README command in a terminal as a person would: waits for the screen and leaves with `q`."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

WANTED = re.compile(rb"docs.*crawl", re.DOTALL)
"""Two servers of the demo on one screen."""

PATIENCE = 300.0
"""Seconds for the installation and the first screen."""


def drive(command: str) -> int:
    """The exit code of `command`, which has to show the screen first and to end after `q`."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        os.execvp("bash", ["bash", "-c", command])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    until = time.monotonic() + PATIENCE
    asked = False
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""
        if not data:
            break
        seen += data
        if not asked and WANTED.search(seen):
            os.write(terminal, b"q")
            asked = True
    if not asked:
        sys.stderr.write(seen.decode(errors="replace")[-4000:])
        sys.stderr.write("\nthe screen did not come\n")
        return 1
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(drive(sys.argv[1]))
