"""Where a command writes: data on standard output in whole lines, everything else on standard error."""

import json
import math
import select
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TextIO

from jobdash.headless.plain import plain


class Unread(Exception):
    """What a command tells reaches nobody. No JobdashError: it is no fault of a server."""


class ReaderGone(Unread):
    """Nobody reads standard output any more, which is no error: they have what they wanted."""


class CannotWrite(Unread):
    """Standard output takes nothing, as on a full disk; the message says why."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"standard output cannot be written: {error.strerror}")


@dataclass(slots=True)
class Out:
    """`live` is True when standard output is a terminal on which lines may be drawn again; `width` is its cells."""

    stdout: TextIO
    stderr: TextIO
    live: bool = False
    width: int | None = None
    height: int = 24

    def line(self, text: str) -> None:
        """One line of data, harmless already; it reaches the reader at once and whole."""
        self.draw(text + "\n")

    def lines(self, texts: Iterable[str]) -> None:
        """Several lines in one go."""
        text = "\n".join(texts)
        if text:
            self.line(text)

    def json(self, record: Any) -> None:
        """One JSON value on one line."""
        self.line(json_text(record))

    def draw(self, text: str) -> None:
        """Text without a line end of its own, written at once. Raises ReaderGone and CannotWrite."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            raise ReaderGone("nobody reads standard output any more") from None
        except OSError as error:
            raise CannotWrite(error) from None

    def note(self, text: str) -> None:
        """A word to the person."""
        try:
            self.stderr.write(f"jobdash: {plain(text)}\n")
            self.stderr.flush()
        except OSError:
            return

    def trouble(self, server: str, error: Exception) -> None:
        """What went wrong with a server; its name is said once."""
        words = str(error)
        self.note(words if words.startswith(server) else f"{server}: {words}")

    def reader_left(self) -> bool:
        """True when nobody reads standard output any more: a pipe whose other end is closed."""
        try:
            poll = select.poll()
            poll.register(self.stdout.fileno(), 0)
            return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
        except (OSError, ValueError, AttributeError):
            return False


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON in ASCII, so that no character of a server reaches a terminal as itself; NaN becomes null."""
    separators = (",", ":") if indent is None else None
    try:
        return json.dumps(value, allow_nan=False, separators=separators, indent=indent)
    except ValueError:
        return json.dumps(_finite(value), allow_nan=False, separators=separators, indent=indent)
    except RecursionError:
        return json.dumps("nested too deeply")


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _finite(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_finite(entry) for entry in value]
        case _:
            return value
