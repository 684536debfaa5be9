"""What a mapping says of a job's attempts: texts and objects, either way round, and whatever else a server sends."""

import tomllib
from typing import Any

import pytest
from hypothesis import given

from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.model.job import Attempt
from jobdash.model.state import State
from tests.tui.test_json_tree import json_values

FILE = """
title = "Ship"
[states]
ok = "completed"
sunk = "failed"
[job]
id = "id"
state = "state"
[get]
path = "/{id}"
[detail]
attempts = { at = "tries" %s }
"""
STACK = "Traceback (most recent call last):\n  File \"/a.py\", line 3, in go\nKeyError: 'x'"


def read(tries: Any, more: str = "") -> tuple[tuple[Attempt, ...], list[str]]:
    plan, problems = Plan(Mapping.model_validate(tomllib.loads(FILE % more))), list[str]()
    return plan.detail.read({"id": "1", "tries": tries}, None, problems).attempts, problems


def test_objects_are_read_by_their_usual_names() -> None:
    tries = [
        {"attempt": 1, "outcome": "sunk", "error": "iceberg", "worker": "w1", "started": 1000, "finished": 1060},
        {"status": "sunk", "stack": STACK.split("\n")},
        {"status": "ok", "startedAt": "1970-01-01T00:30:00Z"},
    ]
    first, second, third = read(tries)[0]
    assert first == Attempt(
        number=1, state=State.FAILED, error="iceberg", worker="w1", started_at=1000.0, finished_at=1060.0
    )
    assert (second.number, second.error, second.traceback) == (2, "KeyError: 'x'", STACK)
    assert (third.number, third.state, third.started_at) == (3, State.COMPLETED, 1800.0)


def test_texts_are_tracebacks_or_errors_and_the_newest_may_come_first() -> None:
    told, _ = read([STACK, "no wind"], ", newest_first = true")
    assert told == (
        Attempt(number=1, error="no wind"),
        Attempt(number=2, error="KeyError: 'x'", traceback=STACK),
    )


@pytest.mark.parametrize("tries", ["twice", 3, {"a": 1}, True])
def test_what_is_no_list_is_said(tries: Any) -> None:
    assert read(tries)[0] == () and "attempts" in read(tries)[1][0]


@given(json_values)
def test_nothing_that_a_server_sends_breaks_it(tries: Any) -> None:
    for tried in (tries, [tries]):
        assert all(isinstance(attempt.number, int) for attempt in read(tried)[0])
