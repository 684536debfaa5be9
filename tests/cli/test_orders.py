"""What the config says about who is told of alerts, over real HTTP: one POST, with its secret, and none in an error."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from jobdash.cli.orders import orders_of
from jobdash.config.load import load
from jobdash.engine.notify.call import Call, TellingFailed
from jobdash.model.alert import Alert, AlertKey, Severity
from jobdash.model.errors import ConfigError

CALL = Call(
    0.0, (Alert(key=AlertKey("depth", "docs"), severity=Severity.WARNING, words="w", limit="l", raised_at=0.0),)
)


async def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str) -> tuple[list[str], str]:
    """What arrived at the address, and the problem that was told."""
    monkeypatch.setenv("HOOK_TOKEN", "hunter2-secret")
    heard: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = next(int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length"))
        heard.append(head + (await reader.readexactly(size)).decode())
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (tmp_path / "config.toml").write_text(
            f'[notify]\nurl = "http://127.0.0.1:{port}/hooks/jobs"\nauth = {{ bearer = true, env = "HOOK_TOKEN" }}\n'
        )
        (teller,) = orders_of(load(tmp_path / "config.toml"), keep=False).tellers
        try:
            await teller.tell(CALL)
        except TellingFailed as problem:
            return heard, str(problem)
    return heard, ""


async def test_a_post_arrives_once_with_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, problem = await told(tmp_path, monkeypatch, "200 OK")
    assert problem == "" and len(heard) == 1
    head, _, body = heard[0].partition("\r\n\r\n")
    assert head.startswith("POST /hooks/jobs ") and "Bearer hunter2-secret" in head
    found: dict[str, Any] = json.loads(body)
    assert found["raised"][0]["rule"] == "depth"


async def test_a_refusal_is_told_without_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, problem = await told(tmp_path, monkeypatch, "401 Unauthorized")
    assert len(heard) == 1 and problem.startswith("http://127.0.0.1")
    assert "hunter2" not in problem and "/hooks" not in problem


def test_wrong_quiet_hours_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[notify]\nquiet = "late"\n')
    with pytest.raises(ConfigError, match=r"config.toml: notify.quiet: two times are expected"):
        orders_of(load(tmp_path / "config.toml"), keep=False)
