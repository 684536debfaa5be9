"""Saved views: a query with its order, columns and groups, under a name. Which of them can be used is told here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jobdash.engine.group import Grouping
from jobdash.engine.query import parse
from jobdash.engine.sort import Sort
from jobdash.model.errors import QueryError
from jobdash.model.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """What a person looks at, as texts; empty means the usual. `columns` are as in `job:20` or `data.customer`."""

    name: str
    query: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    group: str = ""

    def problem(self) -> str | None:
        """Why this view cannot be shown, in one sentence; None when it can."""
        try:
            parse(self.query)
            Sort.parse(self.sort)
            Grouping.parse(self.group, _no_fingerprint)
        except QueryError as problem:
            return f"the view {self.name!r} is left out: {problem}"
        return None


@dataclass(frozen=True, slots=True)
class ViewBook:
    """The views that can be shown, in the order of their keys; `of_server` names the default of a server."""

    views: Sequence[SavedView] = ()
    of_server: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, views: Iterable[SavedView], of_server: Mapping[str, str] | None = None) -> "ViewBook":
        """Leaves out what is broken, and says so."""
        told = [(view, view.problem()) for view in views]
        good = [view for view, problem in told if problem is None]
        names = {view.name for view in good}
        problems = [problem for _, problem in told if problem is not None]
        wanted = dict(of_server or {})
        problems += [f"{server}: there is no view {name!r}" for server, name in wanted.items() if name not in names]
        return cls(good, {server: name for server, name in wanted.items() if name in names}, tuple(problems))

    def default_of(self, server: str) -> SavedView | None:
        """The view that a server is shown with, None for the usual one."""
        name = self.of_server.get(server)
        return next((view for view in self.views if view.name == name), None)


def _no_fingerprint(job: Job) -> str | None:
    return None
