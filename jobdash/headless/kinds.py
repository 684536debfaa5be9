"""`dialects`: the kinds of server, and what each can do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.capabilities import Capabilities

ABLE = ("list", "feed", "stream", "long_poll", "logs", "queues", "workers", "submit", "results")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind by the registry's name."""

    name: str
    title: str
    capabilities: Capabilities

    @property
    def able(self) -> list[str]:
        """What it can do, in the words of the mapping format."""
        return list(able(self.capabilities))


def able(capabilities: Capabilities) -> Iterator[str]:
    """What a server can do: the sources, then the actions."""
    yield from (name for name in ABLE if getattr(capabilities, name))
    yield from (str(action) for action in capabilities.actions)


def unable(capabilities: Capabilities) -> Iterator[str]:
    """What a server cannot do, of all that jobdash knows to ask."""
    yield from (name for name in ABLE if not getattr(capabilities, name))


def show_kinds(kinds: Sequence[Kind], problems: Mapping[str, str], out: Out, *, json: bool = False) -> int:
    """Prints the kinds; one that cannot be used is named, and makes the exit code 2."""
    if json:
        for kind in kinds:
            out.json({"name": kind.name, "title": kind.title, "can": kind.able})
    else:
        rows = [(kind.name, kind.title, ", ".join(kind.able)) for kind in kinds]
        out.lines(table(("kind", "title", "can"), rows, out.width))
    for name, problem in problems.items():
        out.note(f"{name} cannot be used: {problem}")
    return 2 if problems else 0
