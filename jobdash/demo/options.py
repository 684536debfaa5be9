"""The options of the demo process, checked."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How the demo is run. `base_port` None means free ports."""

    base_port: int | None
    seed: int
    pace: float
    jobs: int
    producer: bool
    with_parent: bool
    retention: float


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; argparse exits with 2 and one sentence when it is wrong."""
    parser = argparse.ArgumentParser("python -m jobdash.demo", description="An honest job server, five APIs.")
    parser.add_argument("--base-port", type=_port, metavar="N", help="ports N to N+5 (default: free ports)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="chooses the jobs (default 1)")
    parser.add_argument("--pace", type=_positive, default=1.0, help="speed factor (default 1.0)")
    parser.add_argument("--jobs", type=_count, default=12, metavar="N", help="first jobs per API (default 12)")
    parser.add_argument("--no-producer", action="store_true", help="no new jobs by themselves")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin ends")
    parser.add_argument(
        "--retention", type=_positive, default=900.0, metavar="SECONDS", help="how long result files stay"
    )
    given = parser.parse_args(arguments)
    return Options(
        base_port=given.base_port,
        seed=given.seed,
        pace=given.pace,
        jobs=given.jobs,
        producer=not given.no_producer,
        with_parent=given.with_parent,
        retention=given.retention,
    )


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65530:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to 65530")


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if 0 < number < 1e9:
        return number
    raise argparse.ArgumentTypeError(f"{text} is not a number above 0")


def _count(text: str) -> int:
    if text.isdigit() and int(text) <= 300:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to 300")
