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


async def told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *statuses: str,
    path: str = "/hooks/jobs",
    body: str = "{}",
    kind: str = "",
) -> tuple[list[str], str]:
    """What arrived at the address, which answers with one status after the other, and the problem that was told."""
    monkeypatch.setenv("HOOK_TOKEN", "hunter2-secret")
    monkeypatch.setattr("random.random", lambda: 0.0)
    heard: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = next(int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length"))
        heard.append(head + (await reader.readexactly(size)).decode())
        status = statuses[min(len(heard), len(statuses)) - 1]
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (tmp_path / "config.toml").write_text(
            f'[notify]\nurl = "http://127.0.0.1:{port}{path}"\nauth = {{ bearer = true, env = "HOOK_TOKEN" }}\n'
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


@pytest.mark.parametrize(("body", "kind"), [("ok", "text/html"), ("ok", ""), ("", ""), ("{", "application/json")])
async def test_whatever_is_answered_to_a_post_that_was_taken_it_is_sent_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, kind: str
) -> None:
    heard, problem = await told(tmp_path, monkeypatch, "200 OK", body=body, kind=kind)
    assert problem == "" and len(heard) == 1


async def test_a_post_is_tried_again_while_the_other_side_is_in_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles = ("503 Service Unavailable", "502 Bad Gateway", "200 OK")
    heard, problem = await told(tmp_path, monkeypatch, *troubles)
    assert problem == "" and len(heard) == 3


async def test_an_address_with_a_secret_in_its_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/v1/spaces/AAA/messages/?key=k%2Fk&token=t%20t"
    heard, problem = await told(tmp_path, monkeypatch, "200 OK", path=path)
    assert problem == "" and heard[0].startswith(f"POST {path} HTTP/1.1")
    _, problem = await told(tmp_path, monkeypatch, "500 Oops", path=path)
    assert "tried 4 times" in problem and "token" not in problem and "AAA" not in problem


async def test_a_refusal_is_told_without_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, problem = await told(tmp_path, monkeypatch, "401 Unauthorized")
    assert len(heard) == 1 and problem.startswith("http://127.0.0.1")
    assert "hunter2" not in problem and "/hooks" not in problem


def test_wrong_quiet_hours_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[notify]\nquiet = "late"\n')
    with pytest.raises(ConfigError, match=r"config.toml: notify.quiet: two times are expected"):
        orders_of(load(tmp_path / "config.toml"), keep=False)


@pytest.mark.parametrize("url", ["ftp://hooks.example/x", "https://hooks.example:0/x?token=hunter2"])
def test_a_wrong_address_is_named(tmp_path: Path, url: str) -> None:
    (tmp_path / "config.toml").write_text(f'[notify]\nurl = "{url}"\n')
    with pytest.raises(ConfigError, match=r"config.toml: notify.url: ") as caught:
        orders_of(load(tmp_path / "config.toml"), keep=False)
    assert "hunter2" not in str(caught.value)


def test_what_would_keep_an_alert_from_being_told_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[notify]\ncommand = ["/no/such/program"]\nurl = "https://hooks.example"\n'
        'auth = { bearer = true, env = "NO_SUCH_TOKEN" }\n'
    )
    program, variable = orders_of(load(tmp_path / "config.toml"), keep=False).problems
    assert "config.toml: notify.command: " in program and "/no/such/program" in program
    assert "config.toml: notify.auth.env: " in variable and "NO_SUCH_TOKEN" in variable
