"""TLS: trusted, not trusted, and settings that cannot be used."""

import asyncio
import ssl
from pathlib import Path

import pytest

from jobdash.client.dialect import Request
from jobdash.client.settings import Tls
from jobdash.client.tls import context_for
from jobdash.model.errors import ConfigError, Unreachable
from tests.client.conftest import Connect
from tests.client.scripted import always, answer, serving

CERTS = Path(__file__).parent / "certs"
CA = CERTS / "ca.pem"
GET = Request(path="/jobs")


@pytest.fixture
def identity() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTS / "server.pem")
    return context


@pytest.mark.parametrize("tls", [Tls(ca=CA), Tls(verify=False)])
async def test_a_certificate_of_an_own_authority_is_trusted_when_told_to(
    connect: Connect, identity: ssl.SSLContext, tls: Tls
) -> None:
    async with serving(always(answer()), ssl=identity) as server:
        connection = connect(server.url.replace("http:", "https:"), tls=tls)
        assert (await connection.ask(GET)).status == 200


async def test_a_certificate_that_is_not_trusted_is_told(connect: Connect, identity: ssl.SSLContext) -> None:
    async with serving(always(answer()), ssl=identity) as server:
        with pytest.raises(Unreachable, match=r"TLS: the certificate of 127\.0\.0\.1:.* is not trusted") as error:
            await connect(server.url.replace("http:", "https:")).ask(GET)
    assert error.value.sent is False
    assert server.received == []


async def test_a_server_without_tls_is_told(connect: Connect) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer("{}", "400 Bad Request"))
        writer.close()

    listener = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match=r"TLS: no secure connection to 127\.0\.0\.1:\d+ \(wrong version number"):
            await connect(f"https://127.0.0.1:{port}").ask(GET)


async def test_tls_without_https_is_told(connect: Connect, identity: ssl.SSLContext) -> None:
    async with serving(always(answer()), ssl=identity) as server:
        with pytest.raises(Unreachable):
            await connect(server.url).ask(GET)


def test_one_context_is_shared_by_all_with_the_same_trust() -> None:
    assert context_for(Tls(ca=CA)) is context_for(Tls(ca=CA))
    assert context_for(Tls()) is not context_for(Tls(ca=CA))
    assert context_for(Tls(ca=CERTS)).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("tls", "words"),
    [
        (Tls(ca=Path("/no/such/ca.pem")), "the CA file /no/such/ca.pem cannot be used: No such file"),
        (Tls(ca=Path(__file__)), "the CA file .* cannot be used"),
        (Tls(cert=Path("/no/such.pem")), "the client certificate /no/such.pem cannot be used"),
        (Tls(cert=CA), "the client certificate .* cannot be used"),
    ],
)
def test_files_that_cannot_be_used_are_named(connect: Connect, tls: Tls, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        connect("https://localhost", tls=tls)


def test_a_client_certificate_is_loaded(connect: Connect) -> None:
    connect("https://localhost", tls=Tls(cert=CERTS / "server.pem"))
