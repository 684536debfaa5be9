"""The suite bites: a sound plug-in passes, and each way to get it wrong is found by the test that is meant for it."""

from pathlib import Path
from unittest import SkipTest

import pytest

from jobdash.client.dialect import Dialect
from jobdash.client.registry import Registry
from jobdash.dialects.compliance import Compliance
from jobdash.dialects.mapping.load import load_mapping
from tests.compliance import fleet
from tests.compliance.fleet import RECORDED, Fleet


class TestFleet(Compliance):
    """As `README.md` tells a plug-in's author to write it."""

    kind = Fleet
    payloads = RECORDED


def failures(kind: type[Dialect]) -> set[str]:
    """The names of the tests that a dialect does not pass."""
    made: Compliance = type(kind.__name__, (Compliance,), {"kind": kind, "payloads": RECORDED})()
    found = set()
    for name in (name for name in dir(Compliance) if name.startswith("test_")):
        try:
            getattr(made, name)()
        except SkipTest:
            continue
        except Exception:  # noqa: BLE001 - a broken dialect may fail in any way
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("kind", "found_by"),
    [
        (fleet.Overconfident, "test_what_it_declares_works"),
        (fleet.Secretive, "test_what_it_does_not_declare_is_not_supported"),
        (fleet.Trusting, "test_any_wrong_answer_is_a_report_or_a_server_error"),
        (fleet.Trusting, "test_any_event_is_heard"),
        (fleet.Gullible, "test_any_wrong_answer_is_a_report_or_a_server_error"),
        (fleet.Careless, "test_no_id_becomes_another_path"),
        (fleet.Careless, "test_no_id_becomes_another_stream"),
        (fleet.Repeating, "test_changes_are_marked_as_changes"),
        (fleet.Meddling, "test_the_same_answer_means_the_same_twice"),
        (fleet.Nosy, "test_the_probe_is_harmless"),
    ],
)
def test_a_broken_dialect_is_found(kind: type[Dialect], found_by: str) -> None:
    assert found_by in failures(kind)


def test_a_plug_in_is_found_by_its_entry_point_and_complies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "fleet-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: fleet\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jobdash.dialects]\nfleet = tests.compliance.fleet:Fleet\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plugged = Registry(load_mapping).get("fleet")
    assert plugged is Fleet
