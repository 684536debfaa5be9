"""How fast mappings decode, as a ratio against bare `json.loads` of the same text. Run it: it prints a table.

python -m tests.bench.bench_decode
"""

import json
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from jobdash.client.dialect import Answer, Request, StreamEvent
from jobdash.dialects.mapping.expression import compile_expression, full
from tests.dialects.asking import shipped

ROUNDS = 5
JOBS = 5_000

COMPILEO_EVENT = {"job_id": "a", "status": "running", "progress": 65.5, "current_step": "Step 3 of 5"}
JOB = {
    "type": "single-page",
    "url": "https://example.com",
    "status": "active",
    "progress": 75,
    "data": {"totalPages": 100, "processedPages": 75, "metadata": {"priority": "high"}},
    "createdAt": "2024-01-01T00:00:00.000Z",
    "startedAt": "2024-01-01T00:01:00.000Z",
    "finishedAt": None,
    "processedOn": "worker-node-1",
    "attemptsMade": 1,
    "failedReason": None,
}


def best(work: Callable[[], Any]) -> float:
    """Seconds of the fastest of five rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def stream() -> tuple[str, float, float]:
    texts = [
        json.dumps({**COMPILEO_EVENT, "timestamp": f"2024-01-21T10:{n // 60 % 60:02}:{n % 60:02}Z"})
        for n in range(JOBS)
    ]
    dialect = shipped("compileo")
    events = [StreamEvent(data=text) for text in texts]
    return (
        "stream events (Compileo)",
        best(lambda: [json.loads(text) for text in texts]),
        best(lambda: [dialect.read_event(event, "a") for event in events]),
    )


def listing() -> tuple[str, float, float]:
    jobs = [{**JOB, "id": f"job_{n}", "createdAt": f"2024-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000Z"}
            for n in range(JOBS)]  # fmt: skip
    text = json.dumps({"jobs": jobs, "total": JOBS, "limit": JOBS})
    dialect = shipped("jobstatus")

    async def ask(request: Request) -> Answer:
        return Answer(status=200, body=json.loads(text), url=request.path)

    return (
        "listed jobs (Job Status API)",
        best(lambda: json.loads(text)),
        best(lambda: drive(dialect.page(ask, None))),
    )


def drive(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits; an event loop would be measured with it."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waited")


def getters() -> tuple[str, float, float]:
    plain, parsed = compile_expression("data.metadata.priority"), full("data.metadata.priority")
    return (
        "dotted path: plain / JMESPath",
        best(lambda: [plain(JOB) for _ in range(JOBS)]),
        best(lambda: [parsed(JOB) for _ in range(JOBS)]),
    )


def main() -> None:
    out = sys.stdout.write
    out(f"{'':32}{'base':>12}{'ours':>12}{'ratio':>8}{'a second':>12}\n")
    for name, base, ours in (stream(), listing(), getters()):
        each, bare = ours / JOBS * 1e6, base / JOBS * 1e6
        out(f"{name:32}{bare:>9.2f} us{each:>9.2f} us{ours / base:>8.1f}{JOBS / ours:>12,.0f}\n")


if __name__ == "__main__":
    main()
