"""Job words from the command line and from standard input, and which of them are jobs rather than a query."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jobdash.model.errors import ConfigError

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers

LONGEST = 4096
"""No line that names a job is longer, in characters."""


def with_input(words: Sequence[str]) -> list[str]:
    """The words, `-` replaced by what standard input names: a job a line, or the JSON lines of `list --json`."""
    if "-" not in words:
        return list(words)
    before, after = list(words[: words.index("-")]), [word for word in words[words.index("-") :] if word != "-"]
    return [*before, *filter(None, (named(line) for line in sys.stdin)), *after]


def named(line: str) -> str:
    """The job that a line of input names; empty for an empty line. Raises ConfigError."""
    text = line.strip()
    if not text.startswith("{"):
        if len(text) > LONGEST:
            raise ConfigError("standard input: a line that is too long to name a job")
        return text.split()[0] if text else ""
    try:
        record = json.loads(text)
        return f"{record['server']}/{record['id']}"
    except (ValueError, KeyError, RecursionError):
        raise ConfigError(
            "standard input: a job a line is expected, or JSON lines as jobdash list --json prints them"
        ) from None


async def are_jobs(servers: "Servers", words: Sequence[str]) -> bool:
    """True when every word names a job; otherwise they are a query."""
    return bool(words) and all([await _is_job(servers, word) for word in words])


async def _is_job(servers: "Servers", word: str) -> bool:
    name, slash, _ = word.partition("/")
    if "://" in word or (slash and name in servers.names):
        return True
    if any(word in servers.get(name).known for name in servers.names):
        return True
    if len(servers.names) > 1 or not word.replace("-", "").replace("_", "").isalnum():
        return False
    only = await servers.get(servers.names[0]).ready()
    return not only.capabilities.list
