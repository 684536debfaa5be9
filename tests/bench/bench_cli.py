"""What the command line costs: start, one job, and a long listing. Prints ratios; `python -m tests.bench.bench_cli`."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.bench.bytecode import bytecode_kept

ROUNDS = 11
PYTHON = sys.executable
BARE = "import sys, httpx; print(httpx.get(sys.argv[1]).text)"
SMALL, LARGE = 1_000, 100_000


class Api(BaseHTTPRequestHandler):
    """The Job Status API with `jobs` jobs in its listing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    jobs = SMALL

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/api/jobs/"):
            self._send({"job": job(0), "queueStats": STATS, "timestamp": "2026-11-22T03:00:00Z"})
            return
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        start, size = int(asked.get("offset", 0)), int(asked.get("limit", 100))
        page = [job(number) for number in range(start, min(start + size, self.jobs))]
        self._send({"jobs": page, "total": self.jobs, "limit": size, "queueStats": STATS})

    def _send(self, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


STATS = {"waiting": 1, "active": 2, "completed": 3, "failed": 4}


def job(number: int) -> dict[str, Any]:
    """One job with about twenty fields."""
    return {
        "id": f"job_{number:08}",
        "type": "email",
        "url": f"https://example.org/{number}",
        "status": "failed" if number % 50 == 0 else "completed",
        "progress": 100,
        "data": {"totalPages": 100, "processedPages": 100, "metadata": {"priority": "normal"}},
        "createdAt": "2026-11-22T02:00:00Z",
        "startedAt": "2026-11-22T02:00:05Z",
        "finishedAt": "2026-11-22T02:10:00Z",
        "processedOn": "worker-1",
        "attemptsMade": 1,
        "failedReason": "timed out" if number % 50 == 0 else None,
    }


@contextmanager
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def seconds(*rivals: Sequence[str]) -> list[float]:
    """The median wall time of each command; they take turns, so that a busy moment hurts all alike.

    The first turn only fills the caches.
    """
    times: list[list[float]] = [[] for _ in rivals]
    for turn in range(-1, ROUNDS):
        for found, command in zip(times, rivals, strict=True):
            began = time.perf_counter()
            subprocess.run([PYTHON, *command], check=True, stdout=subprocess.DEVNULL, env=environment())
            if turn >= 0:
                found.append(time.perf_counter() - began)
    return [statistics.median(found) for found in times]


def environment() -> dict[str, str]:
    """Neither config nor proxy of the person who measures."""
    ours = {
        "XDG_CONFIG_HOME": os.devnull,
        "XDG_STATE_HOME": os.devnull,
        "NO_PROXY": "*",
    }
    return {**os.environ, **ours}


def listing(url: str, jobs: int) -> tuple[float, float, int]:
    """Seconds, peak memory in MB and lines of `list --json` over so many jobs."""
    Api.jobs = jobs
    began = time.perf_counter()
    command = [PYTHON, "-m", "jobdash", "list", "--json", "--server", url, "--dialect", "jobstatus"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        lines = sum(1 for _ in process.stdout)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return time.perf_counter() - began, usage.ru_maxrss / 1024, lines


def main() -> int:
    """0 when every bound holds."""
    with bytecode_kept(), server() as url:
        job_url = f"{url}/api/jobs/job_00000000"
        nothing, version = seconds(["-c", "pass"], ["-m", "jobdash", "--version"])
        bare, show = seconds(["-c", BARE, job_url], ["-m", "jobdash", "show", job_url, "--dialect", "jobstatus"])
        small_s, small_mb, small_lines = listing(url, SMALL)
        large_s, large_mb, large_lines = listing(url, LARGE)
    results = [
        ("jobdash --version / python -c pass", version / nothing, 3.0, f"{version:.3f} s / {nothing:.3f} s"),
        ("jobdash show / the same GET by bare httpx", show / bare, 2.0, f"{show:.3f} s / {bare:.3f} s"),
        (
            f"memory of list --json, {LARGE:,} / {SMALL:,} jobs",
            large_mb / small_mb,
            1.2,
            f"{large_mb:.0f} / {small_mb:.0f} MB",
        ),
    ]
    for name, ratio, bound, figures in results:
        print(f"{name}: {ratio:.2f} (at most {bound:g}; {figures})")
    print(f"list --json: {large_lines:,} lines in {large_s:.1f} s; {small_lines:,} in {small_s:.1f} s")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"(this process: {own:.0f} MB)")
    held = all(ratio <= bound for _, ratio, bound, _ in results)
    return 0 if held and (large_lines, small_lines) == (LARGE, SMALL) else 1


if __name__ == "__main__":
    sys.exit(main())
