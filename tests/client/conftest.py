"""Connections that are closed at the end, and an environment without proxies."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from jobdash.client.connection import Connection
from jobdash.client.settings import ServerSettings, Timeouts

QUICK = Timeouts(connect=1, pool=0.3, read=0.3, total=0.8, silence=0.3)
"""Patience for tests that wait for it to end."""

Connect = Callable[..., Connection]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes connections: `connect(url, auth=..., timeouts=...)`."""
    made: list[Connection] = []

    def connecting(url: str, *, options: dict[str, Any] | None = None, **settings: Any) -> Connection:
        connection = Connection(ServerSettings(name="docs", url=url, **settings), **(options or {}))
        made.append(connection)
        return connection

    yield connecting
    for connection in made:
        await connection.aclose()
