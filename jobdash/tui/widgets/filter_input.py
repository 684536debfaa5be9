"""The query line: what the list is narrowed to, how many that are, and the field to type another."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from jobdash.tui.messages import QueryChanged, QueryClosed
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Line, Span, spread, width_of
from jobdash.tui.widgets.still_lines import StillLines


class QueryField(Input):
    """The field itself. It is reachable only while it is open."""


class FilterInput(Vertical):
    """Tells every change while it is typed; what was there before comes back on esc."""

    DEFAULT_CSS = """
    FilterInput { height: auto; background: $surface; }
    FilterInput StillLines { background: $surface; }
    FilterInput #editing { height: 1; display: none; }
    FilterInput #prompt { width: 3; }
    FilterInput #count { width: 24; }
    FilterInput QueryField { height: 1; border: none; padding: 0; width: 1fr; background: $surface; color: $ink; }
    FilterInput QueryField:focus { border: none; }
    FilterInput #wrong { display: none; }
    FilterInput.-open #editing { display: block; }
    FilterInput.-open #resting { display: none; }
    FilterInput.-wrong #wrong { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._before = ""
        self._count = ""

    def compose(self) -> ComposeResult:
        yield StillLines(id="resting")
        with Horizontal(id="editing"):
            yield StillLines(id="prompt")
            yield QueryField(
                id="query", disabled=True, placeholder="text, or state:failed,stuck", select_on_focus=False
            )
            yield StillLines(id="count")
        yield StillLines(id="wrong")

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
        self._before = query
        self.query_one("#prompt", StillLines).show([(Span(" / ", "bold brand"),)])
        field = self.query_one(QueryField)
        field.disabled = False
        with field.prevent(Input.Changed):
            field.value = query
        field.cursor_position = len(query)
        self.add_class("-open")
        field.focus()

    def tell_problem(self, problem: str | None) -> None:
        """Says below the line what is wrong with the text so far; None takes it away."""
        self.set_class(problem is not None, "-wrong")
        text = fit(one_line(problem or ""), self.app.size.width - 4)
        self.query_one("#wrong", StillLines).show([(Span("   " + text, "alert"),)])

    def close(self) -> None:
        """Back to showing; the keys go to the list again."""
        self.tell_problem(None)
        self.remove_class("-open")
        self.query_one(QueryField).disabled = True
        self.post_message(QueryClosed())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(QueryChanged(event.value))

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.has_class("-wrong"):
            self.close()

    def key_escape(self, event: events.Key) -> None:
        if self.is_open:
            event.stop()
            self.post_message(QueryChanged(self._before))
            self.close()
