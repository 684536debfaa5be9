"""How `probe` finds out what a server is: by its answers, by a job's address, or by a mapping that somebody wrote."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jobdash.cli.servers import Servers
from jobdash.cli.wire import kinds
from jobdash.client.connection import Connection
from jobdash.client.detect import detect
from jobdash.client.dialect import Answer, Request
from jobdash.client.locate import Place, places
from jobdash.client.settings import ServerSettings
from jobdash.client.url import parse_base
from jobdash.dialects.mapping.draft import draft
from jobdash.dialects.mapping.examine import Finding, examine
from jobdash.dialects.mapping.load import load_mapping, parse_mapping
from jobdash.headless.codes import ENDED_BADLY, worst
from jobdash.headless.out import Out
from jobdash.headless.probing import describe, said_of, sources, tell
from jobdash.model.errors import ConfigError, NotFound, Unauthorised

WITH_A_JOB = "give the address of one job: its kind is told by its answer, or a mapping is drafted from that"
WITH_A_KEY = "put it into the config with its key ([[servers]] name, url, auth), and probe it again"


async def what_is(servers: Servers, out: Out, *, json: bool) -> int:
    """Says what the one server is; a draft mapping where only a job's own answer is known."""
    name = servers.names[0]
    settings = servers.settings(name)
    if settings.dialect is not None:
        return await _tell(servers, name, settings, "you said so", out, json=json)
    connection = Connection(settings)
    try:
        detection = await detect(connection, kinds())
        if detection.name is not None:
            found = replace(settings, dialect=detection.name)
            return await _tell(servers, name, found, detection.why, out, json=json)
        if detection.unreachable is not None:
            raise detection.unreachable
        unknown = ConfigError(f"{detection.why}; {WITH_A_KEY if detection.locked else WITH_A_JOB}")
        if not parse_base(settings.url).path:
            raise unknown
        try:
            answer = await _job(connection)
        except NotFound:
            raise unknown from None
    finally:
        await connection.aclose()
    fitting = _fitting(settings, answer)
    if fitting:
        place = _one(fitting)
        found = replace(settings, url=place.url, dialect=place.kind)
        return await _tell(servers, name, found, f"its job {place.id} looks like one", out, json=json)
    _draft(settings, answer, out, json=json)
    return 0


async def check_mapping(servers: Servers, file: str, out: Out, *, json: bool) -> int:
    """Holds a mapping against the answer about one job, then asks every source that it has."""
    factory = load_mapping(Path(file))
    name = servers.names[0]
    settings = servers.settings(name)
    located = [*places(settings.url, {file: factory}), None][0]
    problems: Sequence[Finding] = ()
    if located is not None:
        connection = Connection(settings)
        try:
            answer = await _job(connection)
        finally:
            await connection.aclose()
        found = examine(factory.plan.mapping, answer.body)
        for finding in found:
            tell(finding.field, finding.at, finding.value, finding.problem, out, json=json)
        problems = [finding for finding in found if finding.problem]
        settings = replace(settings, url=located.url)
    else:
        out.note("this is not the address of one job, so that the fields of a job cannot be checked")
    server = await servers.take(name, replace(settings, dialect=file)).ready()
    code = await sources(server, located.id if located else None, out, json=json)
    return worst([code, ENDED_BADLY if problems else 0])


async def _job(connection: Connection) -> Answer:
    """The answer about the job that is at the address itself."""
    try:
        return await connection.ask(Request(path=""))
    except Unauthorised as error:
        raise Unauthorised(f"{error}; {WITH_A_KEY}", status=error.status) from None


async def _tell(servers: Servers, name: str, settings: ServerSettings, why: str, out: Out, *, json: bool) -> int:
    server = await servers.take(name, settings).ready()
    await server.hello()
    describe(said_of(server, why), out, json=json)
    return 0


def _fitting(settings: ServerSettings, answer: Answer) -> list[Place]:
    """The kinds that such a job can be of, by its address and its answer."""
    return [
        place for place in places(settings.url, kinds()) if kinds()[place.kind](settings.name, None).matches(answer)
    ]


def _one(fitting: Sequence[Place]) -> Place:
    if len(fitting) > 1:
        which = " or ".join(place.kind for place in fitting)
        raise ConfigError(f"its answer could be of {which}; say which with --dialect")
    return fitting[0]


def _draft(settings: ServerSettings, answer: Answer, out: Out, *, json: bool) -> None:
    text = draft(settings.url, answer.body)
    parse_mapping(text, "draft")
    out.note("no known kind of server answers like this: here is a draft of a mapping file, from what its job says")
    if json:
        out.json({"kind": None, "draft": text})
    else:
        out.lines(text.splitlines())
