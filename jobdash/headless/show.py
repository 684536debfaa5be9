"""`show`: everything about one job, for a person, as JSON, or exactly as the server said it."""

from typing import Any

from jobdash.headless.out import Out, json_text
from jobdash.headless.plain import plain
from jobdash.headless.record import record
from jobdash.headless.which import Found
from jobdash.model.report import JobReport


async def show_job(found: Found, out: Out, *, json: bool = False, raw: bool = False) -> int:
    """Reads the job and prints it."""
    report = await found.read()
    if raw:
        out.json(report.detail.raw if report.detail else None)
    elif json:
        out.json(record(report.job, report.detail, url=found.server.url))
    else:
        out.lines(lines_of(report, found.server.url))
    for problem in report.problems:
        out.note(f"not understood: {problem}")
    return 0


def lines_of(report: JobReport, url: str) -> list[str]:
    """`name: value` lines; what the server does not say is left out."""
    said = record(report.job, report.detail, url=url)
    for name in ("stale", "age_s"):
        del said[name]
    if not said["overdue"]:
        del said["overdue"]
    if said["native_state"] == said["state"]:
        del said["native_state"]
    extra: dict[str, Any] = {}
    if report.job.label:
        extra["label"] = report.job.label
    if report.job.fraction:
        extra["done"] = "{:g} of {:g}".format(*report.job.fraction)
    if report.detail:
        extra |= dict(report.detail.metrics)
        extra["traceback"] = report.detail.traceback
    shown = {name: value for name, value in {**said, **extra}.items() if value not in (None, [], "")}
    room = max(map(len, map(plain, shown)), default=0) + 1
    lines = []
    for name, value in shown.items():
        first, *rest = _texts(name, value)
        lines.append(f"{plain(name) + ':':{room}} {first}")
        lines += [f"{'':{room}} {line}" for line in rest]
    if report.detail and report.detail.logs:
        lines.append(f"{'logs:':{room}} {len(report.detail.logs)} lines, see jobdash logs")
    return lines


def _texts(name: str, value: Any) -> list[str]:
    if name == "progress":
        return [f"{value:g} %"]
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return [plain(entry) for entry in value]
    if isinstance(value, (dict, list)):
        return json_text(value, indent=2).splitlines()
    if isinstance(value, str):
        return [plain(line) for line in value.splitlines()] or [""]
    return [plain(f"{value:g}" if isinstance(value, float) else value)]
