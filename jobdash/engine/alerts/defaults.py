"""The rules that hold without any config, as tables like those of the config. The first four are the documents' own."""

from collections.abc import Mapping
from typing import Any

DOCUMENTED: tuple[Mapping[str, Any], ...] = (
    {"name": "failed", "metric": "failed_percent", "threshold": "10 %", "clear": "9 %", "for": "10s"},
    {"name": "cpu", "metric": "cpu", "threshold": "90 %", "clear": "85 %", "for": "10s"},
    {"name": "memory", "metric": "memory", "threshold": "1000 MB", "clear": "950 MB", "for": "10s"},
    {"name": "depth", "metric": "depth", "threshold": 10, "clear": 8, "for": "10s"},
)

OWN: tuple[Mapping[str, Any], ...] = (
    {"name": "server down", "metric": "down", "threshold": "10s", "clear": "0s", "severity": "critical"},
    {"name": "server stale", "metric": "stale", "threshold": "15s", "clear": "0s"},
    {"name": "no workers", "metric": "unserved", "threshold": 0, "for": "30s", "severity": "critical"},
    {"name": "unserved", "metric": "unserved", "queue": "*", "threshold": 0, "for": "30s", "severity": "critical"},
    {"name": "stuck", "metric": "stuck", "threshold": 0},
    {"name": "overdue", "metric": "overdue", "threshold": 0},
    {"name": "stalled", "metric": "stalled", "threshold": 0},
    {"name": "overlong", "metric": "overlong", "threshold": 0, "for": "30s"},
    {"name": "not draining", "metric": "not_draining", "threshold": "5m", "clear": "0s"},
    {"name": "oldest waiting", "metric": "oldest_waiting", "threshold": "30m", "clear": "25m"},
    {"name": "failure burst", "metric": "failure_burst", "threshold": "3x", "clear": "1.5x", "for": "10s"},
    {"name": "new error", "metric": "new_errors", "threshold": 0, "severity": "info"},
    {"name": "estimated wait", "metric": "estimated_wait", "threshold": "30m", "clear": "25m"},
)

DEFAULTS = (*DOCUMENTED, *OWN)
