"""How a mapping recognises its kind of server by an answer."""

from typing import Any

from jobdash.client.dialect import Request
from jobdash.dialects.mapping.expression import PLAIN, compile_expression
from jobdash.dialects.mapping.paths import Paths
from jobdash.dialects.mapping.sources import ProbeTable
from jobdash.dialects.mapping.template import joined
from jobdash.dialects.mapping.unusable import Unusable


def question(table: ProbeTable, paths: Paths) -> Request | None:
    """One harmless GET; None where only an answer about one job can tell."""
    return None if table.path is None else Request(path=joined(paths.base, table.path), query=table.query)


def matches(table: ProbeTable, body: Any) -> bool:
    """True when an answer has every key that the probe, or a job of this kind, must have."""
    return any(bool(keys) and all(has(body, key) for key in keys) for keys in (table.keys, table.job_keys))


def has(body: Any, key: str) -> bool:
    """True when a key is there, null or not; other expressions must find something."""
    if not PLAIN.fullmatch(key):
        try:
            return compile_expression(key)(body) is not None
        except Unusable:
            return False
    for part in key.split("."):
        if not isinstance(body, dict) or part not in body:
            return False
        body = body[part]
    return True
