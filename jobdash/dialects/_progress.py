"""How far a job has come, out of an object that the job's own code published. Where it is, each dialect knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobdash.dialects._reading import percent

TOO_MUCH = 1e15


@dataclass(frozen=True, slots=True)
class Progress:
    """`fraction` is (done, total), `percent` 0 to 100; each is None where it was not told."""

    fraction: tuple[float, float] | None = None
    percent: float | None = None
    step: str | None = None


UNTOLD = Progress()


def published(meta: Mapping[str, Any]) -> Progress:
    """`current` (or `done`) of `total`, else `percent` (or `progress`); and `step`, `message` or `status` as words."""
    step = next((word for key in ("step", "message", "status") if isinstance(word := meta.get(key), str)), None)
    done, total = _first(meta, "current", "done"), _first(meta, "total")
    if done is not None and total is not None and total > 0:
        return Progress((done, total), percent(done, total), step)
    return Progress(None, percent(_first(meta, "percent", "progress"), 100.0), step)


def figure(value: Any) -> float | None:
    """A number of ordinary size; None for anything else."""
    made = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < TOO_MUCH
    return float(value) if made else None


def _first(meta: Mapping[str, Any], *keys: str) -> float | None:
    return next((number for key in keys if (number := figure(meta.get(key))) is not None), None)
