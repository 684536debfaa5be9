"""`errors`: the same groups as on the screen."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.demo_process import DemoProcess


@pytest.fixture
def failed(demo: DemoProcess) -> list[str]:
    """Three jobs that failed in two ways; the demo is shared, so there may be more."""
    ids = [demo.submit("jobstatus", "syntax-error") for _ in range(2)]
    ids.append(demo.submit("jobstatus", "missing-file"))
    for id in ids:
        demo.wait_state(id, "failed")
    return ids


@pytest.mark.usefixtures("config")
def test_failures_are_grouped_counted_and_found_again(cli: Cli, failed: list[str]) -> None:
    ran = cli("errors", "--json", "--server", "crawl")
    assert ran.code == 0, ran
    counts = [record["count"] for record in ran.records]
    assert counts == sorted(counts, reverse=True)
    by_job = {job: record for record in ran.records for job in record["jobs"]}
    one, two, other = (by_job[f"crawl/{id}"] for id in failed)
    assert one["fingerprint"] == two["fingerprint"] != other["fingerprint"]
    assert one["servers"] == {"crawl": one["count"]}
    found = cli("list", f"fingerprint:{one['fingerprint']}", "--json", "--server", "crawl").records
    assert {f"crawl/{record['id']}" for record in found} == set(one["jobs"])
    text = cli("errors", "--server", "crawl", "--limit", "1")
    assert text.lines[0].split()[:5] == ["COUNT", "SHARE", "FIRST", "LAST", "FINGERPRINT"]
    assert len(text.lines) == 2
    assert cli("errors", "type:nothing", "--server", "crawl").out == ""
    assert cli("errors", "state:").code == 2
