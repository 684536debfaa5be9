"""One result of a job, opened: JSON as a tree, text as lines, anything else said by name. Nothing is written."""

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from jobdash.engine.download import short
from jobdash.engine.log_source import LogSource
from jobdash.engine.logbook import LogBook
from jobdash.engine.monitor import Monitor
from jobdash.engine.opening import Opened, Shape
from jobdash.model.errors import JobdashError
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings, rows
from jobdash.tui.messages import DownloadRequested, FindClosed, FindRequested, FindTyped, TextCopied
from jobdash.tui.presentation import opened as told
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span, cut
from jobdash.tui.screens.download import DownloadScreen
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.find_line import FindLine
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.json_view import JsonView
from jobdash.tui.widgets.log_rows import Shown
from jobdash.tui.widgets.log_view import LogView
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from jobdash.tui.widgets.still_lines import StillLines
from jobdash.tui.widgets.title_bar import TitleBar

READ = "read"


class ResultScreen(Screen[None], inherit_bindings=False):
    """Reads while it is open: leaving it ends the transfer."""

    BINDINGS = bindings(Where.RESULT)
    DEFAULT_CSS = """
    ResultScreen { layout: vertical; background: $background; color: $ink; }
    ResultScreen #told { margin: 1 0 0 0; height: 3; }
    ResultScreen .content { display: none; height: 1fr; width: 1fr; }
    ResultScreen .content.-open { display: block; }
    ResultScreen Footer { background: $surface; }
    """

    def __init__(self, monitor: Monitor, key: JobKey, url: str, times: Times) -> None:
        super().__init__()
        self.monitor = monitor
        self.key = key
        self.url = url
        self.times = times
        self.result: Opened | None = None
        self._problem: JobdashError | None = None
        self._so_far: tuple[int, int | None] = (0, None)

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield StillLines(id="told")
        yield ScrolledLines(id="words", classes="content")
        yield JsonView(self.monitor.masking, id="tree", classes="content")
        yield LogView(id="text", classes="content", grows=False)
        yield FindLine()
        yield Footer()

    def on_mount(self) -> None:
        self.set_interval(0.25, self.look_again)
        self.action_open_again()

    # reading

    def action_open_again(self) -> None:
        self.result, self._problem, self._so_far = None, None, (0, None)
        self.run_worker(self._read(), name=READ, group=READ, exclusive=True)
        self.call_after_refresh(self.look_again)

    async def _read(self) -> None:
        def progress(done: int, total: int | None) -> None:
            self._so_far = (done, total)

        try:
            self.result = await self.monitor.downloads.open(self.key, self.url, progress)
        except JobdashError as problem:
            self._problem = problem
        if stands(self):
            self._fill()

    def _fill(self) -> None:
        """Puts what was read into the view that is made for it."""
        result = self.result
        if result is not None and result.shape is Shape.TREE:
            self.query_one(JsonView).show(result.value, anew=True, empty="null")
        elif result is not None and result.shape is Shape.TEXT:
            book, view = LogBook(), self.query_one(LogView)
            book.append(result.lines)
            view.shown = Shown(times=False)
            view.read(LogSource(((result.name, book),)), self._moment(), "it is empty")
            view.action_to_top()
        for widget in self.query(".content"):
            widget.set_class(widget is self.content, "-open")
        self.content.focus()
        self.look_again()

    @property
    def content(self) -> Widget:
        """What shows it."""
        shape = self.result.shape if self.result is not None else Shape.BINARY
        return self.query_one({Shape.TREE: "#tree", Shape.TEXT: "#text", Shape.BINARY: "#words"}[shape])

    # drawing

    def _moment(self) -> Moment:
        return Moment(self.monitor.clock.now(), self.monitor.clock.monotonic(), self.times)

    def look_again(self) -> None:
        """Draws what changes while it is looked at: how far it is, how old, where one is."""
        if not stands(self):
            return
        width, moment = max(20, self.app.size.width - 2), self._moment()
        results = self.monitor.downloads.results(self.key)
        self.query_one(TitleBar).tell(moment, f"a result of {fit(one_line(self.key.id), 36, 'end')}")
        head: Line = (Span(one_line(short(self.url)), "bold"),)
        words: list[Line] = []
        if self.result is not None:
            head = told.head(self.result, results, moment)
            words = told.binary(self.result, width) if self.result.shape is Shape.BINARY else []
        elif self._problem is not None:
            words = told.problem(self._problem, results, moment, width)
        else:
            words = [(Span(told.coming(*self._so_far) + ", esc ends it", "quiet"),)]
        self.query_one("#words", ScrolledLines).show(words)
        self.query_one("#words").set_class(bool(words), "-open")
        lines = [cut(head, width), cut(self._place(), width), EMPTY]
        self.query_one("#told", StillLines).show([(Span(" "), *line) for line in lines])
        places = getattr(self.content, "PLACES", ())
        typing = self.query_one(FindLine).is_open
        wheres = (Where.FIND,) if typing else (*places, Where.RESULT, Where.EVERYWHERE)
        keys = [row for place in wheres for row in rows(place)]
        self.query_one(Footer).tell(keys, lambda row: True)

    @on(JsonView.Said)
    @on(LogView.Said)
    def _said(self) -> None:
        self.look_again()

    def _place(self) -> Line:
        content = self.content
        if isinstance(content, LogView):
            return content.told
        if isinstance(content, JsonView):
            secrets = (Span("SECRETS SHOWN", "bold reverse alert"), Span("  ")) if content.shows_secrets else ()
            search = (Span(f"{one_line(content.told)}  ", "alert"),) if content.told else ()
            return (*secrets, *search, Span(one_line(content.path), "quiet"))
        return EMPTY

    def on_resize(self) -> None:
        self.look_again()

    # looking for something

    def on_find_requested(self, message: FindRequested) -> None:
        self.query_one(FindLine).open(message.purpose, message.before)

    def on_find_typed(self, message: FindTyped) -> None:
        content = self.content
        if isinstance(content, JsonView):
            content.search(message.text)
        elif isinstance(content, LogView) and (problem := content.find(message.purpose, message.text)) is not None:
            self.notify(one_line(problem), severity="warning", markup=False)

    def on_find_closed(self, message: FindClosed) -> None:
        self.content.focus()

    # taking along

    def on_text_copied(self, message: TextCopied) -> None:
        if message.text is None:
            self.notify("a covered secret is not copied; u shows it", severity="warning", markup=False)
            return
        self.app.copy_to_clipboard(message.text)
        self.notify(f"copied {message.what}, {len(message.text):,} characters", markup=False)

    def action_download_this(self) -> None:
        """Asks where to, as for all results of a job."""
        job = self.monitor.job(self.key)
        why = self.monitor.downloads.refusal(self.key)
        if job is None or why is not None:
            self.notify(one_line(why or "this job is no longer known here"), severity="warning", markup=False)
            return

        def wished(wish: DownloadRequested | None) -> None:
            if wish is not None:
                self.post_message(wish)

        self.app.push_screen(DownloadScreen(job, Path.cwd(), only=self.url), wished)

    def action_leave_result(self) -> None:
        self.dismiss(None)
