"""`doctor`: each thing that jobdash needs, ok or what to do about it. No line ever holds a secret."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from jobdash.engine.once import Hello, Once
from jobdash.headless.codes import DONE, ENDED_BADLY, code_of, worst
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.model.capabilities import Capabilities
from jobdash.model.errors import ConfigError, JobdashError, ServerError, Throttled, Unauthorised, Unreachable
from jobdash.model.server import CLOCKS_AGREE

LEAST_WIDTH, LEAST_HEIGHT = 60, 15


@dataclass(frozen=True, slots=True)
class Finding:
    """`todo` is the next step of a person, None when all is well. `code` is the exit code that it means."""

    what: str
    words: str
    todo: str | None = None
    code: int = DONE


def report(findings: Sequence[Finding], out: Out, *, json: bool = False) -> int:
    """Prints the findings; the exit code is the worst of theirs."""
    for finding in findings:
        if json:
            out.json({"what": finding.what, "ok": finding.todo is None, "said": finding.words, "todo": finding.todo})
        else:
            todo = f" -> {finding.todo}" if finding.todo else ""
            out.line(plain(f"{'todo' if finding.todo else 'ok  '} {finding.what}: {finding.words}{todo}"))
    return worst(finding.code for finding in findings)


def terminal(environment: Mapping[str, str], *, tty: bool, encoding: str, size: tuple[int, int]) -> Iterator[Finding]:
    """What the screen will find here; `size` is columns and lines."""
    if not tty:
        yield Finding("terminal", "standard output is none, so only the commands without a screen work here")
        return
    name = environment.get("TERM", "dumb")
    yield Finding("terminal", name, "set TERM to what your terminal is" if name == "dumb" else None)
    utf8 = encoding.lower().replace("-", "") == "utf8"
    yield Finding("encoding", encoding, None if utf8 else "the screen needs UTF-8: try LC_ALL=C.UTF-8")
    true = environment.get("COLORTERM") in ("truecolor", "24bit")
    colours = "16 million" if true else "256" if "256" in name else "16"
    yield Finding("colours", "none (NO_COLOR)" if environment.get("NO_COLOR") else colours)
    small = size[0] < LEAST_WIDTH or size[1] < LEAST_HEIGHT
    todo = f"the screen needs {LEAST_WIDTH} x {LEAST_HEIGHT}" if small else None
    yield Finding("size", f"{size[0]} x {size[1]}", todo)
    if "TMUX" in environment:
        yield Finding("clipboard", "through tmux (OSC 52); needs `set -g set-clipboard on` in tmux.conf")
    else:
        yield Finding("clipboard", "by OSC 52, where the terminal allows it")


async def server_finding(server: Once) -> Finding:
    """Connection, latency, credentials, clock and delivery of one server, in one line."""
    where = f"{server.kind} at {server.url}" if server.kind != "?" else server.url
    try:
        hello = await server.hello()
    except JobdashError as error:
        return Finding(server.name, f"{where}: {error}", _todo(server, error), code_of(error))
    skew = _skew(hello)
    parts = [f"{server.kind} at {server.url}", f"{hello.seconds * 1000:.0f} ms", _delivery(server.capabilities)]
    parts.append("read-only" if server.care.read_only else "")
    parts.append(f"its clock differs by {skew:.0f} s" if skew is not None and abs(skew) > CLOCKS_AGREE else "")
    words = ", ".join(part for part in parts if part)
    if skew is not None and abs(skew) > CLOCKS_AGREE:
        return Finding(server.name, words, "let NTP set both clocks: ages and deadlines are wrong", ENDED_BADLY)
    return Finding(server.name, words)


async def servers(all_of_them: Sequence[Once]) -> list[Finding]:
    """One finding a server, all asked at the same time."""
    return list(await asyncio.gather(*(server_finding(server) for server in all_of_them)))


def _todo(server: Once, error: JobdashError) -> str:
    match error:
        case ConfigError():
            return "correct the server's table in the config, or set what it names"
        case Unauthorised():
            header = server.dialect.key_header
            hint = f' (auth = {{ header = "{header}", env = "..." }})' if header else ""
            return f"give its credentials in the config: auth{hint}"
        case Throttled():
            return "ask less often: rate or poll in the config"
        case Unreachable():
            return "start the server, or correct its url"
        case ServerError() if error.status is not None and error.status >= 500:
            return "look into the server's own log"
        case _:
            return "correct its url or its dialect: jobdash probe URL"


def _skew(hello: Hello) -> float | None:
    """Seconds by which the server's clock is ahead; it tells whole seconds only."""
    if hello.date is None:
        return None
    try:
        server = parsedate_to_datetime(hello.date).timestamp() + 0.5
    except (ValueError, TypeError, OverflowError):
        return None
    return server - (hello.asked_at + hello.seconds / 2)


def _delivery(able: Capabilities) -> str:
    ways = ((able.feed, "one stream for all jobs"), (able.stream, "a stream a job"), (able.long_poll, "long polls"))
    return "news by " + ", ".join([*(way for can, way in ways if can), "polling"])
