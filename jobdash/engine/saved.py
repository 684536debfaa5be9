"""Saved views: a query with its order, columns and groups, under a name. Which of them can be used is told here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from jobdash.engine.group import Grouping
from jobdash.engine.query import parse
from jobdash.engine.sort import Sort
from jobdash.model.errors import QueryError
from jobdash.model.job import Job

KEYS = range(1, 10)
TIMES = ("", "relative", "local", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """What a person looks at, as texts; empty means the usual. `columns` are as in `job:20` or `data.customer`.

    `times` is how times are told; `key` is the digit that shows the view, 0 for the next that is free.
    """

    name: str
    query: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    group: str = ""
    times: str = ""
    key: int = 0

    def problem(self) -> str | None:
        """Why this view cannot be shown, in one sentence; None when it can."""
        try:
            parse(self.query)
            Sort.parse(self.sort)
            Grouping.parse(self.group, _no_fingerprint)
            if self.times not in TIMES:
                raise QueryError(f"times are {', '.join(TIMES[1:])}, not {self.times!r}", 0)
        except QueryError as problem:
            return f"the view {self.name!r} is left out: {problem}"
        return None


@dataclass(frozen=True, slots=True)
class ViewBook:
    """The views that can be shown, by their keys; `of_server` names the default of a server."""

    views: Mapping[int, SavedView] = field(default_factory=dict)
    of_server: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, views: Iterable[SavedView], of_server: Mapping[str, str] | None = None, kept: Iterable[SavedView] = ()
    ) -> "ViewBook":
        """Leaves out what is broken, and says so. Those that were `kept` on the screen take their keys from others."""
        problems: list[str] = []
        good, saved = _usable(views, problems), _usable(kept, problems)
        placed = {view.key: view for view in good if view.key}
        free = (key for key in count(1) if key not in placed)
        placed |= {next(free): view for view in good if not view.key}
        placed |= {view.key: view for view in saved}
        names = {view.name for view in placed.values()}
        wanted = dict(of_server or {})
        problems += [f"{server}: there is no view {name!r}" for server, name in wanted.items() if name not in names]
        known = {server: name for server, name in wanted.items() if name in names}
        return cls(dict(sorted(placed.items())), known, tuple(problems))

    def default_of(self, server: str) -> SavedView | None:
        """The view that a server is shown with, None for the usual one."""
        name = self.of_server.get(server)
        return next((view for view in self.views.values() if view.name == name), None)

    def with_view(self, key: int, view: SavedView | None) -> "ViewBook":
        """The same book with another view on a key, or with none."""
        others = {other: known for other, known in self.views.items() if other != key}
        return replace(self, views=others if view is None else dict(sorted({**others, key: view}.items())))


def _usable(views: Iterable[SavedView], problems: list[str]) -> list[SavedView]:
    told = [(view, view.problem()) for view in views]
    problems += [problem for _, problem in told if problem is not None]
    return [view for view, problem in told if problem is None]


def _no_fingerprint(job: Job) -> str | None:
    return None
