"""Who acts here, for the audit log, and where that log is."""

import getpass
import os
import socket

from jobdash import __version__
from jobdash.config.paths import state_folder
from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, Who


def journal() -> Journal:
    """The audit log of this user."""
    return Journal(state_folder() / "audit.jsonl", who(), SystemClock(), __version__)


def who() -> Who:
    """The user, this machine, and the address they came from over SSH."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    return Who(user, socket.gethostname(), os.environ.get("SSH_CLIENT", "").partition(" ")[0] or None)
