"""The query line: what the list is narrowed to, how many that are, and the field to type another.

While it is typed, what is wrong, what could be meant and what is not searched hang below it, over the list.
"""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from jobdash.engine.monitor import Monitor
from jobdash.engine.query.complete import Candidate
from jobdash.model.errors import QueryError
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import QueryChanged, QueryClosed
from jobdash.tui.presentation import query_help
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Line, Span, spread, width_of
from jobdash.tui.widgets.still_lines import StillLines


class QueryField(Input):
    """The field itself. It is reachable only while it is open."""

    PLACES = (Where.QUERY,)


class FilterInput(Vertical):
    """Tells every change while it is typed; what was there before comes back on esc."""

    BINDINGS = bindings(Where.QUERY)
    DEFAULT_CSS = """
    FilterInput { height: auto; background: $surface; }
    FilterInput StillLines { background: $surface; }
    FilterInput #editing { height: 1; display: none; }
    FilterInput #prompt { width: 3; }
    FilterInput #count { width: 24; }
    FilterInput QueryField { height: 1; border: none; padding: 0; width: 1fr; background: $surface; color: $ink; }
    FilterInput QueryField:focus { border: none; }
    FilterInput #below { display: none; overlay: screen; background: $dialog; width: 100%; }
    FilterInput.-open #editing { display: block; }
    FilterInput.-open #resting { display: none; }
    FilterInput.-open.-below #below { display: block; }
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__()
        self.monitor = monitor
        self._before = ""
        self._count = ""
        self._problem: QueryError | None = None
        self._candidates: Sequence[Candidate] = ()
        self._marked = 0

    def compose(self) -> ComposeResult:
        yield StillLines(id="resting")
        with Horizontal(id="editing"):
            yield StillLines(id="prompt")
            yield QueryField(
                id="query", disabled=True, placeholder="text, or state:failed,stuck", select_on_focus=False
            )
            yield StillLines(id="count")
        yield StillLines(id="below")

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def tell(self, query: str, matching: int, total: int, order: str, counted: float = 1.0) -> None:
        """What the list shows now, and in which order: `166 of 10,469   worst first`.

        `counted` says how much of that was looked at.
        """
        jobs = "1 job" if total == 1 else f"{total:,} jobs"
        self._count = f"{matching:,} of {total:,}" if query else jobs
        if counted < 1:
            self._count = f"counting … {counted:.0%}"
        width = self.app.size.width
        right: Line = (Span(f"{self._count}   {order} ", "quiet"),) if total else ()
        left: Line = (Span(" / ", "quiet"), Span(fit(one_line(query), width - width_of(right) - 5), "bold"))
        self.query_one("#resting", StillLines).show([spread(left, right, width)])
        self.query_one("#count", StillLines).show([(Span(f"{self._count:>23} ", "quiet"),)])

    def open(self, query: str) -> None:
        """Starts typing, with what is there now."""
        self._before, self._problem = query, None
        self.query_one("#prompt", StillLines).show([(Span(" / ", "bold brand"),)])
        field = self.query_one(QueryField)
        field.disabled = False
        with field.prevent(Input.Changed):
            field.value = query
        field.cursor_position = len(query)
        self.add_class("-open")
        field.focus()
        self._candidates = ()
        self._tell_below()

    def tell_problem(self, problem: QueryError | None) -> None:
        """Says below the line what is wrong with the text so far; None when all is well."""
        self._problem = problem
        self.set_class(problem is not None, "-wrong")
        self._tell_below()

    def _tell_below(self) -> None:
        width = self.app.size.width
        notes = self.monitor.board.explain() if self._problem is None else ()
        text = self.query_one(QueryField).value
        typing = query_help.Typing(text, self._problem, self._candidates, self._marked, notes)
        lines = query_help.lines(typing, width - 1)
        board = self.query_one("#below", StillLines)
        self.set_class(bool(lines), "-below")
        board.styles.height = max(1, len(lines))
        board.show(lines)

    def close(self) -> None:
        """Back to showing; the keys go to the list again."""
        self._problem, self._candidates = None, ()
        self.remove_class("-open", "-below", "-wrong")
        self.query_one(QueryField).disabled = True
        self.post_message(QueryClosed())

    # completion

    def action_offer_after(self) -> None:
        self._mark(1)

    def action_offer_before(self) -> None:
        self._mark(-1)

    def _mark(self, step: int) -> None:
        if self._candidates:
            self._marked = (self._marked + step) % len(self._candidates)
            self._tell_below()

    def action_complete(self) -> None:
        if not self._candidates:
            return
        chosen, field = self._candidates[self._marked], self.query_one(QueryField)
        field.value = field.value[: chosen.start] + chosen.text + field.value[chosen.end :]
        field.cursor_position = chosen.start + len(chosen.text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        cursor = self.query_one(QueryField).cursor_position
        self._candidates, self._marked = self.monitor.board.complete(event.value, cursor), 0
        self.post_message(QueryChanged(event.value))

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_keep_typed()

    def action_keep_typed(self) -> None:
        if self._problem is None:
            self.close()

    def action_leave_typed(self) -> None:
        self.post_message(QueryChanged(self._before))
        self.close()
