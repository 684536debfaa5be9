"""What can be wrong with an answer: any part of it absent, null, of another type, huge, or hostile."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from jobdash.model.job import Json

Path = tuple[str | int, ...]

ABSENT: Final = object()
"""Stands for: this part is not there at all."""

HOSTILE: Final = "\x00\x1b[2J\x1b]0;title\x07\u202e\u2066[bold]markup[/] <b>&amp;{id} %s\r\n\ttail"
ELEMENTS: Final = 1
"""So many elements of a list are looked into; the others are like them."""


def _deep(depth: int) -> Json:
    found: Json = []
    for _ in range(depth):
        found = [found]
    return found


WRONG: Final[tuple[Any, ...]] = (
    ABSENT,
    None,
    True,
    0,
    -1,
    7,
    2**70,
    10**400,
    1e308,
    -0.5,
    float("nan"),
    float("inf"),
    "",
    " ",
    "many",
    "x" * 20_000,
    HOSTILE,
    "\ud800",
    "../../up",
    "2024-13-45T99:99:99Z",
    "9999-12-31T23:59:59-23:59",
    [],
    {},
    [None],
    [[1], {"a": []}],
    {"": None, "id": {"id": 1}, "7": HOSTILE},
    _deep(200),
)


def places(body: Json, at: Path = ()) -> Iterator[Path]:
    """Where every part of a body is, the whole of it first."""
    yield at
    if isinstance(body, dict):
        for name, part in body.items():
            yield from places(part, (*at, name))
    elif isinstance(body, list):
        for index, part in enumerate(body[:ELEMENTS]):
            yield from places(part, (*at, index))


def spoilt(body: Json, at: Path, wrong: Any) -> Json:
    """A copy of `body` with something wrong in one place."""
    if not at:
        return None if wrong is ABSENT else deepcopy(wrong)
    made = deepcopy(body)
    holder = made
    for part in at[:-1]:
        holder = holder[part]
    if wrong is ABSENT:
        del holder[at[-1]]
    else:
        holder[at[-1]] = deepcopy(wrong)
    return made


def spoilings(body: Json) -> Iterator[tuple[Path, Any, Json]]:
    """Every way in which `body` can be spoilt: where, with what, and the outcome."""
    for at in places(body):
        for wrong in WRONG:
            yield at, wrong, spoilt(body, at, wrong)
