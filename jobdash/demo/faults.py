"""Faults a face can be switched into, so that clients can be tested against a server in trouble.

A fault answers every new request of its face until it is cleared; streams that are open go on.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

RETRY_AFTER = 2

WRONG_TYPED = {
    **dict.fromkeys(("id", "job_id", "jobId", "type", "message", "error"), 7),
    **dict.fromkeys(("status", "progress", "total_jobs", "created_at", "createdAt"), ("many",)),
    **dict.fromkeys(("job", "jobs", "queueStats", "result", "result_urls", "data"), "none"),
}
"""Every field that a document names, with a type that no document gives it."""


class Fault(StrEnum):
    """What is wrong with every answer."""

    INTERNAL_ERROR = "500"
    UNAUTHORIZED = "401"
    TOO_MANY = "429"
    HTML = "html"
    MALFORMED = "malformed"
    WRONG_TYPED = "wrong-typed"
    HANG = "hang"


class Trouble:
    """One face's fault and rate limit (requests a second); None is neither."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.fault: Fault | None = None
        self.per_second: float | None = None
        self._clock = clock
        self._served: deque[float] = deque()

    def seconds_to_wait(self) -> float:
        """Count a request against the rate limit; more than 0 means that it came too early."""
        if self.per_second is None:
            return 0.0
        now, window = self._clock(), max(1.0, 1.0 / self.per_second)
        while self._served and now - self._served[0] >= window:
            self._served.popleft()
        if len(self._served) >= max(1.0, self.per_second):
            return self._served[0] + window - now
        self._served.append(now)
        return 0.0


class Troubled:
    """A face's app behind its trouble. `error` is the API's own error form."""

    def __init__(
        self,
        app: ASGIApp,
        trouble: Trouble,
        error: Callable[[str, str | None], Mapping[str, object]],
        stopping: asyncio.Event,
    ) -> None:
        self._app = app
        self._trouble = trouble
        self._error = error
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the fault, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._trouble.fault is Fault.HANG:
            await self._stopping.wait()
        answer = self._faulty_answer() or self._too_many()
        await (answer or self._app)(scope, receive, send)

    def _too_many(self) -> Response | None:
        wait = self._trouble.seconds_to_wait()
        return self._refuse(429, "Too many requests", math.ceil(wait)) if wait > 0 else None

    def _faulty_answer(self) -> Response | None:
        match self._trouble.fault:
            case Fault.INTERNAL_ERROR:
                body = self._error("Failed to fetch job status", "Queue system temporarily unavailable")
                return JSONResponse(body, 500)
            case Fault.UNAUTHORIZED:
                return JSONResponse(self._error("Unauthorized", None), 401)
            case Fault.TOO_MANY:
                return self._refuse(429, "Too many requests", RETRY_AFTER)
            case Fault.HTML:
                return HTMLResponse("<!doctype html><title>502</title><h1>Bad gateway</h1>", 200)
            case Fault.MALFORMED:
                return Response('{"job_id": "1", "status": ', media_type="application/json")
            case Fault.WRONG_TYPED:
                return JSONResponse(WRONG_TYPED)
            case _:
                return None

    def _refuse(self, status: int, error: str, seconds: int) -> Response:
        return JSONResponse(self._error(error, None), status, {"Retry-After": str(seconds)})
