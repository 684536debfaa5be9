"""From a server's log to log lines: objects by their fields, text by a leading time and level, gently."""

import re
from datetime import UTC, tzinfo
from typing import Any

from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import members
from jobdash.dialects.mapping.reader import Reader, specs
from jobdash.dialects.mapping.tables import LogTable
from jobdash.dialects.mapping.times import time
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.log import LogLine

LONGEST = 16_000_000
"""Characters of one line that are kept; how much of a longer one is missing stands at its end."""
LONG = 2_000
"""Lines of a log that is asked for again and again: of one that has only grown since, the new ones are read."""

LEVELS = {
    "trace": "debug",
    "debug": "debug",
    "info": "info",
    "notice": "info",
    "warn": "warning",
    "warning": "warning",
    "err": "error",
    "error": "error",
    "fatal": "error",
    "critical": "error",
}
STAMP = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?Z|\s?UTC|[+-]\d\d:?\d\d)?)\]?[\s:|-]*"
)
LEVEL = re.compile(r"[\[(<]?([A-Za-z]{3,8})[\])>]?(?:\s*[:|-]\s+|\s+)")


class LineReader:
    """Never raises and never loses a line: what is neither text nor object is shown as JSON."""

    def __init__(self, table: LogTable, zone: tzinfo | None) -> None:
        self._reader = Reader(specs(table, ("text", "time", "level")), zone, ("logs", "line"))
        self._last: tuple[list[Any], tuple[LogLine, ...]] = ([], ())
        self._names = members(table.text.at)
        self._time = time("auto", zone or UTC)

    def read(self, value: Any) -> tuple[LogLine, ...]:
        """The lines of a list, or of one text with line ends; nothing for nothing."""
        if isinstance(value, str):
            value = value.splitlines()
        if not isinstance(value, list):
            value = [] if value is None else [value]
        known, lines = self._last
        if len(value) < len(known) or value[: len(known)] != known:
            known, lines = [], ()
        lines += tuple(line for entry in value[len(known) :] if (line := self.line(entry)))
        if len(value) >= LONG:
            self._last = value, lines
        return lines

    def line(self, entry: Any) -> LogLine | None:
        if isinstance(entry, str):
            return self.gently(bounded(units.writable(entry)))
        if isinstance(entry, dict):
            said = self._reader.read(entry, [])
            level = str(said.get("level") or "").lower()
            text = said.get("text")
            if text is None:
                # JMESPath takes an empty text for none, but a server may well have logged an empty line.
                blank = any(type(entry.get(name)) is str for name in self._names)
                text = "" if blank else self._plain(entry)
            return LogLine(bounded(text), said.get("time"), LEVELS.get(level, level or None))
        return None if entry is None else LogLine(bounded(self._plain(entry)))

    def gently(self, text: str) -> LogLine:
        """A time and a level at the start are taken off only when both are certain to be that."""
        rest, at, level = text, None, None
        if found := STAMP.match(rest):
            try:
                at = self._time(found[1].replace(",", ".").replace(" Z", "Z"))
                rest = rest[found.end() :]
            except Unusable:
                return LogLine(text)
        if (found := LEVEL.match(rest)) and (at is not None or found[0][0] in "[(<" or found[1].isupper()):
            level = LEVELS.get(found[1].lower())
            rest = rest[found.end() :] if level else rest
        return LogLine(rest, at, level) if rest else LogLine(text)

    @staticmethod
    def _plain(entry: Any) -> str:
        try:
            return units.writable(units.as_json(entry))
        except Unusable as problem:
            return problem.expected


def bounded(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… {len(text) - LONGEST:,} more characters were not kept"
