"""Where job ids come from while the screen is open: the `jobs_file` of servers, and standard input."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from jobdash.cli.words import named
from jobdash.config.models import Config, ServerTable
from jobdash.engine.companions import Jobs, follow_file, follow_stream
from jobdash.engine.monitor import Companion
from jobdash.engine.new_lines import NewLines
from jobdash.model.errors import ConfigError

KEYBOARD = "/dev/tty"


def followed_files(config: Config) -> list[Companion]:
    """One companion for each server with a `jobs_file`."""
    return [
        follow_file(NewLines(config.folder / Path(table.jobs_file).expanduser()), _of_one(table))
        for table in config.servers
        if table.jobs_file is not None
    ]


def jobs_in(table: ServerTable, config: Config) -> list[str]:
    """The ids in the `jobs_file` of a server, for those who look once; none where it is not there (yet)."""
    path, jobs = config.folder / Path(table.jobs_file or "").expanduser(), _of_one(table)
    try:
        return [id for line in path.read_text(errors="replace").splitlines() for _, id in jobs(line)]
    except FileNotFoundError:
        return []
    except (OSError, ConfigError) as error:
        raise ConfigError(f"{path}: {error.strerror if isinstance(error, OSError) else error}") from None


def _of_one(table: ServerTable) -> Jobs:
    def jobs(line: str) -> list[tuple[str, str]]:
        word = named(line)
        return [(table.name, word.removeprefix(f"{table.name}/"))] if word else []

    return jobs


def placed(word: str, servers: Sequence[str]) -> list[tuple[str, str]]:
    """Server and id of the jobs that a word may mean: `SERVER/ID` is one; a bare id is asked of every server."""
    server, slash, id = word.partition("/")
    return [(server, id)] if slash and id and server in servers else [(name, word) for name in servers]


def followed_input(source: str, servers: Sequence[str]) -> Companion:
    """Follows `-`, standard input, or a file. `SERVER/ID` is a job of that server, a bare id is asked of every one."""

    def jobs(line: str) -> list[tuple[str, str]]:
        word = named(line)
        return placed(word, servers) if word else []

    if source != "-":
        return follow_file(NewLines(Path(source)), jobs)
    stream = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
    _take_keys_from_the_terminal()
    return follow_stream(stream, "standard input", jobs)


def _take_keys_from_the_terminal() -> None:
    """Standard input brings jobs, so keys come from the terminal itself. Raises ConfigError where there is none."""
    try:
        keyboard = os.open(KEYBOARD, os.O_RDWR)
    except OSError:
        raise ConfigError("--jobs -: the screen needs a terminal for its keys, and there is none") from None
    os.dup2(keyboard, sys.stdin.fileno())
    os.close(keyboard)
