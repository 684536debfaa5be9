"""The verdict on a server: worst first, in words, and unknown where nothing is known."""

from typing import Any

from jobdash.engine.health import Verdict, health
from jobdash.model.alert import Alert, AlertKey, Severity
from jobdash.model.server import Phase, ServerStatus

LIVE = ServerStatus(phase=Phase.LIVE)


def alert(rule: str, severity: Severity = Severity.WARNING, **more: Any) -> Alert:
    return Alert(
        key=AlertKey(rule, "docs"), severity=severity, words=f"{rule} wrong", limit="above 1", raised_at=0.0, **more
    )


def test_good_with_running_jobs_and_workers() -> None:
    found = health(LIVE, {"running": 18.0, "workers": 3.0}, [], 0.0)
    assert (found.verdict, found.words) == (Verdict.OK, "18 running, 3 workers")
    assert found.verdict.word == "good"


def test_what_is_unknown_is_said_to_be() -> None:
    assert health(LIVE, {"running": 4.0, "workers": None}, [], 0.0).words == "4 running, unknown workers"
    assert health(LIVE, {}, [], 0.0).verdict is Verdict.UNKNOWN
    assert health(ServerStatus(), {}, [], 0.0).verdict is Verdict.UNKNOWN


def test_reasons_worst_first_and_those_seen_to_last() -> None:
    alerts = [alert("a"), alert("b", Severity.CRITICAL), alert("c", Severity.CRITICAL, acknowledged_at=1.0)]
    found = health(LIVE, {"running": 1.0}, alerts, 5.0)
    assert found.verdict is Verdict.CRITICAL
    assert found.words == "b wrong (above 1) · a wrong (above 1) · c wrong (above 1)"


def test_a_server_that_is_down_says_why_once() -> None:
    status = ServerStatus(phase=Phase.DOWN, message="connection refused")
    found = health(status, {}, [alert("server down", Severity.CRITICAL, metric="down")], 0.0)
    assert (found.verdict, found.words) == (Verdict.CRITICAL, "not reachable: connection refused")


def test_an_alert_that_only_informs_makes_nothing_bad() -> None:
    found = health(LIVE, {"running": 1.0}, [alert("new error", Severity.INFO)], 0.0)
    assert found.verdict is Verdict.OK and "new error wrong" in found.words


def test_what_the_server_says_of_itself_counts() -> None:
    found = health(LIVE, {"running": 1.0}, [], 0.0, "degraded")
    assert (found.verdict, found.words) == (Verdict.WARNING, "the server says degraded")
    assert health(LIVE, {"running": 1.0}, [], 0.0, "healthy").verdict is Verdict.OK
