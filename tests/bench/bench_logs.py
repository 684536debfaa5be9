"""The log view beside Textual's own Log and RichLog: followed at 10,000 lines/s, and scrolled with a million lines."""

import gc
import sys
import time

from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Log, RichLog

from jobdash.cli.tidy import THRESHOLDS
from jobdash.engine.log_source import LogSource
from jobdash.engine.logbook import LogBook
from jobdash.model.log import LogLine
from jobdash.tui import themes
from jobdash.tui.presentation.age import Moment
from jobdash.tui.widgets.log_view import LogView
from tests.bench.table import show
from tests.terminal import Terminal

PER_SECOND, BATCHES = 10_000, 10
LINE = "2026-11-22 03:12:44 INFO worker-{0} page {0} of document {0} fetched in 31 ms, 2,048 bytes"


def lines(start: int, count: int) -> list[LogLine]:
    return [LogLine(LINE.format(number), float(number), "info") for number in range(start, start + count)]


class Bench(App[None]):
    """One widget, `count` lines from the start, then 10,000 a second when `grows`."""

    def __init__(self, kind: str, count: int, *, grows: bool) -> None:
        super().__init__()
        loaded = themes.load(themes.folders(None))
        for theme in loaded.found.values():
            self.register_theme(theme)
        self._defaults = loaded.defaults
        self.theme = themes.DEFAULT
        self.kind, self.count, self.grows = kind, count, grows
        self.book = LogBook()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(getattr(self, "_defaults", {}))

    def compose(self) -> ComposeResult:
        made: dict[str, type[Widget]] = {"jobdash": LogView, "Log": Log, "RichLog": RichLog}
        yield made[self.kind]()

    def on_mount(self) -> None:
        gc.set_threshold(*THRESHOLDS)  # as the program does: its companions are not here
        self.screen.focus_next()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.feed(0, self.count)
        if isinstance(view := self.screen.focused, LogView):
            view.read(LogSource((("job", self.book),)), Moment(0.0, 0.0), "")
        self.title = "ready"
        if self.grows:
            self.set_interval(1 / BATCHES, self.more)

    def more(self) -> None:
        self.feed(self.count, PER_SECOND // BATCHES)
        self.count += PER_SECOND // BATCHES

    def feed(self, start: int, count: int) -> None:
        fresh, view = lines(start, count), self.screen.focused
        if isinstance(view, Log):
            view.write_lines([line.text for line in fresh])
        elif isinstance(view, RichLog):
            for line in fresh:
                view.write(line.text)
        elif isinstance(view, LogView):
            self.book.append(fresh)
            view.grown(Moment(0.0, 0.0), "")


def measured(kind: str, count: int, grows: bool) -> list[str]:
    argv = (sys.executable, "-m", "tests.bench.bench_logs", kind, str(count), str(int(grows)))
    began = time.perf_counter()
    with Terminal(argv) as terminal:
        try:
            terminal.wait_for(f"worker-{count - 1} " if not grows else "worker-", 120)
        except TimeoutError:
            return [kind, f"{count:,}", "10,000/s" if grows else "", "nothing shown in 120 s", "", "", "", ""]
        opened = time.perf_counter() - began
        terminal.watch(1)
        cost = terminal.watch(5)
        keys = ["up"] * 10 + ["\x1b[5~"] * 10 + ["pgdn"] * 10 + ["end"] * 5
        latency = terminal.latency(keys)
    return [
        kind, f"{count:,}", "10,000/s" if grows else "", f"{opened:.1f} s", f"{cost.cpu:.0f} %", f"{cost.rss:.0f} MB",
        f"{latency.p50:.0f} ms", f"{latency.p95:.0f} ms",
    ]  # fmt: skip


def main() -> None:
    header = ("widget at 120x40", "lines", "growing", "shown after", "CPU", "memory", "key p50", "key p95")
    cases = (("followed", 10_000, True), ("1,000 lines", 1_000, False), ("a million lines", 1_000_000, False))
    for title, count, grows in cases:
        show(f"A log: {title}", header, [measured(kind, count, grows) for kind in ("jobdash", "Log", "RichLog")])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Bench(sys.argv[1], int(sys.argv[2]), grows=sys.argv[3] == "1").run()
    else:
        main()
