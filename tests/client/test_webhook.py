"""The listener: who knows the secret is heard, everybody else is refused, counted, and told of once."""

import asyncio
import hashlib
import hmac
import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from jobdash.client.delivery import LARGEST
from jobdash.client.secret import FromEnv, Literal, Secret
from jobdash.client.webhook import Webhook, WebhookSettings
from jobdash.model.errors import BadAnswer, NotSupported
from jobdash.model.job import Json

SECRET = "open-sesame"
KNOWN = {"X-Webhook-Secret": SECRET}
JOB = json.dumps({"id": "1", "status": "completed"}).encode()


@dataclass
class Heard:
    """What came through, and what was said."""

    taken: list[tuple[Json, str | None]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    webhook: Webhook = None  # type: ignore[assignment]
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(trust_env=False))

    def take(self, body: Json, server: str | None) -> None:
        match body:
            case {"id": "nobody"}:
                raise NotSupported("it does not say for which server it is")
            case {"id": _}:
                self.taken.append((body, server))
            case _:
                raise BadAnswer("a webhook: expected a job")

    async def post(self, headers: dict[str, str], body: bytes = JOB, where: str = "") -> int:
        answer = await self.http.post(f"{self.webhook.url}{where}", content=body, headers=headers)
        return answer.status_code


def signed(body: bytes = JOB, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


Listen = Callable[..., AbstractAsyncContextManager[Heard]]


@pytest.fixture
def listen() -> Listen:
    @asynccontextmanager
    async def listening(**settings: str) -> AsyncIterator[Heard]:
        heard = Heard()
        about = WebhookSettings(secret=Literal(Secret(SECRET)), port=0, **settings)
        heard.webhook = Webhook(about, heard.take, heard.said.append)
        running = asyncio.create_task(heard.webhook.run())
        async with asyncio.timeout(5):
            await heard.webhook.listening.wait()
        try:
            yield heard
        finally:
            await heard.http.aclose()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return listening


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Webhook-Secret": SECRET},
        {"X-Webhook-Signature": signed()},
        {"X-Webhook-Signature": signed(), "X-Webhook-Secret": SECRET},
    ],
)
async def test_m6_who_knows_the_secret_is_heard(listen: Listen, headers: dict[str, str]) -> None:
    async with listen() as heard:
        assert await heard.post(headers) == 204
        assert await heard.post(headers, where="/media") == 204
    assert heard.taken == [(json.loads(JOB), None), (json.loads(JOB), "media")]
    assert (heard.webhook.taken, heard.webhook.refused.total(), heard.said) == (2, 0, [])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Webhook-Secret": "wrong"}, 403),
        ({"X-Webhook-Secret": ""}, 403),
        ({"X-Webhook-Signature": signed(b"{}")}, 403),
        ({"X-Webhook-Signature": signed(secret="wrong")}, 403),
        ({"X-Webhook-Signature": signed().removeprefix("sha256=")}, 403),
        ({"X-Webhook-Secret": SECRET, "X-Webhook-Signature": "sha256="}, 403),
    ],
)
async def test_m6_who_does_not_is_refused_counted_and_told_of_once(
    listen: Listen, headers: dict[str, str], status: int
) -> None:
    async with listen() as heard:
        assert [await heard.post(headers) for _ in range(3)] == [status] * 3
    assert heard.taken == []
    assert heard.webhook.refused == {status: 3}
    assert len(heard.said) == 1
    assert SECRET not in heard.said[0]


async def test_m6_a_secret_of_any_bytes_is_only_wrong(listen: Listen) -> None:
    async with listen() as heard:
        url, header = str(heard.webhook.url), (b"X-Webhook-Secret", b"\xe4")
        assert (await heard.http.post(url, content=JOB, headers=[header])).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"not JSON", 422),
        (b"\xff\xfe\x00", 422),
        (b"[" * 100_000, 422),
        (b'{"status": "completed"}', 422),
        (b'{"id": "nobody"}', 404),
        (b"x" * (LARGEST + 1), 413),
    ],
)
async def test_m6_what_is_no_delivery_is_refused(listen: Listen, body: bytes, status: int) -> None:
    async with listen() as heard:
        assert await heard.post(KNOWN, body) == status
        assert await heard.post(KNOWN) == 204
    assert heard.webhook.refused == {status: 1}


async def test_m6_nothing_else_is_answered(listen: Listen) -> None:
    async with listen(path="/hooks/jobs") as heard:
        url = str(heard.webhook.url)
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/hooks/jobs")
        assert (await heard.http.get(url)).status_code == 405
        assert (await heard.http.post(url.replace("/hooks/jobs", "/"))).status_code == 404
        assert "server" not in (await heard.http.get(url)).headers


async def test_m6_a_port_that_is_taken_is_said_and_ends_nothing_else() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = WebhookSettings(secret=Literal(Secret(SECRET)), port=port)
        await Webhook(settings, lambda body, server: None, said.append).run()
    assert said == [f"webhooks cannot be received at 127.0.0.1:{port}/webhook: Address already in use"]


async def test_m6_a_secret_that_is_not_there_is_said() -> None:
    said: list[str] = []
    settings = WebhookSettings(secret=FromEnv("NO_SUCH_SECRET"), port=0)
    await Webhook(settings, lambda body, server: None, said.append).run()
    assert len(said) == 1
    assert "NO_SUCH_SECRET" in said[0]


async def test_m6_listening_prints_nothing_and_takes_no_signal(
    listen: Listen, capfd: pytest.CaptureFixture[str]
) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with listen() as heard:
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
        port = int(str(heard.webhook.url).split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            await asyncio.to_thread(raw.recv, 1000)
        assert await heard.post(KNOWN) == 204
    assert capfd.readouterr() == ("", "")


def test_m6_nothing_of_a_server_is_loaded_before_somebody_listens() -> None:
    code = "import sys, jobdash.cli.wire; print([n for n in ('uvicorn', 'starlette') if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
