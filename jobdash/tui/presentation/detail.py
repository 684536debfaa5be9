"""What the detail pane says of one job, section by section, folded to a width."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from jobdash.engine.estimate import estimate, standstill
from jobdash.engine.fields import since
from jobdash.engine.histories import History, Turn
from jobdash.engine.monitor import DetailView, DownloadView, ResultsView
from jobdash.engine.runbooks import Runbook
from jobdash.model.command import Outcome, Phase
from jobdash.model.job import Job
from jobdash.model.state import State
from jobdash.tui.presentation import age, outlook, payload, timeline
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.bar import bar, percent_text
from jobdash.tui.presentation.failure_row import runbook_lines
from jobdash.tui.presentation.row import waiting
from jobdash.tui.presentation.safe import fit, lines_of, one_line, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span, cut, joined, noted, restyled, width_of
from jobdash.tui.presentation.states import look
from jobdash.tui.presentation.timeline import NOTHING_USUAL, Usuals

LABEL = 10
NO_RESULTS = ResultsView()
ERROR_LINES, TRACE_LINES, RESULTS, LONG_TEXT = 12, 30, 8, 4000


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is known of the job that is looked at, at one moment."""

    job: Job
    detail: DetailView | None
    outcome: Outcome | None
    heard_at: float | None
    stale: bool
    gone: bool
    runbooks: Sequence[Runbook] = ()
    history: History | None = None
    usual: Usuals = NOTHING_USUAL

    @property
    def turns(self) -> Sequence[Turn]:
        """What was seen of the job's way from state to state."""
        return self.history.turns if self.history is not None else ()

    late: str | None = None
    results: ResultsView = NO_RESULTS
    doubt: str | None = None
    known_at: float | None = None


def header(subject: Subject, moment: Moment, width: int) -> list[Line]:
    """What stands above the tabs whatever is read below: which job, and how it is."""
    width = max(20, width)
    told = _state(subject.job, _then(subject, moment), width)
    parts = (_title(subject.job, width), _trust(subject, moment, width), told)
    return [cut(line, width) for part in parts for line in part]


def overview(subject: Subject, moment: Moment, width: int) -> list[Line]:
    """The first tab, top to bottom; sections are parted by an empty line."""
    width = max(20, width)
    sections = (
        _outcome(subject.outcome, width),
        _error(subject, width),
        _more(subject, moment, width),
        _timeline(subject, moment, width),
        _facts(subject.job, moment, width),
        _times(subject.job, moment, width),
        _results(subject, moment, width),
        payload.lines(subject.detail, moment, width, awaited=not subject.gone),
    )
    return sectioned(sections, width)


def sectioned(sections: Iterable[Iterable[Line]], width: int) -> list[Line]:
    """The sections that say something, parted by an empty line."""
    shown: list[Line] = []
    for section in sections:
        content = [cut(line, width) for line in section]
        if content and shown:
            shown.append(EMPTY)
        shown.extend(content)
    return shown


def _title(job: Job, width: int) -> Iterator[Line]:
    for text in wrap(one_line(job.id[:LONG_TEXT]), width, 3):
        yield (Span(text, "bold"),)
    named = " on ".join(one_line(part) for part in (job.type or job.label, job.server) if part)
    yield (Span(fit(" · ".join(part for part in (named, one_line(job.worker or "")) if part), width), "quiet"),)


def _trust(subject: Subject, moment: Moment, width: int) -> Iterator[Line]:
    """Nothing when the reading is true now; else what it is instead."""
    if subject.gone:
        yield from noted(
            "! ", f"{subject.job.server} no longer has this job: this is the last that is known", width, "server-stale"
        )
    elif subject.stale:
        heard = "" if subject.heard_at is None else f", heard {age.spoken(moment.monotonic - subject.heard_at)}"
        why = "this job cannot be read" if subject.detail is not None and subject.detail.problem else subject.doubt
        yield from noted("! ", f"{why or 'not live'}: this is the last that is known{heard}", width, "server-stale")
    if subject.job.overdue:
        why = subject.late or "takes longer than it may"
        yield from noted("! ", f"overdue: {one_line(why)}; it is watched on", width, "job-stuck")


def _then(subject: Subject, moment: Moment) -> Moment:
    """The moment of which what is known is true: ages do not count on while nothing is heard."""
    return moment if subject.known_at is None else replace(moment, now=subject.known_at)


def _state(job: Job, moment: Moment, width: int) -> Iterator[Line]:
    glyph, word, style = look(job)
    at = since(job)
    begun = job.started_at is None and job.created_at is not None and job.state.active
    said = [("created " if begun else "") + age.happened(moment.now - at)] if at is not None else []
    if job.attempts is not None:
        said.append(f"attempt {job.attempts}" + (f" of {job.max_attempts}" if job.max_attempts is not None else ""))
    yield cut(joined(((Span(f"{glyph} {word}", f"bold {style}"),), (Span(", ".join(said)),) if said else EMPTY)), width)
    if job.progress is not None and job.state is not State.COMPLETED:
        yield from _progress(job, width)
    else:
        for text in wrap(one_line(job.step or ""), width, 3):
            yield (Span(text, "quiet"),)


def _more(subject: Subject, moment: Moment, width: int) -> Iterator[Line]:
    job, heard_at = subject.job, subject.heard_at
    theirs = one_line(job.native_state)
    if theirs.lower() != look(job).word:
        yield (Span(fit(f"its server calls it “{theirs}”", width), "quiet"),)
    if job.state is State.PENDING and (
        place := waiting(job, moment.monotonic - heard_at if heard_at is not None else 0.0)
    ):
        yield (Span(fit(f"place in the queue: {place}", width)),)
    samples = subject.history.samples if subject.history is not None else ()
    known, still = estimate(job, samples, subject.usual.runs, moment.now), standstill(job, samples, moment.now)
    yield from outlook.lines(job, known, still, width)


def _timeline(subject: Subject, moment: Moment, width: int) -> Iterator[Line]:
    known = subject.detail.detail if subject.detail is not None else None
    turns = timeline.turns_of(known.attempts) if known is not None else ()
    seen = turns if len(turns) > len(subject.turns) else subject.turns
    yield from timeline.lines(subject.job, seen, subject.usual, moment.now, width)


def _progress(job: Job, width: int) -> Iterator[Line]:
    assert job.progress is not None
    style = "bar-done" if job.state is State.RUNNING else "bar-still"
    figure = f" {percent_text(job.progress):>4}"
    size = min(30, width - len(figure))
    fraction = f"{job.fraction[0]:g} of {job.fraction[1]:g}" if job.fraction is not None else ""
    told = "  ".join(part for part in (one_line(job.step or ""), fraction) if part)
    line: Line = (*bar(job.progress, size, style), Span(figure))
    if told and width_of(line) + 2 + Span(told).width <= width:
        yield (*line, Span("  " + told, "quiet"))
        return
    yield line
    for text in wrap(told, width, 3) if told else ():
        yield (Span(text, "quiet"),)


STEPS = (Phase.REQUESTED, Phase.ACCEPTED, Phase.CONFIRMED)
PHASE_STYLE = {Phase.CONFIRMED: "job-completed", Phase.REQUESTED: "", Phase.ACCEPTED: ""}


def _outcome(outcome: Outcome | None, width: int) -> Iterator[Line]:
    """`cancel  requested → accepted → confirmed`, and what the server said to it."""
    if outcome is None:
        return
    reached = STEPS[: STEPS.index(outcome.phase) + 1] if outcome.phase in STEPS else (Phase.REQUESTED, outcome.phase)
    style = PHASE_STYLE.get(outcome.phase, "job-failed")
    path = " → ".join(phase.value for phase in reached)
    waiting_for = " …" if not outcome.phase.final else ""
    yield (Span(f"{outcome.command.action.value}  ", "bold"), Span(path + waiting_for, style))
    for text in wrap(one_line(outcome.message[:LONG_TEXT]), width, 4) if outcome.message else ():
        yield (Span(text, "quiet"),)


def _error(subject: Subject, width: int) -> Iterator[Line]:
    job, detail = subject.job, subject.detail.detail if subject.detail else None
    trace = (detail.traceback or "") if detail else ""
    style = "job-failed" if job.state is State.FAILED else ""
    if job.error:
        for part in lines_of(job.error[:LONG_TEXT], ERROR_LINES):
            for text in wrap(part, width, ERROR_LINES):
                yield (Span(text, style),)
    yield from runbook_lines(subject.runbooks, width)
    told = {part.strip() for part in lines_of((job.error or "")[:LONG_TEXT], ERROR_LINES)}
    traced = lines_of(trace[-LONG_TEXT * 4 :])[-TRACE_LINES:] if trace else []
    traced = [part for part in traced if not part.strip() or part.strip() not in told]
    for part in traced:
        for text in wrap(part, width):
            yield (Span(text, "quiet"),)


def _facts(job: Job, moment: Moment, width: int) -> Iterator[Line]:
    kind = job.type if job.type != job.label else None
    known = (
        ("server", job.server),
        ("type", kind),
        ("name", job.label),
        ("queue", job.queue),
        ("priority", job.priority),
        ("worker", job.worker),
    )
    for label, value in known:
        if value:
            yield from _fact(label, one_line(value[:LONG_TEXT]), width)


def _times(job: Job, moment: Moment, width: int) -> Iterator[Line]:
    told = (
        ("created", job.created_at),
        ("started", job.started_at),
        ("updated", job.updated_at),
        ("finished", job.finished_at),
    )
    for label, at in told:
        if at is None:
            continue
        exact = age.full(at, moment.now, UTC if moment.times is Times.RELATIVE else moment.tz)
        yield from _fact(label, f"{exact}  {age.happened(moment.now - at)}", width)


def _results(subject: Subject, moment: Moment, width: int) -> Iterator[Line]:
    """The files that the job left; bounded, because a server may name any number."""
    job = subject.job
    for index, name in enumerate(job.results[:RESULTS]):
        yield (Span(f"{'' if index else 'results':<{LABEL}}", "quiet"), Span(fit(one_line(name), width - LABEL, "end")))
    if len(job.results) > RESULTS:
        yield (Span(f"{'':<{LABEL}}and {len(job.results) - RESULTS:,} more", "quiet"),)
    made, kept = subject.results.made_at, subject.results.kept_for
    if job.results and made is not None:
        limit = f", kept for {age.span(kept)}" if kept is not None else ""
        yield from _fact("made", f"{age.spoken(moment.now - made)}{limit}", width)
    for view in subject.results.downloads[:RESULTS]:
        yield from _download(view, width)


def _download(view: DownloadView, width: int) -> Iterator[Line]:
    """How far a result is, where it was written, or why it was not."""
    if view.path is not None:
        yield from _fact("saved", one_line(str(view.path)), width)
    elif view.problem is not None or not view.total:
        yield from _fact("download", one_line(view.problem or f"{view.done:,} bytes of {view.url}"), width)
    else:
        share = 100 * view.done / view.total
        drawn = bar(share, min(20, width - LABEL - 6), "bar-done")
        yield (Span(f"{'download':<{LABEL}}", "quiet"), *drawn, Span(f" {percent_text(share):>4}"))
        yield from _fact("", one_line(view.url), width)


def _fact(label: str, value: str, width: int) -> Iterator[Line]:
    for index, text in enumerate(wrap(value, width - LABEL, 4)):
        yield (Span(f"{label if not index else '':<{LABEL}}", "quiet"), Span(text))


def dimmed(content: list[Line]) -> list[Line]:
    """The pane of a job whose server is not live: nothing in it may look live."""
    return [restyled(line, "stale") for line in content]
