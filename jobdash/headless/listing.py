"""`list`: the jobs that match, as a table, as JSON lines while they arrive, or as a number."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jobdash.engine.once import Once
from jobdash.engine.order import worst_first
from jobdash.engine.query import parse
from jobdash.headless.codes import code_of, worst
from jobdash.headless.gather import Row, Sweep
from jobdash.headless.out import Out
from jobdash.headless.record import FIELDS, record
from jobdash.headless.table import table
from jobdash.model.errors import ConfigError

COLUMNS = ("server", "id", "state", "progress", "type", "queue", "step", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show. `sort` is a field, with `-` in front for the other way round; None: what needs a person first."""

    query: str = ""
    sort: str | None = None
    columns: Sequence[str] = ()
    limit: int | None = None
    count: bool = False
    json: bool = False


async def show_list(servers: Sequence[Once], wanted: Wanted, out: Out) -> int:
    """Prints the jobs; the exit code says whether every server could be read."""
    columns = checked_columns(wanted.columns)
    order = _order(wanted.sort)
    sweep = Sweep(servers)
    if wanted.count:
        out.line(str(await _count(sweep, wanted)))
    elif wanted.json and wanted.sort is None:
        await _stream(sweep, wanted, columns if wanted.columns else tuple(FIELDS), out)
    else:
        rows = sorted([row async for row in matching(sweep, wanted.query)], key=order)
        rows = list(islice(rows, wanted.limit))
        if wanted.json:
            for row in rows:
                out.json(_only(row, columns if wanted.columns else tuple(FIELDS)))
        else:
            _print_table(rows, columns, out)
    return told(sweep, out)


async def matching(sweep: Sweep, query: str) -> AsyncGenerator[Row, None]:
    """The rows that match the query, as they arrive. Raises QueryError before anything is asked."""
    matches = parse(query)
    async with aclosing(sweep.rows()) as pages:
        async for rows in pages:
            for row in rows:
                if matches(row.job):
                    yield row


def told(sweep: Sweep, out: Out) -> int:
    """Says what is missing from the answer, and gives the exit code that it means."""
    for name, error in sweep.failed:
        out.trouble(name, error)
    for name in sweep.silent:
        out.note(f"{name} cannot list its jobs; name some: jobdash track {name} ID ...")
    for job in sweep.missing:
        out.note(f"{job}: the server does not have it (any more); jobdash untrack forgets it")
    return worst(code_of(error) for _, error in sweep.failed)


def checked_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns, all known. Raises ConfigError."""
    for name in columns:
        if name not in FIELDS:
            raise ConfigError(f"--columns: no column {name!r}; there are {', '.join(FIELDS)}")
    return tuple(columns) or COLUMNS


async def _count(sweep: Sweep, wanted: Wanted) -> int:
    count = 0
    async with aclosing(matching(sweep, wanted.query)) as rows:
        async for _ in rows:
            count += 1
            if count == wanted.limit:
                break
    return count


async def _stream(sweep: Sweep, wanted: Wanted, fields: Sequence[str], out: Out) -> None:
    left = wanted.limit
    if left == 0:
        return
    async with aclosing(matching(sweep, wanted.query)) as rows:
        async for row in rows:
            out.json(_only(row, fields))
            left = None if left is None else left - 1
            if left == 0:
                return


def _print_table(rows: Sequence[Row], columns: Sequence[str], out: Out) -> None:
    cells = [[_cell(record(row.job, row.detail, url=row.url)[name]) for name in columns] for row in rows]
    out.lines(table(columns, cells, out.width))


def _cell(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _only(row: Row, fields: Sequence[str]) -> dict[str, Any]:
    whole = record(row.job, row.detail, url=row.url)
    return {name: whole[name] for name in fields}


def _order(sort: str | None) -> Callable[[Row], Any]:
    """The key to sort by. What is unknown comes last, whichever way round."""
    if sort is None:
        return lambda row: worst_first(row.job)
    name, backwards = sort.lstrip("-"), sort.startswith("-")
    if name not in FIELDS or name in ("result", "data", "results"):
        raise ConfigError(f"--sort: cannot sort by {name!r}; there are {', '.join(FIELDS)}")

    def key(row: Row) -> tuple[bool, Any, Any]:
        value = record(row.job)[name]
        unknown = value is None
        if isinstance(value, (int, float)):
            return unknown, -value if backwards else value, row.job.key
        return unknown, Backwards(str(value)) if backwards else str(value), row.job.key

    return key


@dataclass(frozen=True, slots=True)
class Backwards:
    """A text that sorts the other way round."""

    text: str

    def __lt__(self, other: "Backwards") -> bool:
        return self.text > other.text
