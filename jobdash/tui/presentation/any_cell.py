"""Cells for whatever a person wants to see: any field that queries know, and any value inside a job's data."""

import json
from collections.abc import Callable
from typing import Any

from jobdash.engine.fields import Field, Kind
from jobdash.engine.query.paths import Place
from jobdash.model.job import Detail, Job, JobKey
from jobdash.tui.presentation import age
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span

Loaded = Callable[[JobKey], Detail | None]
Cell = Callable[[Job, Moment, int], Line]
LONGEST = 400


def of_field(field: Field) -> Cell:
    """The field's value as its kind is usually told."""

    def cell(job: Job, moment: Moment, width: int) -> Line:
        value = field.value(job, moment.now)
        if value is None or value == "":
            return EMPTY
        return (Span(fit(_told(field.kind, value, moment), width), "quiet"),)

    return cell


def of_data(path: Place, loaded: Loaded) -> Cell:
    """The value at a path; a dot where the job's data is not loaded, the problem where an expression has one."""

    def cell(job: Job, moment: Moment, width: int) -> Line:
        detail = loaded(job.key)
        if detail is None:
            return (Span("·", "quiet"),)
        value = path.value(detail)
        if value is None and (problem := path.problem(detail)) is not None:
            return (Span(fit(f"! {problem}", width), "alert"),)
        return EMPTY if value is None else (Span(fit(one_line(_json(value)), width)),)

    return cell


def _told(kind: Kind, value: Any, moment: Moment) -> str:
    match kind:
        case Kind.DURATION:
            return age.span(value)
        case Kind.TIME:
            return age.short(moment.now - value) if moment.times is Times.RELATIVE else age.clock(value, moment)
        case Kind.NUMBER:
            return f"{value:g}"
        case _:
            return one_line(str(value)[:LONGEST])


def _json(value: Any) -> str:
    if isinstance(value, str):
        return value[:LONGEST]
    return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST]
