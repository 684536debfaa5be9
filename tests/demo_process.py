"""Starts the demo server as a process for tests, and always stops it. Knows its stdout and control face only."""

from __future__ import annotations

import json
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from jobdash.demo.ports import PortTaken, listen
from jobdash.demo.serve import NAMES

T = TypeVar("T")

QUIET = ("--no-producer", "--jobs", "0", "--pace", "20")
"""No jobs but those a test submits, done twenty times faster than for a person."""


def wait_until(ask: Callable[[], T], what: str, seconds: float = 10.0) -> T:
    """Ask again and again until the answer is true; AssertionError with the last answer after the deadline."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{what}: still {answer!r} after {seconds} s"
        time.sleep(0.02)
    return answer


def free_base_port() -> int:
    """The first of as many free ports in a row as the demo needs, below those that the system hands out to others."""
    for _ in range(100):
        first = random.randrange(20_000, 32_000)
        try:
            for listener in listen(NAMES, first).values():
                listener.close()
        except PortTaken:
            continue
        return first
    raise RuntimeError("no free ports in a row")


class DemoProcess:
    """A running demo: `urls` and `keys` by face, `announced` the submissions it printed."""

    def __init__(self, *options: str, arguments: Sequence[str] = QUIET) -> None:
        self._command = [sys.executable, "-m", "jobdash.demo", "--with-parent", *arguments, *options]
        self.urls: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.announced: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        first: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(first,), daemon=True)
        self._reader.start()
        try:
            ready = json.loads(first.get(timeout=10))
        except (queue.Empty, ValueError):
            self.__exit__(None, None, None)
            raise RuntimeError("the demo did not start") from None
        self.urls, self.keys = ready["ready"], ready["keys"]
        self._http = httpx.Client(base_url=self.urls["control"], trust_env=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if hasattr(self, "_http"):
            self._http.close()
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(timeout=5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def control(self, method: str, path: str, json: object = None) -> Any:
        """Ask the control face; the answer's JSON. An error answer is raised as httpx.HTTPStatusError."""
        return self._http.request(method, path, json=json).raise_for_status().json()

    def submit(self, face: str, kind: str, *, gate: str = "open", priority: int = 5, **params: object) -> str:
        """Submit a job and return its id; `params` are the work's own (package, start, count, ...)."""
        body = {"face": face, "kind": kind, "params": params, "gate": gate, "priority": priority}
        return str(self.control("POST", "/submit", body)["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as the engine sees it."""
        found: dict[str, Any] = self.control("GET", f"/jobs/{job_id}")
        return found

    def wait_state(self, job_id: str, state: str, seconds: float = 10.0) -> dict[str, Any]:
        """Wait until the engine (or the heartbeat: "stuck") puts the job into this state."""
        return self._wait(job_id, lambda job: job["state"] == state, f"state {state}", seconds)

    def wait_done(self, job_id: str, items: int, seconds: float = 10.0) -> dict[str, Any]:
        """Wait until so many of the job's items are done."""
        return self._wait(job_id, lambda job: job["total"] and job["done"] >= items, f"{items} done", seconds)

    def _wait(self, job_id: str, right: Callable[[dict[str, Any]], bool], what: str, seconds: float) -> dict[str, Any]:
        seen: dict[str, Any] = {}

        def ask() -> bool:
            seen.update(self.job(job_id))
            return right(seen)

        try:
            wait_until(ask, what, seconds)
        except AssertionError:
            raise AssertionError(f"waited {seconds} s for {what}, the job is {seen}") from None
        return seen

    def _read(self, first: queue.SimpleQueue[bytes]) -> None:
        assert self.process.stdout is not None
        first.put(self.process.stdout.readline())
        for line in self.process.stdout:
            self.announced.append(json.loads(line)["submitted"])
