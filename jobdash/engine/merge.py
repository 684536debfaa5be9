"""What a job looks like after a report: pure functions of what was known and what is told."""

from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter
from typing import cast

from jobdash.model.job import MERGED, Job
from jobdash.model.report import JobReport
from jobdash.model.swift import swift

OF_AN_ATTEMPT = ("progress", "fraction", "step", "finished_at", "error", "results", "worker")
"""What belongs to one attempt: a job that begins anew has none of it until the server says so."""

_NAMES = tuple(field.name for field in fields(Job))
_RESULTS, _UPDATED_AT, _OVERDUE = map(_NAMES.index, ("results", "updated_at", "overdue"))
_values = attrgetter(*_NAMES)
_job = cast("Callable[..., Job]", swift(Job))
"""Takes the values in the order of their names."""


def merged(old: Job | None, report: JobReport) -> Job:
    """The job as it is now; `overdue`, label and priority are our own where the server has none, and stay."""
    news = report.job
    if old is not None and report.partial:
        begun = without_attempt(old) if old.state.ended and not news.state.ended else old
        return _told(begun, news, report.at)
    if report.at is not None and news.updated_at is None:
        news = replace(news, updated_at=report.at)
    if old is None:
        return news
    overdue = old.overdue and not news.state.ended
    said = (news.label is not None or old.label is None) and (news.priority is not None or old.priority is None)
    if overdue == news.overdue and said:
        return news
    return replace(news, overdue=overdue, label=news.label or old.label, priority=news.priority or old.priority)


def _told(old: Job, news: Job, at: float | None) -> Job:
    """`old.updated_by(news)` with the time of the news, in one step: this is done for every event of every stream.

    What is equal is the very same object, so that it takes no memory and comparing it takes no time.
    """
    values = [was if now is None or now == was else now for now, was in zip(_values(news), _values(old), strict=True)]
    if not news.results:
        values[_RESULTS] = old.results
    if at is not None and news.updated_at is None:
        values[_UPDATED_AT] = at
    values[_OVERDUE] = old.overdue and not news.state.ended
    return _job(*values)


def filled(old: Job, report: JobReport) -> Job:
    """The job with what an overtaken answer knew and the fresher news left open; the fresher word holds."""
    stable = MERGED if report.job.state is old.state else [name for name in MERGED if name not in OF_AN_ATTEMPT]
    gaps = {
        name: value
        for name in stable
        if name != "updated_at"
        and getattr(old, name) in (None, ())
        and (value := getattr(report.job, name)) not in (None, ())
    }
    return replace(old, **gaps) if gaps else old


def without_attempt(job: Job) -> Job:
    """The job without what its last attempt left behind."""
    return replace(job, progress=None, fraction=None, step=None, finished_at=None, error=None, results=(), worker=None)
