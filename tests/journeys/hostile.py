"""A job server whose every text is what a test says, and which remembers what it was asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MAPPING = """
title = "Hostile"
poll = "5s"
[states]
running = "running"
failed = "failed"
completed = "completed"
[job]
id = "id"
state = "status"
type = "type"
worker = "worker"
step = "step"
error = "error"
progress = { at = "progress", unit = "percent" }
[get]
path = "/jobs/{id}"
[list]
path = "/jobs"
items = "jobs"
[detail]
data = "data"
result = "result"
traceback = "traceback"
[logs]
at = "logs"
"""


@dataclass
class Hostile:
    """`asked` are the jobs that were read alone, `open` such questions now, `most_at_once` the most at a time."""

    jobs: dict[str, dict[str, Any]]
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""
    open: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str) -> Any:
        if path == "/jobs":
            light = ("id", "status", "type", "worker", "step", "error", "progress")
            return {"jobs": [{name: job.get(name) for name in light} for job in self.jobs.values()]}
        id = path.removeprefix("/jobs/")
        with self._lock:
            self.asked.append(id)
            self.open += 1
            self.most_at_once = max(self.most_at_once, self.open)
        time.sleep(self.delay)
        with self._lock:
            self.open -= 1
        return self.jobs.get(id)


@contextmanager
def serving(server: Hostile) -> Iterator[Hostile]:
    """Serves it on a free port until the end of the `with`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = server.answer(self.path.partition("?")[0])
            body = json.dumps(found).encode("utf-8", "surrogatepass")
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
