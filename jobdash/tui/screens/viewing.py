"""The keys that change what the list is about: saved views, one server and back, and columns."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partialmethod

from jobdash.engine.query.written import quoted
from jobdash.engine.saved import SavedView, ViewBook
from jobdash.model.errors import QueryError
from jobdash.tui.presentation.age import Times, span
from jobdash.tui.presentation.columns import DEFAULT, Column, named
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.screens.columns import ColumnsScreen
from jobdash.tui.screens.line import LineScreen
from jobdash.tui.screens.list_screen import ListScreen

ALL = SavedView(name="all jobs")
MOST_ATTEMPTS = 1_000_000


class Viewing(ListScreen):
    """`1`-`9 0 v`. A view that was left is found again as it was left; `0` is always without a query."""

    book = ViewBook()
    _at = 0
    _only: str | None = None
    _wide = ALL

    def begin_viewing(self, book: ViewBook) -> None:
        """Shows the default view of the only server, where there is one."""
        self.book = book
        for problem in book.problems:
            self.say(problem, wrong=True)
        for key, view in book.views.items():
            if (wrong := self._wrong_column(view)) is not None:
                self.say(f"the view {view.name!r} is left out: {wrong}", wrong=True)
                self.book = self.book.with_view(key, None)
        self._as_left = {0: ALL, **self.book.views}
        servers = self.monitor.servers()
        default = self.book.default_of(servers[0].name) if len(servers) == 1 else None
        if default is not None:
            self._show_view(next(key for key, view in self.book.views.items() if view == default))

    def _wrong_column(self, view: SavedView) -> QueryError | None:
        try:
            for spec in view.columns:
                named(spec, self.monitor.board.context.detail)
        except QueryError as problem:
            return problem
        return None

    @property
    def view_name(self) -> str:
        """What the title says."""
        name = self._as_left[self._at].name if self._at else ALL.name
        return f"{name} · only {self._only}" if self._only else name

    def as_it_is(self) -> SavedView:
        """The view as the person has it now."""
        board = self.monitor.board
        columns = tuple(column.spec for column in self.jobs.columns or ())
        name = self._as_left[self._at].name
        return SavedView(
            name=name,
            query=board.query,
            sort=str(board.sort),
            columns=columns,
            group=board.grouping,
            times=self.times.value,
        )

    def _view(self, number: int) -> None:
        if number not in self._as_left:
            known = ", ".join(map(str, self.book.views))
            told = f"there is no view {number}; there are {known}" if known else "there are no saved views yet"
            self.say(f"{told}; W saves what you see", wrong=True)
            return
        self._as_left[self._at] = self._wide if self._only else self.as_it_is()
        if number == self._at and number:
            self._as_left[number] = self.book.views[number]
        self._show_view(number)

    def _show_view(self, number: int) -> None:
        self._at, self._only = number, None
        view = self._as_left[number]
        self.show(replace(view, query="") if not number else view)

    def show(self, view: SavedView) -> None:
        """Puts a view on the screen; what cannot be shown of it is said."""
        board = self.monitor.board
        try:
            self.jobs.columns = [named(spec, board.context.detail) for spec in view.columns] or None
            board.set_grouping(view.group)
            board.set_sort(view.sort)
            board.set_query(view.query)
            self.times = Times(view.times or Times.RELATIVE)
        except QueryError as problem:
            self.say(f"{view.name}: {problem}", wrong=True)
        self.rows_changed()
        self.look_again()

    def action_columns(self) -> None:
        def show(columns: Sequence[Column]) -> None:
            usual = [column.spec for column in columns] == [column.spec for column in DEFAULT]
            self.jobs.columns = None if usual else columns
            self.jobs.look_again()

        now = self.jobs.columns or DEFAULT
        self.app.push_screen(ColumnsScreen(now, self.monitor.board.context.detail, show))

    action_view_0 = partialmethod(_view, 0)
    action_view_1 = partialmethod(_view, 1)
    action_view_2 = partialmethod(_view, 2)
    action_view_3 = partialmethod(_view, 3)
    action_view_4 = partialmethod(_view, 4)
    action_view_5 = partialmethod(_view, 5)
    action_view_6 = partialmethod(_view, 6)
    action_view_7 = partialmethod(_view, 7)
    action_view_8 = partialmethod(_view, 8)
    action_view_9 = partialmethod(_view, 9)

    # how often servers are asked

    def action_faster(self) -> None:
        self._pace(0.5)

    def action_slower(self) -> None:
        self._pace(2.0)

    def _pace(self, factor: float) -> None:
        server = self.jobs.cursor.server if self.jobs.cursor is not None else self._server_of_heading()
        if server is None:
            self.say("no job is selected", wrong=True)
            return
        interval = self.monitor.change_pace(server, factor)
        self.say(f"{server} is asked every {span(interval)}, where it has to be asked")

    def action_attempts(self) -> None:
        """Asks how often a job may be asked about; it is watched on after that, but called late."""
        server = self.jobs.cursor.server if self.jobs.cursor is not None else self._server_of_heading()
        if server is None:
            self.say("no job is selected", wrong=True)
            return

        def typed(text: str | None) -> None:
            if text is None:
                return
            if not (text.strip().isascii() and text.strip().isdigit()) or int(text) > MOST_ATTEMPTS:
                self.say(f"a whole number up to {MOST_ATTEMPTS:,} is expected, but it is {text!r}", wrong=True)
                return
            self.monitor.change_attempts(server, int(text))
            self.say(
                f"a job of {server} that is {_often(self.monitor.attempts(server))} is called late, and watched on"
            )

        title = f"Attempts on {fit(one_line(server), 24)}"
        now = f"now {_often(self.monitor.attempts(server))}"
        self.app.push_screen(LineScreen(title, now, "a job asked about so often is late; 0 for no limit"), typed)

    # one server and back

    def action_only_server(self) -> None:
        if self._only is not None:
            self.widen()
            return
        server = self.jobs.cursor.server if self.jobs.cursor is not None else self._server_of_heading()
        if server is None:
            self.say("no job is selected", wrong=True)
            return
        self._wide = self.as_it_is()
        view = self.book.default_of(server) or self._wide
        query = f"({view.query})" if " or " in view.query else view.query
        self._only = server
        self.show(replace(view, query=f"server:{quoted(server)} {query}".strip()))

    def widen(self) -> None:
        """Back from one server to what was there before."""
        self._only = None
        self.show(self._wide)

    def _server_of_heading(self) -> str | None:
        heading = self.jobs.heading
        return heading.value if heading is not None and heading.by == "server" else None

    def leave_view(self) -> bool:
        """One step back towards all jobs; False when nothing was left to leave."""
        if self._only is not None:
            self.widen()
        elif self._at:
            self._view(0)
        elif self.monitor.query:
            self.show(replace(self.as_it_is(), query=""))
        else:
            return False
        return True


def _often(attempts: int | None) -> str:
    return "asked about as often as it takes" if attempts is None else f"asked about {attempts:,} times"
