"""The way to a server that is changed: TLS with an own authority and client certificates, proxies, redirects."""

import json
import ssl
from pathlib import Path

import pytest

from tests.acting.by_command import command, configured
from tests.acting.farm import farm
from tests.client.scripted import Peer, Received, answer, serving

CERTS = Path(__file__).parents[1] / "client" / "certs"
CA, IDENTITY = CERTS / "ca.pem", CERTS / "server.pem"
ID = "job-1"


def identity(*, wants_client: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(IDENTITY)
    if wants_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(CA)
    return context


@pytest.mark.parametrize(
    ("more", "goes"), [("", False), (f'ca = "{CA}"', True), ("insecure = true", True), ('ca = "/no/such"', False)]
)
async def test_nothing_is_sent_to_a_server_that_is_not_trusted(home: Path, more: str, goes: bool) -> None:
    async with farm(ID, tls=identity()) as crawl:
        configured(home, crawl, more)
        code, said = await command("cancel", f"crawl/{ID}", "--yes")
        assert (code == 0, crawl.changes == [ID]) == (goes, goes), said
        assert "Traceback" not in said
        if not goes:
            assert "trusted" in said or "CA file" in said


@pytest.mark.parametrize("cert", [None, IDENTITY])
async def test_a_server_that_wants_a_client_certificate(home: Path, cert: Path | None) -> None:
    async with farm(ID, tls=identity(wants_client=True)) as crawl:
        configured(home, crawl, f'ca = "{CA}"\n' + (f'cert = "{cert}"' if cert else ""))
        code, said = await command("cancel", f"crawl/{ID}", "--yes")
        assert (code == 0, crawl.changes == [ID]) == (cert is not None, cert is not None), said


async def test_a_proxy_of_the_environment_carries_the_change(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"status": "active"}

    async def proxy(request: Received, peer: Peer) -> None:
        if request.method == "PUT":
            state["status"] = "cancelled"
        told = {"success": True, "message": "ok", "job": {"id": ID, "type": "crawl", "attemptsMade": 1, **state}}
        await peer.send(answer(json.dumps(told)))

    async with farm(ID) as crawl, serving(proxy) as server:
        configured(home, crawl)
        file = home / "CONFIG" / "jobdash" / "config.toml"
        file.write_text(file.read_text().replace(crawl.url, "http://crawl.example:81"))
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTP_PROXY", server.url)
        code, said = await command("cancel", f"crawl/{ID}", "--yes")
        assert code == 0, said
        assert f"PUT http://crawl.example:81/api/jobs/{ID} HTTP/1.1" in [request.line for request in server.received]


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_redirect_to_another_host_carries_neither_change_nor_secret(
    home: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "s3cr3t-key")
    async with farm(ID) as other, farm(ID) as crawl:
        job = crawl.script

        async def redirecting(request: Received, peer: Peer) -> None:
            if request.method == method:
                to = f"{other.url}{request.target}"
                await peer.send(answer("", "307 Temporary Redirect", location=to))
            else:
                await job(request, peer)

        async with serving(redirecting) as server:
            crawl.server = server
            configured(home, crawl, 'auth = { header = "X-API-Key", env = "KEY" }')
            code, said = await command("cancel", f"crawl/{ID}", "--yes")
            assert code != 0
            assert "s3cr3t-key" not in said
            assert crawl.changes == other.changes == []
            assert other.server is not None
            assert other.server.connections == 0
            assert any("s3cr3t-key" in request.headers.values() for request in server.received)
