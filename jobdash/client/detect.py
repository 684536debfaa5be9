"""Which kind of server this is, found out by a few harmless questions. Nothing but GET is ever sent."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobdash.client.connection import Connection
from jobdash.client.dialect import Answer, Dialect, Request
from jobdash.client.refusal import reason
from jobdash.client.registry import DialectFactory
from jobdash.client.settings import ServerSettings
from jobdash.model.errors import JobdashError, ServerError, TimedOut

LIMIT = 5.0
"""Seconds for each question."""


@dataclass(frozen=True, slots=True)
class Detection:
    """`name` is the kind, None when it is not certain; `why` is a sentence for a person in any case.

    `unreachable` is the error when no question got an answer at all; `locked` is True when the server tells nothing
    without credentials, or with the ones it got.
    """

    name: str | None
    why: str
    fitting: tuple[str, ...] = ()
    unreachable: ServerError | None = None
    locked: bool = False


async def detect(connection: Connection, kinds: Mapping[str, DialectFactory], *, limit: float = LIMIT) -> Detection:
    """Asks each kind's probe, equal ones once and all at the same time, and lets each judge the answer."""
    settings = connection.settings
    dialects = dict(_bound(kinds, settings))
    probes = {name: probe for name, dialect in dialects.items() if (probe := _harmless(dialect)) is not None}
    questions = {_key(probe): probe for probe in probes.values()}
    heard = await asyncio.gather(*(_ask(connection, probe, limit) for probe in questions.values()))
    answers = dict(zip(questions, heard, strict=True))
    fitting = [name for name, probe in probes.items() if _fits(dialects[name], answers[_key(probe)])]
    return _judged(fitting, [(questions[key].path, answer) for key, answer in answers.items()])


def _bound(kinds: Mapping[str, DialectFactory], settings: ServerSettings) -> Iterator[tuple[str, Dialect]]:
    """The kinds that can be what the person's options say (a path that a kind does not have excludes it)."""
    for name, kind in kinds.items():
        try:
            yield name, kind(settings.name, settings.options)
        except JobdashError:
            continue


def _harmless(dialect: Dialect) -> Request | None:
    probe = dialect.probe
    return probe if probe is not None and probe.method == "GET" and not probe.changes else None


def _key(request: Request) -> tuple[str, tuple[tuple[str, str | int | float], ...]]:
    return request.path, tuple(sorted(request.query.items()))


async def _ask(connection: Connection, request: Request, limit: float) -> Answer | ServerError:
    try:
        async with asyncio.timeout(limit):
            return await connection.look(request)
    except TimeoutError:
        return TimedOut(f"no answer within {limit:g} s")
    except ServerError as error:
        return error


def _fits(dialect: Dialect, answer: Answer | ServerError) -> bool:
    return isinstance(answer, Answer) and dialect.matches(answer)


def _judged(fitting: list[str], heard: Sequence[tuple[str, Answer | ServerError]]) -> Detection:
    if len(fitting) == 1:
        return Detection(fitting[0], f"its answers are those of {fitting[0]}", tuple(fitting))
    if fitting:
        return Detection(None, f"its answers could be of {' or '.join(fitting)}: say which", tuple(fitting))
    told = dict.fromkeys(_told(path, answer) for path, answer in heard)
    if not told:
        return Detection(None, "no kind of server can be recognised by asking: say which it is")
    statuses = {answer.status if isinstance(answer, Answer) else None for _, answer in heard}
    if statuses & {401, 403} and statuses <= {401, 403, 404}:
        return Detection(None, "the server tells nothing without credentials that it accepts", locked=True)
    silent = [answer for _, answer in heard if isinstance(answer, ServerError) and answer.status is None]
    unreachable = silent[0] if len(silent) == len(heard) else None
    return Detection(None, f"no known kind of server answers like this ({'; '.join(told)})", unreachable=unreachable)


def _told(path: str, answer: Answer | ServerError) -> str:
    if isinstance(answer, ServerError) and answer.status is None:
        return str(answer)
    said = str(answer) if isinstance(answer, ServerError) else f"{answer.status} {reason(answer.status)}"
    return f"/{path.lstrip('/')}: {said}"
