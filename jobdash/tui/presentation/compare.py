"""What differs between two jobs: where they ran, how long, their data and results. What is alike is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest

from jobdash.engine.masking import MASK, Masking
from jobdash.model.job import Detail, Job, Json
from jobdash.tui.presentation import age
from jobdash.tui.presentation.json_line import scalar
from jobdash.tui.presentation.json_tree import Path, written
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.presentation.states import look

MOST = 400
LONGEST = 400
DEEPEST = 60
ABSENT = object()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two; its detail is None while it was not read."""

    job: Job
    detail: Detail | None


def lines(left: Side, right: Side, masking: Masking, width: int) -> list[Line]:
    """A head with both jobs, then section by section what differs."""
    label = max(10, min(26, width // 4))
    cell = max(8, (width - label - 2) // 2)
    shown: list[Line] = [*_heads(left, right, label, cell), EMPTY]
    sections = (
        ("job", _facts(left.job), _facts(right.job)),
        ("data", _of(left, "data"), _of(right, "data")),
        ("result", _of(left, "result"), _of(right, "result")),
        ("metrics", _of(left, "metrics"), _of(right, "metrics")),
    )
    for title, one, other in sections:
        found = list(islice(differences(one, other, masking), MOST + 1))
        if not found:
            continue
        shown.append((Span(title, "heading"),))
        shown.extend(_line(written(path), a, b, label, cell) for path, a, b in found[:MOST])
        if len(found) > MOST:
            shown.append((Span(f"… more than {MOST} differences", "quiet"),))
        shown.append(EMPTY)
    if left.detail is None or right.detail is None:
        shown.append((Span("reading the details …", "quiet"),))
    elif len(shown) <= 4:
        shown.append((Span("nothing differs, as far as their servers tell", "quiet"),))
    return shown


def _heads(left: Side, right: Side, label: int, cell: int) -> Iterator[Line]:
    ids = [Span(f"{fit(one_line(side.job.id), cell - 2, 'end'):<{cell}}", "bold") for side in (left, right)]
    yield (Span(" " * label), *ids)
    states = []
    for side in (left, right):
        glyph, word, style = look(side.job)
        states.append(Span(f"{fit(f'{glyph} {word} on {one_line(side.job.server)}', cell - 2):<{cell}}", style))
    yield (Span(" " * label), *states)


def _facts(job: Job) -> dict[str, Json]:
    """What can differ without the details; spans in words, because nobody compares epochs."""
    waited = _span(job.created_at, job.started_at)
    ran = _span(job.started_at, job.finished_at)
    known = {
        "type": job.type,
        "queue": job.queue,
        "priority": job.priority,
        "worker": job.worker,
        "attempts": job.attempts,
        "waited": waited,
        "ran": ran,
        "progress": job.progress,
        "step": job.step,
        "error": job.error,
        "results": len(job.results) or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _span(start: float | None, end: float | None) -> str | None:
    return age.span(end - start) if start is not None and end is not None and end >= start else None


def _of(side: Side, name: str) -> Json:
    value = getattr(side.detail, name) if side.detail is not None else None
    return dict(value) if name == "metrics" and value is not None else value


def differences(one: Json, other: Json, masking: Masking) -> Iterator[tuple[Path, Json, Json]]:
    """Where two values differ and how; what one side lacks is ABSENT, a secret is covered."""
    waiting: list[tuple[Path, Json, Json]] = [((), one, other)]
    while waiting:
        path, a, b = waiting.pop()
        if a is b or (type(a) is type(b) and a == b):
            continue
        if path and masking.hides(path[-1], a if a is not ABSENT else b):
            yield path, ABSENT if a is ABSENT else MASK, ABSENT if b is ABSENT else f"{MASK} (another)"
        elif len(path) < DEEPEST and isinstance(a, Mapping) and isinstance(b, Mapping):
            names = [*a, *(name for name in b if name not in a)]
            waiting.extend(((*path, str(n)), a.get(n, ABSENT), b.get(n, ABSENT)) for n in reversed(names))
        elif len(path) < DEEPEST and isinstance(a, list) and isinstance(b, list):
            pairs = list(enumerate(zip_longest(a, b, fillvalue=ABSENT)))
            waiting.extend(((*path, index), x, y) for index, (x, y) in reversed(pairs))
        elif not (a is None and b is ABSENT) and not (a is ABSENT and b is None):
            yield path, masking.masked(a) if a is not ABSENT else a, masking.masked(b) if b is not ABSENT else b


def _line(path: str, a: Json, b: Json, label: int, cell: int) -> Line:
    name = fit(one_line(path), label - 2, "end")
    return (Span(f"{name:<{label}}", "quiet"), _cell(a, cell), _cell(b, cell))


def _cell(value: Json, width: int) -> Span:
    if value is ABSENT:
        return Span(f"{'—':<{width}}", "quiet")
    if isinstance(value, Mapping | list):
        text = f"{{{len(value)}}}" if isinstance(value, Mapping) else f"[{len(value)}]"
    else:
        text = one_line((value if isinstance(value, str) else scalar(value))[:LONGEST])
    text = fit(text, width - 2)
    return Span(text + " " * max(0, width - Span(text).width))
