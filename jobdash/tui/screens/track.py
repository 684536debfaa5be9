"""Which jobs to watch by their ids: for servers that do not list, or jobs that a list does not reach."""

import re

from textual import on
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widgets import Input, OptionList, TextArea
from textual.widgets.option_list import Option

from jobdash.engine.hiding import all_short
from jobdash.engine.monitor import Monitor
from jobdash.model.errors import ConfigError
from jobdash.model.job import JobKey
from jobdash.tui.messages import TrackRequested
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.screens.form import FormScreen
from jobdash.tui.screens.tracked import TrackedScreen
from jobdash.tui.widgets.hidden_ids import HiddenIds
from jobdash.tui.widgets.still_lines import StillLines

WATCH, CLEAN, LIST = "watch", "clean", "list"
ALL_HIDDEN, BLACK = HiddenIds(all_short), Color(0, 0, 0)


def ids_in(text: str) -> tuple[str, ...]:
    """The ids in pasted text: parted by white space, commas or semicolons, each once, in order."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))


class Ids(TextArea):
    """The field of ids. Where they are not to be seen, none is, known or not."""

    def __init__(self, *, masked: bool) -> None:
        super().__init__(tab_behavior="focus", show_line_numbers=False)
        self._masked = masked

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        return strip.apply_filter(ALL_HIDDEN, BLACK) if self._masked else strip


class TrackScreen(FormScreen[TrackRequested]):
    """Enter in the field is a new line, so that a pasted list stays one list; what stands below is what acts."""

    DEFAULT_CSS = """
    TrackScreen { align: center middle; background: $background 60%; }
    TrackScreen #box {
        width: 66; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    TrackScreen StillLines { background: $dialog; }
    TrackScreen TextArea { height: 5; border: none; padding: 0 1; margin: 1 0; background: $surface; }
    TrackScreen TextArea:focus { border: none; }
    TrackScreen #words { height: 1; margin: 1 0 0 0; }
    TrackScreen Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $surface; color: $ink; }
    TrackScreen Input:focus { border: none; }
    TrackScreen OptionList:focus { border: none; }
    TrackScreen OptionList { height: auto; max-height: 8; border: none; padding: 0; margin: 0 0 1 0; }
    TrackScreen OptionList { background: $dialog; }
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__()
        self.monitor = monitor
        self.servers = list(monitor.servers())

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            with Horizontal(id="words"):
                yield Input(placeholder="a name for them", id="label")
                yield Input(placeholder="how urgent, in your own word", id="priority")
            yield Ids(masked=self.monitor.masks_ids)
            yield OptionList(markup=False)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", StillLines).show([(Span("Watch jobs by their ids", "bold"),)])
        self._hint("paste ids, tab, choose the server, ↵; shift+tab names them")
        self._offer()
        self.query_one(TextArea).focus()

    def _offer(self) -> None:
        options = [Option(f"watch on {one_line(s.name)}", id=f"{WATCH}{n}") for n, s in enumerate(self.servers)]
        gone = len(self._gone())
        if gone:
            options.append(Option(f"remove what its server no longer has ({gone:,})", id=CLEAN))
        if count := sum(len(self.monitor.remembered.jobs(server.name)) for server in self.servers):
            options.append(Option(f"see and remove what is watched by id ({count:,})", id=LIST))
        offered = self.query_one(OptionList).clear_options().add_options(options)
        offered.highlighted = 0 if options else None

    def _gone(self) -> list[JobKey]:
        """The tracked jobs of which their server said that it has them no longer."""
        return [
            key
            for server in self.servers
            for job in self.monitor.remembered.jobs(server.name)
            if self.monitor.is_gone(key := JobKey(server.name, job.id))
        ]

    def _hint(self, text: str, style: str = "quiet") -> None:
        self.query_one("#hint", StillLines).show([(Span(text, style),)])

    @on(TextArea.Changed)
    def _counted(self) -> None:
        count = len(ids_in(self.query_one(TextArea).text))
        self._hint(f"{count:,} job{'s' if count != 1 else ''}: tab, choose the server, enter")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        match event.option_id:
            case "clean":
                self._clean()
            case "list":
                self.app.push_screen(TrackedScreen(self.monitor), lambda _: self._offer())
            case _:
                self._watch(event.option_index)

    def _watch(self, index: int) -> None:
        ids = ids_in(self.query_one(TextArea).text)
        if not ids:
            self._hint("there is no id in the field above yet", "alert")
            return
        label, priority = (self.query_one(f"#{name}", Input).value.strip() or None for name in ("label", "priority"))
        self.dismiss(TrackRequested(self.servers[index].name, ids, label, priority))

    def _clean(self) -> None:
        gone = self._gone()
        try:
            for key in gone:
                self.monitor.remembered.remove(key.server, [key.id])
                self.monitor.forget(key.server, [key.id])
        except ConfigError as problem:
            self._hint(str(problem), "alert")
            return
        self._offer()
        self._hint(f"{len(gone):,} removed; nothing changed on any server")
