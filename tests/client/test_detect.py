"""Finding out what kind of server it is, by its answers."""

import pytest

from jobdash.client.detect import detect
from jobdash.client.dialect import Answer, Dialect, DialectOptions, Request
from jobdash.model.errors import ConfigError, Unreachable
from tests.client.conftest import QUICK, Connect
from tests.client.scripted import Peer, Received, always, answer, serving


class Jobs(Dialect):
    title = "Jobs"

    @property
    def probe(self) -> Request | None:
        return Request(path="/jobs")

    def matches(self, answer: Answer) -> bool:
        return isinstance(answer.body, dict) and "jobs" in answer.body


class Locked(Jobs):
    def matches(self, answer: Answer) -> bool:
        return answer.status == 401 and answer.body == {"detail": "no key"}


class Stats(Jobs):
    @property
    def probe(self) -> Request | None:
        return Request(path="/stats")


class Quiet(Dialect):
    title = "Quiet"


class Harmful(Jobs):
    @property
    def probe(self) -> Request | None:
        return Request(path="/jobs", method="DELETE", changes=True)


class Picky(Jobs):
    def __init__(self, server: str, options: DialectOptions | None = None) -> None:
        raise ConfigError("no such path")


KINDS = {"jobs": Jobs, "locked": Locked, "stats": Stats, "quiet": Quiet, "harmful": Harmful, "picky": Picky}


async def test_the_kind_that_fits_is_found_and_equal_questions_are_asked_once(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        fine = request.target == "/jobs"
        await peer.send(answer('{"jobs": []}' if fine else "<html>", "200 OK" if fine else "404 X", "text/html"))

    async with serving(script) as server:
        found = await detect(connect(server.url), KINDS)
    assert (found.name, found.why) == ("jobs", "its answers are those of jobs")
    assert sorted(request.line for request in server.received) == ["GET /jobs HTTP/1.1", "GET /stats HTTP/1.1"]


async def test_an_error_answer_tells_too(connect: Connect) -> None:
    async with serving(always(answer('{"detail": "no key"}', "401 X"))) as server:
        assert (await detect(connect(server.url), KINDS)).name == "locked"


async def test_a_server_that_tells_nothing_without_credentials_is_told(connect: Connect) -> None:
    async with serving(always(answer("{}", "403 X"))) as server:
        found = await detect(connect(server.url), KINDS)
    assert (found.name, found.locked) == (None, True)


async def test_a_server_that_asks_for_credentials_where_it_has_anything_is_locked(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.send(answer("", "401 X" if request.target == "/stats" else "404 X"))

    async with serving(script) as server:
        found = await detect(connect(server.url), KINDS)
    assert (found.name, found.locked) == (None, True)
    assert found.why == "the server tells nothing without credentials that it accepts"


async def test_two_kinds_that_fit_are_not_guessed(connect: Connect) -> None:
    async with serving(always(answer('{"jobs": []}'))) as server:
        found = await detect(connect(server.url), KINDS)
    assert (found.name, found.fitting) == (None, ("jobs", "stats"))
    assert found.why == "its answers could be of jobs or stats: say which"


async def test_no_kind_that_fits_says_what_was_heard(connect: Connect) -> None:
    async with serving(always(answer("<html>", kind="text/html"))) as server:
        found = await detect(connect(server.url), KINDS)
    assert found.name is None
    assert "/jobs: answered HTML instead of JSON" in found.why


async def test_a_server_that_is_not_there_is_told_once(connect: Connect) -> None:
    found = await detect(connect("localhost:1"), KINDS)
    assert isinstance(found.unreachable, Unreachable)
    assert (
        found.why
        == "no known kind of server answers like this (connection refused by localhost:1: is the server running?)"
    )


async def test_a_slow_server_is_not_waited_for(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.closed()

    async with serving(script) as server:
        found = await detect(connect(server.url, timeouts=QUICK), KINDS, limit=0.1)
    assert "no answer within 0.1 s" in found.why


async def test_kinds_without_a_question_cannot_be_found(connect: Connect) -> None:
    found = await detect(connect("localhost:1"), {"quiet": Quiet})
    assert found.why == "no kind of server can be recognised by asking: say which it is"


@pytest.mark.parametrize("kinds", [{}, {"picky": Picky}])
async def test_no_kinds_are_no_crash(connect: Connect, kinds: dict[str, type[Dialect]]) -> None:
    assert (await detect(connect("localhost:1"), kinds)).name is None
