"""What `probe` says: what a server can do and what it cannot, and how a mapping fits a live server."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from jobdash.engine.once import Once
from jobdash.headless.codes import code_of, worst
from jobdash.headless.kinds import able, unable
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.model.errors import JobdashError


def said_of(server: Once, why: str) -> dict[str, Any]:
    """What was found out, as one record."""
    dialect = server.dialect
    return {
        "url": server.url,
        "kind": server.kind,
        "title": dialect.title,
        "why": why,
        "can": ["job", *able(server.capabilities)],
        "cannot": list(unable(server.capabilities)),
        "poll_s": dialect.poll,
        "key_header": dialect.key_header,
        "forms": [form.name for form in dialect.forms],
    }


def describe(said: dict[str, Any], out: Out, *, json: bool) -> None:
    """Prints the record."""
    if json:
        out.json(said)
        return
    names = {"poll_s": "poll (s)", "key_header": "key header"}
    for name, value in said.items():
        if value not in (None, []):
            text = ", ".join(value) if isinstance(value, list) else f"{value}"
            out.line(f"{names.get(name, name) + ':':12} {plain(text)}")


async def sources(server: Once, id: str | None, out: Out, *, json: bool) -> int:
    """Asks every source that the mapping has, once, and says what each gives. Nothing but GET is sent."""
    codes = []
    for name, ask in _questions(server, id):
        try:
            words, problem = await ask(), ""
        except JobdashError as error:
            words, problem = "", str(error)
            codes.append(code_of(error))
        tell(name, "", words or None, problem or None, out, json=json)
    return worst(codes)


def tell(name: str, at: str, value: str | None, problem: str | None, out: Out, *, json: bool) -> None:
    """One line: the field or source, what it finds, and what is wrong with it."""
    if json:
        out.json({"field": name, "at": at or None, "value": value, "problem": problem})
        return
    mark = "bad " if problem else "ok  " if value is not None else "none"
    where = f" ({plain(at)})" if at else ""
    out.line(f"{mark} {name}{where}: {plain(problem or value or 'nothing there')}")


Question = Callable[[], Awaitable[str]]


def _questions(server: Once, id: str | None) -> Iterator[tuple[str, Question]]:
    can = server.capabilities
    if can.list:
        yield "list", lambda: _listed(server)
    if can.queues:
        yield "queues", lambda: _counted(server.queues, "queues")
    if can.workers:
        yield "workers", lambda: _counted(server.workers, "workers")
    if can.logs and id is not None:
        yield "logs", lambda: _counted(lambda: server.logs(id), "log lines")


async def _listed(server: Once) -> str:
    async for page in server.pages():
        bad = f", {len(page.problems)} not understood: {page.problems[0]}" if page.problems else ""
        return f"{len(page.reports)} jobs on the first page{bad}"
    return "no page"


async def _counted(ask: Callable[[], Awaitable[Sequence[object]]], what: str) -> str:
    return f"{len(await ask())} {what}"
