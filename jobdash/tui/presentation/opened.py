"""What is said of an opened result: what it is, how big, how old, and what became of it when it is not there."""

from jobdash.engine.monitor import ResultsView
from jobdash.engine.opening import Opened
from jobdash.model.errors import JobdashError, NotFound
from jobdash.tui.presentation import age
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.safe import one_line, wrap
from jobdash.tui.presentation.spans import Line, Span


def size(count: int) -> str:
    """`812 bytes`, `12.3 kB`, `10.5 MB`."""
    if count < 1000:
        return f"{count:,} byte{'' if count == 1 else 's'}"
    for unit in ("kB", "MB", "GB"):
        count_in = count / 1000 ** (("kB", "MB", "GB").index(unit) + 1)
        if count_in < 1000 or unit == "GB":
            return f"{count_in:,.1f} {unit}"
    raise AssertionError


def coming(done: int, total: int | None) -> str:
    """How far it is."""
    return f"reading … {size(done)}" + (f" of {size(total)}" if total else "")


def head(opened: Opened, results: ResultsView, moment: Moment) -> Line:
    """Its name, what it is, how big and how old."""
    parts = [opened.what, size(opened.size) if opened.size is not None else "size unknown", _age(results, moment)]
    said = "  ".join(part for part in parts if part)
    note: Line = (Span(f"   ! {one_line(opened.note)}", "alert"),) if opened.note else ()
    return (Span(one_line(opened.name), "bold"), Span(f"  {one_line(said)}", "quiet"), *note)


def binary(opened: Opened, width: int) -> list[Line]:
    """Instead of what cannot be read."""
    told = f", {size(opened.size)}" if opened.size is not None else ""
    return [
        (Span(f"This is {one_line(opened.what)}{told}.", "bold"),),
        *((Span(part, "quiet"),) for part in wrap("It is not shown here: d downloads it.", width, 2)),
    ]


def problem(error: JobdashError, results: ResultsView, moment: Moment, width: int) -> list[Line]:
    """Why there is nothing to see, and what to do."""
    made, kept = results.made_at, results.kept_for
    gone = isinstance(error, NotFound)
    lines: list[Line] = [(Span(part, "job-failed"),) for part in wrap(one_line(str(error)), width, 6)]
    if gone and made is not None and kept is not None and moment.now > made + kept:
        lines.append((Span(f"expired: made {age.spoken(moment.now - made)}, kept for {age.span(kept)}", "quiet"),))
    elif gone and made is not None:
        lines.append((Span(f"made {age.spoken(moment.now - made)}; servers keep results for a while only", "quiet"),))
    lines.append((Span("esc back" if gone else "r tries again, esc back", "quiet"),))
    return lines


def _age(results: ResultsView, moment: Moment) -> str:
    if results.made_at is None:
        return ""
    limit = f", kept for {age.span(results.kept_for)}" if results.kept_for is not None else ""
    return f"made {age.spoken(moment.now - results.made_at)}{limit}"
