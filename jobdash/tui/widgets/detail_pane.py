"""The job under the cursor, in full: what it is above, its tabs, and one tab's content below."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from jobdash.engine.log_source import LogSource
from jobdash.engine.logbook import LogBook
from jobdash.engine.monitor import Batch, Monitor
from jobdash.model.job import Detail, Job, JobKey
from jobdash.tui.messages import FindClosed, FindRequested, FindTyped
from jobdash.tui.presentation import attempts, detail, tabs
from jobdash.tui.presentation.age import MINUTE, Moment, Times
from jobdash.tui.presentation.rest import at_rest
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span, cut
from jobdash.tui.presentation.tabs import Tab
from jobdash.tui.presentation.timeline import Usuals
from jobdash.tui.widgets.find_line import FindLine
from jobdash.tui.widgets.json_view import JsonView
from jobdash.tui.widgets.log_view import LogView
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from jobdash.tui.widgets.still_lines import StillLines

LEFT = Span(" ")


class DetailPane(Vertical):
    """Shows one job until it is told another; reads the monitor, never waits for it."""

    DEFAULT_CSS = """
    DetailPane > #head { height: 3; }
    DetailPane > #tabs { height: 2; }
    DetailPane .content { display: none; height: 1fr; width: 1fr; }
    DetailPane .content.-open { display: block; }
    """

    def __init__(self, monitor: Monitor, key: JobKey | None = None, tab: Tab = Tab.OVERVIEW) -> None:
        super().__init__()
        self.monitor = monitor
        self.key = key
        self.tab = tab
        self.times = Times.RELATIVE
        self._anew = True
        self._stale = False

    def compose(self) -> ComposeResult:
        yield StillLines(id="head")
        yield StillLines(id="tabs")
        yield ScrolledLines(id="text", classes="content")
        yield LogView(classes="content", id="log")
        for tab in (Tab.DATA, Tab.RESULT, Tab.RAW):
            yield JsonView(self.monitor.masking, id=tab.value.lower(), classes="content")
        yield FindLine()

    # which job, which tab

    def turn_to(self, key: JobKey | None) -> None:
        """Shows this job from its top."""
        self.key = key
        self._anew = True
        self.look_again()

    def open_tab(self, tab: Tab) -> None:
        """Shows this part of the job."""
        focused = self.has_focus_within
        self.tab, self._anew = tab, True
        self.look_again()
        if focused:
            self.focus_content()

    @property
    def content(self) -> Widget:
        """What shows the open tab."""
        names = {Tab.OVERVIEW: "text", Tab.ATTEMPTS: "text", Tab.LOGS: "log"}
        return self.query_one("#" + names.get(self.tab, self.tab.value.lower()))

    def focus_content(self) -> None:
        """The keys go to what is read."""
        self.content.focus()

    # news

    def take(self, batch: Batch) -> None:
        """Looks again when the news may concern this job."""
        key = self.key
        if key is None:
            return
        told = {outcome.command.key for outcome in batch.outcomes}
        turned = key.server in batch.servers and self.monitor.is_stale(key) != self._stale
        if turned or key in batch.jobs or key in batch.details or key in told:
            self.look_again()

    def look_again(self) -> None:
        """Draws the job as it is known now."""
        if not self.size.width:
            return
        anew, self._anew = self._anew, False
        subject = self._subject()
        self._stale = subject is not None and subject.stale
        self._show_head(subject)
        content = self.content
        for widget in self.children:
            if widget.has_class("content"):
                widget.set_class(widget is content, "-open")
        if subject is None:
            self.query_one("#text", ScrolledLines).show([], anew=True)
            return
        if self.tab is not Tab.LOGS and self.screen.is_current:
            self.monitor.read_logs(())
        self._show_content(subject, anew=anew)
        self._show_tabs(subject)

    def is_at_rest(self, now: float) -> bool:
        """Whether all that is shown of the job is told in minutes by now; a log, a result or a command may move on."""
        key, read = self.key, self.monitor.detail(self.key) if self.key is not None else None
        if key is None or self.tab is Tab.LOGS or self.monitor.outcome(key) is not None:
            return False
        job, read_at = self.monitor.job(key), read.read_at if read is not None else None
        read_long_ago = read_at is not None and self.monitor.clock.monotonic() - read_at > MINUTE
        return job is not None and not job.results and read_long_ago and at_rest((job,), now)

    def _subject(self) -> detail.Subject | None:
        job = self.monitor.job(self.key) if self.key is not None else None
        if self.key is None or job is None:
            return None
        return detail.Subject(
            job=job,
            detail=self.monitor.detail(self.key),
            outcome=self.monitor.outcome(self.key),
            heard_at=self.monitor.heard_at(self.key),
            known_at=self.monitor.known_at(self.key),
            stale=self.monitor.is_stale(self.key),
            gone=self.monitor.is_gone(self.key),
            runbooks=self.monitor.runbooks.of(job),
            history=self.monitor.histories.of(self.key),
            usual=Usuals(self.monitor.usual("wait", job.type), self.monitor.usual("runtime", job.type)),
            late=self.monitor.late(self.key),
            doubt=self.monitor.doubt(self.key),
            results=self.monitor.downloads.results(self.key),
        )

    def moment(self) -> Moment:
        return Moment(self.monitor.clock.now(), self.monitor.clock.monotonic(), self.times)

    @property
    def text_width(self) -> int:
        return max(10, self.size.width - 3)

    def _show_head(self, subject: detail.Subject | None) -> None:
        lines: Sequence[Line] = [(Span("no job is selected", "quiet"),)]
        if subject is not None:
            lines = _faded(subject, detail.header(subject, self.moment(), self.text_width))
        head = self.query_one("#head", StillLines)
        if len(lines) != len(head.lines):
            head.styles.height = len(lines) + 1
        head.show([(LEFT, *line) for line in lines])

    def _show_content(self, subject: detail.Subject, *, anew: bool) -> None:
        content, known = self.content, subject.detail.detail if subject.detail else None
        if isinstance(content, JsonView):
            content.results = subject.job.results if self.tab is Tab.RESULT else ()
            content.show(_value(self.tab, known, subject.job), anew=anew, empty=_nothing(self.tab, subject))
        elif isinstance(content, LogView):
            self._show_log(content, subject, anew=anew)
        elif isinstance(content, ScrolledLines):
            make = attempts.lines if self.tab is Tab.ATTEMPTS else detail.overview
            content.show(_faded(subject, make(subject, self.moment(), self.text_width)), anew=anew)

    def _show_log(self, view: LogView, subject: detail.Subject, *, anew: bool) -> None:
        key = subject.job.key
        self.monitor.read_logs((key,))
        book = self.monitor.log(key)
        empty = _no_log(subject, book)
        if anew and book is not None:
            view.read(LogSource(((key.id, book),)), self.moment(), empty)
        else:
            view.grown(self.moment(), empty)

    def _show_tabs(self, subject: detail.Subject) -> None:
        known = subject.detail.detail if subject.detail else None
        empty = set()
        if subject.detail is not None and known is not None:
            empty = {tab for tab in (Tab.DATA, Tab.RESULT, Tab.RAW) if _value(tab, known, subject.job) is None}
            empty |= set() if known.logs else {Tab.LOGS}
        line = tabs.line(self.tab, empty, EMPTY, self.size.width - 2)
        self.query_one("#tabs", StillLines).show([(LEFT, *line), (LEFT, *self._told())])

    def _told(self) -> Line:
        """What the open tab says about itself: where one is, what is looked for, whether secrets are shown."""
        content = self.content
        if isinstance(content, LogView):
            return cut(content.told, self.text_width)
        if not isinstance(content, JsonView):
            return EMPTY
        parts: list[Span] = []
        if content.shows_secrets:
            parts.append(Span("SECRETS SHOWN  ", "bold reverse alert"))
            parts.append(Span("  "))
        if content.told:
            parts.append(Span(fit(one_line(content.told), 40) + "  ", "alert"))
        parts.append(
            Span(fit(one_line(content.path), max(4, self.text_width - sum(p.width for p in parts)), "end"), "quiet")
        )
        return tuple(parts)

    @on(JsonView.Said)
    @on(LogView.Said)
    def _say_again(self) -> None:
        if (subject := self._subject()) is not None:
            self._show_tabs(subject)

    # looking for something

    def on_find_requested(self, message: FindRequested) -> None:
        message.stop()
        self.query_one(FindLine).open(message.purpose, message.before)

    def on_find_typed(self, message: FindTyped) -> None:
        message.stop()
        content = self.content
        if isinstance(content, JsonView):
            content.search(message.text)
        elif isinstance(content, LogView) and (problem := content.find(message.purpose, message.text)) is not None:
            self.notify(one_line(problem), severity="warning", markup=False)

    def on_find_closed(self, message: FindClosed) -> None:
        message.stop()
        self.focus_content()

    def on_hide(self) -> None:
        if self.screen.is_current:
            self.monitor.read_logs(())

    def on_resize(self) -> None:
        self.look_again()


def _faded(subject: detail.Subject, lines: list[Line]) -> list[Line]:
    return detail.dimmed(lines) if subject.stale else lines


def _value(tab: Tab, known: Detail | None, job: Job) -> object:
    """What a tab shows as a tree: where the server tells no result but names files, those."""
    files = list(job.results) or None
    if known is None:
        return files if tab is Tab.RESULT else None
    return {Tab.DATA: known.data, Tab.RESULT: files if known.result is None else known.result, Tab.RAW: known.raw}[tab]


def _no_log(subject: detail.Subject, book: LogBook | None) -> str:
    """What an empty log says."""
    server = one_line(subject.job.server)
    if book is None or (book.read_at is None and book.problem is None and subject.detail is None):
        return "reading …"
    if book.problem:
        return f"not read: {one_line(book.problem)}"
    return f"no log lines from {server}"


def _nothing(tab: Tab, subject: detail.Subject) -> str:
    """What an empty tab says."""
    if subject.detail is not None and subject.detail.detail is not None:
        kind = {Tab.DATA: "no data", Tab.RESULT: "no result", Tab.RAW: "no answer"}[tab]
        return f"{one_line(subject.job.server)} tells {kind} of this job"
    return f"not read: {one_line(subject.detail.problem)}" if subject.detail and subject.detail.problem else "reading …"
