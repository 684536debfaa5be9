"""The options of every command that asks servers are the same, because they are declared once."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli

ASKING = (
    "list",
    "errors",
    "show",
    "logs",
    "queues",
    "workers",
    "get",
    "pause",
    "resume",
    "cancel",
    "restart",
    "delete",
)
OPTIONS = ("--server", "--dialect", "--config", "--timeout", "--no-color")


@pytest.mark.parametrize("command", ASKING)
def test_common_options(cli: Cli, command: str) -> None:
    told = cli(command, "--help").out
    lines = [line for line in told.splitlines() if any(f"{option} " in line for option in OPTIONS)]
    assert [next(option for option in OPTIONS if f"{option} " in line) for line in lines] == list(OPTIONS)
