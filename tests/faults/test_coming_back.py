"""What changes while a server is watched: a token that expires, an address behind a name."""

import socket
from typing import Any

import pytest

from jobdash.client.auth import Auth
from jobdash.client.dialect import DialectOptions
from jobdash.client.secret import Secret
from jobdash.model.server import Phase
from tests.faults.conftest import PATIENT, link_to, until, watching
from tests.faults.farm import farming

POLLED = DialectOptions(paths={"feed": "/nowhere"})


class Vault:
    """A secret command: counts how often it is run, and prints what is the token by then."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.read_times = 0

    async def read(self, server: str) -> Secret:
        self.read_times += 1
        return Secret(self.token)


@pytest.mark.parametrize("options", [None, POLLED], ids=["feed", "poll"])
async def test_a_token_that_expires_is_fetched_once_and_nobody_notices(options: DialectOptions | None) -> None:
    async with farming("a") as farm:
        farm.token, vault = "old", Vault("old")
        link = link_to(farm.url, "sick", options, timeouts=PATIENT, auth=Auth.bearer(vault))
        async with watching(link) as watch:
            await until(lambda: watch.progress("sick", "a") == 0, "the job")
            assert vault.read_times == 1
            farm.token = vault.token = "new"
            await farm.cut()
            await farm.tell("a", progress=60)
            await until(lambda: watch.progress("sick", "a") == 60, "news with the new token")
            assert vault.read_times == 2
            assert watch.live("sick")


async def test_a_token_that_expires_for_good_is_told_and_asked_for_rarely() -> None:
    async with farming("a") as farm:
        farm.token, vault = "old", Vault("old")
        link = link_to(farm.url, "sick", POLLED, timeouts=PATIENT, auth=Auth.bearer(vault))
        async with watching(link) as watch:
            await until(lambda: watch.progress("sick", "a") == 0, "the job")
            farm.token, sent = "new", link.sent
            await until(lambda: watch.status("sick").phase is Phase.UNAUTHORISED, "the refusal")
            assert "did not accept the credentials" in (watch.status("sick").message or "")
            began = watch.clock.monotonic()
            await until(lambda: watch.clock.monotonic() > began + 20, "some patience")
            assert link.sent - sent <= 8
            assert vault.read_times <= 4
            vault.token = "new"
            watch.monitor.refresh()
            await until(lambda: watch.live("sick"), "the server to be live")


async def test_after_a_failure_the_name_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    real, looked_up, address = socket.getaddrinfo, list[str](), {"jobs.test": "127.0.0.1"}

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        looked_up.append(name)
        return real(address.get(name, name), *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with farming("a") as farm:
        link = link_to(farm.url.replace("127.0.0.1", "jobs.test"), "sick", timeouts=PATIENT)
        async with watching(link) as watch:
            await until(lambda: watch.progress("sick", "a") == 0, "the job")
            port = farm.port
            await farm.close()
            await until(lambda: watch.status("sick").phase is Phase.DOWN, "the server to be down")
            address["jobs.test"] = "127.0.0.2"
            before = looked_up.count("jobs.test")
            await farm.open("127.0.0.2")
            assert farm.port == port
            await farm.tell("a", progress=30)
            await until(lambda: watch.live("sick") and watch.progress("sick", "a") == 30, "the server at its new place")
            assert looked_up.count("jobs.test") > before
