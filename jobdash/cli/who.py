"""Who acts here, for the audit log, and where that log is."""

import getpass
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from jobdash import __version__
from jobdash.config.paths import config_file, state_folder
from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, Who
from jobdash.engine.whole_lines import WholeLines

if TYPE_CHECKING:
    from jobdash.config.models import AuditTable, Config

MEGABYTE = 1_000_000


def journal(config: Path | None = None) -> Journal:
    """The audit log of this user, as a config file wants it."""
    return journal_of(_loaded(config))


def journal_of(config: "Config | None") -> Journal:
    """The same, for a config that was read already."""
    required = config is None or config.audit.required
    return Journal(_file(config), who(), SystemClock(), __version__, required=required)


def log_file(config: Path | None = None) -> WholeLines:
    """Where the audit log is."""
    return _file(_loaded(config))


def _loaded(path: Path | None) -> "Config | None":
    if path is None and not config_file().exists():
        return None
    from jobdash.config.load import load  # noqa: PLC0415 - where there is no file, pydantic is not needed

    return load(path or config_file())


def _file(config: "Config | None") -> WholeLines:
    usual = state_folder() / "audit.jsonl"
    if config is None:
        return WholeLines(usual)
    table: AuditTable = config.audit
    path = usual if table.file is None else config.folder / Path(table.file).expanduser()
    return WholeLines(path, largest=int(table.largest_mb * MEGABYTE), keep=table.keep)


def who() -> Who:
    """The user, this machine, and the address they came from over SSH."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    return Who(user, socket.gethostname(), os.environ.get("SSH_CLIENT", "").partition(" ")[0] or None)
