"""Every kind that the registry knows holds the compliance suite, with what was recorded of it in `payloads`."""

from pathlib import Path

import pytest

from jobdash.client.registry import Registry
from jobdash.dialects.compliance import Compliance, Payloads
from jobdash.dialects.mapping.load import load_mapping

RECORDED = Path(__file__).parent / "payloads"
REGISTRY = Registry(load_mapping)
CHECKS = [name for name in dir(Compliance) if name.startswith("test_")]


def compliance_of(kind: str) -> Compliance:
    """The suite for one kind."""
    recorded = RECORDED / f"{kind}.json"
    assert recorded.exists(), f"nothing was recorded of {kind}: {recorded.name} is needed"
    suite = type(kind, (Compliance,), {"kind": REGISTRY.get(kind), "payloads": Payloads.read(recorded)})
    made: Compliance = suite()
    return made


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("kind", REGISTRY.names())
def test_kind(kind: str, check: str) -> None:
    getattr(compliance_of(kind), check)()


def test_there_is_no_recording_of_an_unknown_kind() -> None:
    assert {path.stem for path in RECORDED.glob("*.json")} <= set(REGISTRY.names())
