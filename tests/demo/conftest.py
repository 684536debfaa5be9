"""One demo process for all tests of a run, and an HTTP client for each face."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.demo_process import DemoProcess


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoProcess]:
    """A quiet, fast demo."""
    with DemoProcess() as running:
        yield running


def _client(demo: DemoProcess, face: str, base: str, headers: dict[str, str] | None = None) -> httpx.Client:
    return httpx.Client(base_url=demo.urls[face] + base, headers=headers, trust_env=False, timeout=15)


@pytest.fixture(scope="session")
def compileo(demo: DemoProcess) -> Iterator[httpx.Client]:
    """Speaks to the Compileo face."""
    with _client(demo, "compileo", "/api/v1/jobs") as client:
        yield client


@pytest.fixture(scope="session")
def jobstatus(demo: DemoProcess) -> Iterator[httpx.Client]:
    """Speaks to the Job Status face."""
    with _client(demo, "jobstatus", "/api/jobs") as client:
        yield client


@pytest.fixture(scope="session")
def filelens(demo: DemoProcess) -> Iterator[httpx.Client]:
    """Speaks to the FileLens face."""
    with _client(demo, "filelens", "") as client:
        yield client


@pytest.fixture(scope="session")
def mend(demo: DemoProcess) -> Iterator[httpx.Client]:
    """Speaks to the Mend face, with its key."""
    with _client(demo, "mend", "/api/v1/jobs", {"X-API-Key": demo.keys["mend"]}) as client:
        yield client


@pytest.fixture(scope="session")
def pollapi(demo: DemoProcess) -> Iterator[httpx.Client]:
    """Speaks to the Poll API face."""
    with _client(demo, "pollapi", "/api") as client:
        yield client
