"""A bulk in text: the question before it, one line while it runs, and what became of its jobs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from jobdash.engine.bulk.plan import Plan
from jobdash.engine.bulk.result import End, Result
from jobdash.engine.bulk.run import Run
from jobdash.engine.friction import friction
from jobdash.model.care import Care
from jobdash.model.command import Action, Outcome, Phase
from jobdash.tui.presentation import age
from jobdash.tui.presentation.bar import bar
from jobdash.tui.presentation.confirm import Question
from jobdash.tui.presentation.safe import fit, one_line, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span, joined

MOST = 1_000
"""Results that are shown; all of them stand in the audit log."""

SHOWN = 4
"""Kinds of jobs, and reasons, that a question names."""

STYLES: Final = {
    End.DONE: ("✔", "job-completed"),
    End.REFUSED: ("⊘", "job-paused"),
    End.FAILED: ("✖", "job-failed"),
    End.UNKNOWN: ("?", "job-unknown"),
    End.LEFT: ("·", "quiet"),
}
WORST_FIRST: Final = (End.FAILED, End.UNKNOWN, End.REFUSED, End.DONE, End.LEFT)


def jobs(count: int) -> str:
    """`1 job`, `131 jobs`."""
    return f"{count:,} job{'s' * (count != 1)}"


def question(plan: Plan, cares: Mapping[str, Care], paces: Mapping[str, str], canary: int, width: int) -> Question:
    """What will be done, in full. `paces` says for each server how fast."""
    verb, count = plan.action.value.capitalize(), len(plan.commands)
    production = [name for name in plan.by_server if cares[name].production]
    names = ", ".join(one_line(name) + (" (PRODUCTION)" if name in production else "") for name in plan.by_server)
    lines = [
        *_counted("state", plan.by_state, width),
        *_counted("type", plan.by_type, width),
        *(_counted("server", plan.by_server, width) if len(plan.by_server) > 1 else ()),
        *_left_out(plan, width),
        EMPTY,
        *((Span(text, "quiet"),) for text in wrap(_sends(plan, paces, canary), width, 4)),
    ]
    asked = friction((cares[name] for name in plan.by_server), count)
    title = fit(f"{verb} {jobs(count)} on {names}?", width)
    keep = "Keep the jobs" if plan.action in (Action.CANCEL, Action.DELETE) else "Leave them as they are"
    return Question(title, tuple(lines), keep, f"{verb} {count:,}", asked, bool(production))


def _counted(label: str, counts: Mapping[str, int], width: int) -> Iterator[Line]:
    shown = [f"{one_line(name) or 'without one'} {count:,}" for name, count in list(counts.items())[:SHOWN]]
    if len(counts) > SHOWN:
        shown.append(f"{len(counts) - SHOWN} more kinds")
    yield (Span(f"{label:<8}", "quiet"), Span(fit("   ".join(shown), width - 8)))


def _left_out(plan: Plan, width: int) -> Iterator[Line]:
    for why, count in list(plan.whys.items())[:SHOWN]:
        for text in wrap(one_line(f"{jobs(count)} left alone: {why}"), width, 2):
            yield (Span(text, "alert"),)
    if len(plan.whys) > SHOWN:
        rest = sum(list(plan.whys.values())[SHOWN:])
        yield (Span(f"{jobs(rest)} left alone for other reasons", "alert"),)


def _sends(plan: Plan, paces: Mapping[str, str], canary: int) -> str:
    first = plan.commands[0].key.id
    request = one_line(plan.request.replace(first, "{id}")[:200]) if plan.request else f"one {plan.action} a job"
    pace = ", ".join(dict.fromkeys(paces[name] for name in plan.by_server))
    alone = f", {canary} first as a canary" if 0 < canary < len(plan.commands) else ""
    return f"sends {request}, {pace} on a server{alone}; what has changed by then is left alone"


def note(run: Run | None) -> Line:
    """What the frame says while a bulk runs."""
    if run is None:
        return EMPTY
    return (Span(f"{run.plan.action} {len(run.results):,}/{run.total:,}", "bold brand"), Span(" A", "bold key"))


def head(run: Run, now: float, width: int, *, chosen: bool) -> Line:
    """One bulk in one line: `▸ cancel  ━━━━━──── 120 of 500   ✔ 118  ⊘ 2   running, 12s`."""
    told = len(run.results)
    state = "running" if run.ended_at is None and run.why is None else "stopping" if run.ended_at is None else "ended"
    lasted = age.short(max(0.0, (run.ended_at or now) - run.began_at))
    counts = tuple(
        Span(f"{STYLES[end][0]} {run.results.counts[end]:,}  ", STYLES[end][1])
        for end in End
        if run.results.counts[end]
    )
    percent = 100.0 * told / run.total if run.total else 100.0
    return joined(
        (
            (Span(" ▸ " if chosen else "   ", "bold key"), Span(f"{run.plan.action:<8}", "bold" if chosen else "")),
            bar(percent, 16, "bar-done" if run.ended_at is None else "bar-still"),
            (Span(f"{told:,} of {run.total:,}"),),
            counts,
            (Span(f"{state}, {lasted}", "quiet"),),
        )
    )


def results(run: Run, width: int) -> list[Line]:
    """Why it stopped, what was given as the reason, and each job with its end, the worst first."""
    lines: list[Line] = []
    if run.why is not None:
        lines += [(Span(text, "alert"),) for text in wrap(one_line(run.why), width, 3)]
    if run.reason:
        lines.append((Span("reason  ", "quiet"), Span(fit(one_line(run.reason), width - 8))))
    lines += [EMPTY] if lines else []
    ordered: Sequence[Result] = [result for end in WORST_FIRST for result in run.results.of(end)]
    lines += (_result(result, width) for result in ordered[:MOST])
    if len(ordered) > MOST:
        lines.append((Span(f"and {jobs(len(ordered) - MOST)} more: jobdash audit --bulk {run.id}", "quiet"),))
    return lines


def _result(result: Result, width: int) -> Line:
    glyph, style = STYLES[result.end]
    name = fit(one_line(str(result.command.key)[-80:]), 36, "end")
    words = fit(one_line(result.message[:400]), max(0, width - 52))
    return (Span(f"{glyph} {result.end:<11} ", style), Span(f"{name:<37}"), Span(words, "quiet"))


def single(outcomes: Iterable[Outcome], width: int) -> list[Line]:
    """Changes of one job each, as they were handed over."""
    lines: list[Line] = []
    for outcome in outcomes:
        style = "job-completed" if outcome.phase is Phase.CONFIRMED else "" if not outcome.phase.final else "job-failed"
        name = fit(one_line(str(outcome.command.key)[-80:]), 36, "end")
        words = fit(one_line(outcome.message[:400]), max(0, width - 62))
        told = f"  {outcome.command.action:<8} {outcome.phase:<12} "
        lines.append((Span(told, style), Span(f"{name:<37}"), Span(words, "quiet")))
    return lines
