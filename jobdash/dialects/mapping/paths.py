"""Which path each source of one server has: the mapping's, unless the person's config says another or "off"."""

import re
from collections.abc import Mapping as Words
from typing import Any
from urllib.parse import unquote

from jobdash.client.dialect import DialectOptions, Request
from jobdash.dialects.mapping.check import job_words, placeholders
from jobdash.dialects.mapping.complaint import suggestion
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.sources import Source
from jobdash.dialects.mapping.template import fill, fill_path, joined
from jobdash.model.errors import ConfigError

SOURCES = ("list", "get", "stream", "feed", "long_poll", "logs", "queues", "workers")
NEED_A_TABLE = ("list", "long_poll", "queues", "workers")
OF_ONE_JOB = ("get", "stream", "long_poll", "logs")
OFF = "off"


class Paths:
    """Raises ConfigError for a source that the mapping cannot have."""

    def __init__(self, mapping: Mapping, options: DialectOptions) -> None:
        base = mapping.base if options.base is None else options.base
        self.base = ("/" + base.strip("/")) if base.strip("/") else ""
        self._paths: dict[str, str] = {}
        self._queries: dict[str, Words[str, Any]] = {}
        for name in SOURCES:
            table: Source | None = getattr(mapping, "listing" if name == "list" else name)
            path = options.paths.get(name, table.path if table else None)
            if name in options.paths and table is None and name in NEED_A_TABLE and path != OFF:
                raise ConfigError(f"paths.{name}: {mapping.title} has no [{name}] in its mapping")
            if path is not None and path != OFF:
                self._paths[name] = allowed(
                    name, path if not path or path.startswith("/") else f"/{path}", job_words(mapping)
                )
                self._queries[name] = table.query if table else {}
        for name in options.paths:
            if name not in SOURCES:
                raise ConfigError(f"paths.{name}: unknown source{suggestion(name, list(SOURCES))}")

    def has(self, source: str) -> bool:
        return source in self._paths

    def holds(self, source: str, word: str) -> bool:
        """True when a source's path or query has a place for `word`."""
        return word in placeholders(self._paths[source]) | placeholders(self._queries[source])

    def located(self, path: str) -> tuple[str, str] | None:
        """The server's path and the id in a path that `[get]` could have asked; None for any other path."""
        if not self.has("get"):
            return None
        parts = re.split(r"\{(\w+)\}", joined(self.base, self._paths["get"]))
        if parts[1::2].count("id") != 1:
            return None
        pattern = "".join(
            re.escape(part) if at % 2 == 0 else "(?P<id>[^/]+)" if part == "id" else "[^/]+"
            for at, part in enumerate(parts)
        )
        found = re.fullmatch(f"(?P<server>.*?){pattern}/?", path)
        return None if found is None else (found["server"].rstrip("/"), unquote(found["id"]))

    def request(
        self, source: str, words: Words[str, Any], query: Words[str, Any] | None = None, wait: float = 0.0
    ) -> Request:
        """A GET for a source, with `words` in the places of its path and query."""
        path = joined(self.base, fill_path(self._paths[source], words))
        return Request(path=path, query={**fill(self._queries[source], words), **(query or {})}, wait=wait)


def allowed(source: str, path: str, of_one_job: set[str]) -> str:
    """`path` itself. Raises ConfigError when something in its braces can never be filled."""
    words = of_one_job if source in OF_ONE_JOB else {"queue"} if source == "list" else set()
    for word in sorted(placeholders(path) - words):
        raise ConfigError(f"paths.{source}: nothing fills {{{word}}} in {path}")
    return path
