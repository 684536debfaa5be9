"""Questions and answers: what is sent, what each status means, and in whose words."""

from dataclasses import replace
from typing import Any

import pytest

from jobdash.client.auth import Auth
from jobdash.client.dialect import Dialect, Request
from jobdash.client.retry import Retry
from jobdash.client.secret import Literal, Secret
from jobdash.client.wire import LIMITS
from jobdash.model.errors import (
    BadAnswer,
    NotFound,
    Rejected,
    ServerError,
    ServerFault,
    Throttled,
    Unauthorised,
    Unreachable,
)
from tests.client.conftest import Connect
from tests.client.scripted import Peer, Received, always, answer, hanging_up, serving

GET = Request(path="/jobs")


async def test_a_question_carries_its_query_body_and_headers(connect: Connect) -> None:
    async with serving(always(answer('{"n": 12345678901234567890}', x_other="1"))) as server:
        connection = connect(server.url + "/api/", headers={"X-Team": "night"})
        got = await connection.ask(Request(path="/jobs", query={"state": "a b", "page": 2}))
        await connection.ask(Request(path="/jobs/1", method="PUT", json={"action": "pause"}, changes=True))
    asked, changed = server.received
    assert asked.line == "GET /api/jobs?state=a%20b&page=2 HTTP/1.1"
    assert (asked.headers["accept"], asked.headers["x-team"]) == ("application/json", "night")
    assert asked.headers["user-agent"].startswith("jobdash/")
    assert (got.status, got.body, got.headers["x-other"]) == (200, {"n": 12345678901234567890}, "1")
    assert got.url == f"{server.url}/api/jobs"
    assert (changed.method, changed.body) == ("PUT", b'{"action":"pause"}')
    assert changed.headers["content-type"] == "application/json"
    assert (connection.sent, server.connections) == (2, 1)


@pytest.mark.parametrize("status", ["204 No Content", "200 OK"])
async def test_an_answer_without_a_body_is_none(connect: Connect, status: str) -> None:
    async with serving(always(answer(b"", status))) as server:
        assert (await connect(server.url).ask(GET)).body is None


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        ("400 X", '{"error": "Invalid action", "details": "not one"}', Rejected, "Invalid action: not one (400)"),
        ("409 Conflict", '{"message": "already done"}', Rejected, "already done (409)"),
        ("422 X", '{"detail": [{"loc": ["body", "n"], "msg": "too small"}]}', Rejected, "body.n: too small (422)"),
        ("404 Not Found", '{"detail": "Job not found"}', NotFound, "Job not found (404)"),
        ("410 Gone", "", NotFound, "Gone (410)"),
        ("401 X", '{"error": {"message": "no"}}', Unauthorised, "the server asks for credentials: no (401)"),
        ("403 Forbidden", "<html>", Unauthorised, "the server forbids this without credentials: Forbidden (403)"),
        ("500 X", '{"error": "A\\n\\u001b[31m", "details": {"msg": "line 3"}}', ServerFault, "A [31m: line 3 (500)"),
        ("503 Service Unavailable", "<html>sorry</html>", ServerFault, "Service Unavailable (503)"),
        ("504 X", "[1, 2]", ServerFault, "Gateway Timeout (504)"),
        ("429 Too Many Requests", '{"message": "slow down"}', Throttled, "slow down (429)"),
        ("418 X", '{"error": null, "message": 5, "detail": []}', Rejected, "I'm a Teapot (418)"),
        ("599 X", "{}", ServerFault, "status 599 (599)"),
        ("304 Not Modified", "", BadAnswer, "an answer that makes no sense here: Not Modified (304)"),
        ("300 X", "{}", BadAnswer, "an answer that makes no sense here: Multiple Choices (300)"),
    ],
)  # fmt: skip
async def test_a_status_is_an_error_in_the_servers_words(
    connect: Connect, status: str, body: str, kind: type[ServerError], words: str
) -> None:
    async with serving(always(answer(body, status))) as server:
        with pytest.raises(ServerError) as error:
            await connect(server.url).ask(GET)
    assert type(error.value) is kind
    assert (str(error.value), error.value.status) == (words, int(status[:3]))


async def test_the_dialects_words_come_first_and_long_ones_are_cut(connect: Connect) -> None:
    def explain(status: int, body: Any) -> str | None:
        return body.get("why") if isinstance(body, dict) else None

    async with serving(always(answer('{"why": "' + "x" * 5000 + '"}', "400 Bad"))) as server:
        with pytest.raises(Rejected, match=r"^x{200}") as error:
            await connect(server.url, options={"explain": explain}).ask(GET)
    assert len(str(error.value)) <= 300


async def test_m9_an_echoed_secret_is_not_in_the_error(connect: Connect) -> None:
    async def echo(request: Received, peer: Peer) -> None:
        given = request.headers["authorization"]
        await peer.send(answer(f'{{"error": "bad {given}, password hunter22"}}', "401 X"))

    async with serving(echo) as server:
        with pytest.raises(Unauthorised) as error:
            await connect(server.url, auth=Auth.basic("me", Literal(Secret("hunter22")))).ask(GET)
    assert str(error.value) == "the server did not accept the credentials: bad Basic ***, password *** (401)"


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        ("429 X", {"retry_after": "7"}, 7.0),
        ("503 X", {"retry_after": "1.5"}, 1.5),
        ("429 X", {"retry_after": "Wed, 21 Oct 2015 07:28:10 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 10.0),
        ("429 X", {"retry_after": "Wed, 21 Oct 2015 07:27:00 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ("429 X", {"retry_after": "Wed, 21 Oct 2015 07:28:10 GMT"}, None),
        ("429 X", {"retry_after": "soon"}, None),
        ("429 X", {"retry_after": "-5"}, None),
        ("429 X", {"retry_after": "9" * 400}, 86400.0),
        ("429 X", {}, None),
    ],
)
async def test_a_server_that_asks_for_patience_says_how_long(
    connect: Connect, status: str, headers: dict[str, str], seconds: float | None
) -> None:
    async with serving(always(answer("{}", status, **headers))) as server:
        with pytest.raises(Throttled) as error:
            await connect(server.url).ask(GET)
    assert error.value.retry_after == seconds


async def test_an_unchanged_answer_is_not_sent_twice(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        if request.headers.get("if-none-match") == '"v1"':
            await peer.send("HTTP/1.1 304 Not Modified\r\ndate: later\r\n\r\n")
        else:
            await peer.send(answer('{"n": 1}', etag='"v1"', date="now"))

    async with serving(script) as server:
        connection = connect(server.url)
        first, again = [await connection.ask(GET) for _ in range(2)]
        await connection.ask(Request(path="/jobs", query={"page": 2}))
    assert ["if-none-match" in request.headers for request in server.received] == [False, True, False]
    assert server.connections == 1, "what was told to be unchanged must not cost a connection"
    assert again.body == first.body == {"n": 1}
    assert (first.headers["date"], again.headers["date"], again.status) == ("now", "later", 200)


def test_a_connection_outlives_the_time_between_two_polls() -> None:
    assert all((limits.keepalive_expiry or 0) > 2 * Dialect.poll for limits in LIMITS.values())


async def test_the_same_bytes_are_not_read_twice(connect: Connect) -> None:
    bodies = ['{"n": 1}', '{"n": 1}', '{"n": 2}']

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(answer(bodies.pop(0)))

    async with serving(script) as server:
        connection = connect(server.url)
        first = await connection.ask(replace(GET, known=""))
        again = await connection.ask(replace(GET, known=first.digest))
        other = await connection.ask(replace(GET, known=first.digest))
    assert (first.body, again.body, other.body) == ({"n": 1}, None, {"n": 2})
    assert first.digest and again.digest == first.digest != other.digest


async def test_nobody_is_told_a_digest_who_did_not_ask_for_it(connect: Connect) -> None:
    async with serving(always(answer('{"n": 1}'))) as server:
        assert (await connect(server.url).ask(GET)).digest == ""


async def test_the_same_bytes_that_go_on_elsewhere_are_another_answer(connect: Connect) -> None:
    links = ["</jobs?after=1>; rel=next", "</jobs?after=2>; rel=next"]

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(answer("[]", link=links.pop(0)))

    async with serving(script) as server:
        first = await connect(server.url).ask(replace(GET, known=""))
        again = await connect(server.url).ask(replace(GET, known=first.digest))
    assert again.body == []


async def test_a_look_is_an_answer_of_any_status(connect: Connect) -> None:
    async with serving(always(answer('{"error": "no key"}', "401 X"))) as server:
        got = await connect(server.url).look(GET)
    assert (got.status, got.body) == (401, {"error": "no key"})


def flaky(*statuses: str) -> Any:
    left = list(statuses)

    async def script(request: Received, peer: Peer) -> None:
        status = left.pop(0) if left else "200 OK"
        if status == "cut":
            peer.cut()
        else:
            await peer.send(answer("{}", status, **({"retry_after": "4"} if status[:3] == "429" else {})))

    return script


async def test_c9_a_safe_question_is_repeated_by_a_policy(connect: Connect) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with serving(flaky("500 X", "429 X", "503 X")) as server:
        connection = connect(server.url, options={"sleep": sleep})
        assert (await connection.ask(GET, retry=Retry(random=lambda: 1.0))).status == 200
    assert waits == [0.5, 4.0, 2.0]
    assert len(server.received) == connection.sent == 4


async def test_c9_a_repetition_ends_and_a_change_is_never_repeated(connect: Connect) -> None:
    async def sleep(seconds: float) -> None:
        return

    policy = Retry(random=lambda: 0.0)
    async with serving(always(answer("{}", "502 X"))) as server:
        connection = connect(server.url, options={"sleep": sleep})
        with pytest.raises(ServerFault):
            await connection.ask(GET, retry=policy)
        assert len(server.received) == 4
        with pytest.raises(ServerFault):
            await connection.ask(Request(path="/jobs", method="POST", changes=True), retry=policy)
        assert len(server.received) == 5
        with pytest.raises(ServerFault):
            await connection.ask(GET)
        assert len(server.received) == 6


async def test_a_change_is_sent_once_even_on_a_kept_connection_that_breaks(connect: Connect) -> None:
    async with serving(flaky("200 OK", "cut")) as server:
        connection = connect(server.url)
        await connection.ask(GET)
        with pytest.raises(Unreachable) as error:
            await connection.ask(Request(path="/jobs/1", method="DELETE", changes=True))
    assert error.value.sent is True
    assert [request.method for request in server.received] == ["GET", "DELETE"]


async def test_a_safe_question_survives_a_kept_connection_that_the_server_closed(connect: Connect) -> None:
    async with serving(flaky("200 OK", "cut")) as server:
        connection = connect(server.url)
        await connection.ask(GET)
        assert (await connection.ask(GET)).status == 200
    assert (len(server.received), server.connections) == (3, 2)


async def test_a_server_that_cuts_every_question_gets_no_second_one(connect: Connect) -> None:
    async with serving(hanging_up(b"")) as server:
        with pytest.raises(Unreachable):
            await connect(server.url).ask(GET)
    assert len(server.received) == 1


async def test_a_closed_connection_says_so(connect: Connect) -> None:
    connection = connect("localhost:1")
    await connection.aclose()
    with pytest.raises(Unreachable) as error:
        await connection.ask(GET)
    assert error.value.sent is False
