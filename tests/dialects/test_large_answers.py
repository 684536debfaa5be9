"""An answer of many megabytes is read beside the event loop, so that keys have their turns meanwhile."""

import threading
from typing import Any

import pytest

from jobdash.client.dialect import Answer, Request
from jobdash.dialects.mapping.dialect import LARGE, MappingDialect
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan

MAPPING = """
title = "Large"
base = ""
[states]
running = "running"
[job]
id = "id"
state = "status"
[get]
path = "/jobs/{id}"
[logs]
"""
IN_THE_JOB = MAPPING + 'at = "lines"\n'
OF_THEIR_OWN = MAPPING + 'path = "/jobs/{id}/logs"\nitems = "lines"\n'


@pytest.mark.parametrize("size", [LARGE - 1, LARGE])
@pytest.mark.parametrize("mapping", [IN_THE_JOB, OF_THEIR_OWN], ids=["in the job", "on their own"])
async def test_a_large_log_is_read_in_a_thread(mapping: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(parse_mapping(mapping))
    dialect = MappingDialect(plan, "one")
    read, threads = plan.lines.read, list[int]()

    def noted(value: Any) -> Any:
        threads.append(threading.get_ident())
        return read(value)

    async def ask(request: Request) -> Answer:
        body = {"id": "a", "status": "running", "lines": ["first", "second"]}
        return Answer(status=200, body=body, url="http://one" + request.path, size=size)

    monkeypatch.setattr(plan.lines, "read", noted)
    assert [line.text for line in await dialect.logs(ask, "a")] == ["first", "second"]
    assert [thread == threading.get_ident() for thread in threads] == [size < LARGE]
