"""What the list and the full view of a job have in common: the keys that concern one job, and the way news arrives."""

from abc import abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from textual.widgets import Input

from jobdash.engine.download import short
from jobdash.engine.monitor import Batch, Monitor
from jobdash.model.command import Outcome, Phase
from jobdash.tui.actions import KeyRow, Where, rows
from jobdash.tui.keymap import keymap_of
from jobdash.tui.messages import BatchArrived, DownloadRequested, ResultOpened, TextCopied
from jobdash.tui.presentation import bulk
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.choices import Choice
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.server_care import care_of
from jobdash.tui.presentation.spans import Line, joined
from jobdash.tui.presentation.tabs import Tab
from jobdash.tui.screens.acting import Acting
from jobdash.tui.screens.activity import ActivityScreen
from jobdash.tui.screens.compare import CompareScreen
from jobdash.tui.screens.download import DownloadScreen
from jobdash.tui.screens.exporting import Exporting
from jobdash.tui.screens.pick import PickScreen
from jobdash.tui.screens.result import ResultScreen
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.detail_pane import DetailPane
from jobdash.tui.widgets.footer import Footer

Result = TypeVar("Result")


class JobScreen(Acting[Result], inherit_bindings=False):
    """A screen with one job in the focus of attention (`subject`)."""

    WHERE = Where.LIST

    def __init__(self, monitor: Monitor, times: Times = Times.RELATIVE) -> None:
        super().__init__(monitor)
        self.times = times
        self.engine_problem = ""

    @property
    @abstractmethod
    def pane(self) -> DetailPane:
        """Where the job is shown in full."""

    @abstractmethod
    def take(self, batch: Batch) -> None:
        """Shows what changed."""

    @abstractmethod
    def look_again(self) -> None:
        """Shows everything anew."""

    @abstractmethod
    def tick(self) -> None:
        """Lets the ages grow; once a second."""

    def on_mount(self) -> None:
        self.set_interval(1.0, self.tick)

    def on_batch_arrived(self, message: BatchArrived) -> None:
        if not stands(self):
            return
        self.take(message.batch)
        if self.is_current:
            for outcome in message.batch.outcomes:
                self._tell(outcome)
        self.tell_keys()

    def moment(self) -> Moment:
        """Now, by the engine's clock."""
        return Moment(self.monitor.clock.now(), self.monitor.clock.monotonic(), self.times)

    # the footer

    def tell_keys(self) -> None:
        """The keys of what has the focus, then those of the screen; what is not possible for the job is greyed.

        While something is typed, only the keys of its field work.
        """
        keymap = keymap_of(self.app)
        own = [keymap.row(row) for place in getattr(self.focused, "PLACES", ()) for row in rows(place)]
        taken = {key for row in own for key in row.keys}
        others = [row for row in rows(self.WHERE) if row.footer]
        if own:
            others = [replace(row, footer=row.footer + 20) for row in others]
        rest = [row for row in map(keymap.row, (*others, *rows(Where.EVERYWHERE))) if not taken & set(row.keys)]
        if isinstance(self.focused, Input):
            rest = []
        server = self.subject.server if self.subject is not None else ""
        care = self.monitor.care(server)
        footer = self.query_one(Footer)
        footer.set_class(care.production, "-production")
        footer.tell(
            [*own, *rest],
            self._possible,
            joined((self.footnote(), bulk.note(self.monitor.bulks.running), care_of(server, care)), "   "),
        )

    def on_descendant_focus(self) -> None:
        if stands(self):
            self.tell_keys()

    def footnote(self) -> Line:
        """What stands at the right of the keys."""
        return ()

    def _possible(self, row: KeyRow) -> bool:
        if row.id == "open_result":
            job = self.monitor.job(self.subject) if self.subject is not None else None
            return bool(job and job.results)
        if row.changes_server is None:
            return True
        if self.chosen():
            return True
        return self.subject is not None and self.monitor.refusal(row.changes_server, self.subject) is None

    # the tabs

    def action_tab_after(self) -> None:
        self.stay()
        self.pane.open_tab(self.pane.tab.beside(1))

    def action_tab_before(self) -> None:
        self.stay()
        self.pane.open_tab(self.pane.tab.beside(-1))

    def action_logs(self) -> None:
        self.pane.open_tab(Tab.LOGS)
        self.pane.focus_content()

    # keys that concern one job

    def action_compare(self) -> None:
        """The two that are marked, else the job that is looked at with the last of its type that ended well."""
        marked, job = list(self.monitor.board.marks), self.monitor.job(self.subject) if self.subject else None
        if len(marked) == 2:
            self.app.push_screen(CompareScreen(self.monitor, *marked))
        elif job is None or (other := self.monitor.last_good.like(job)) is None:
            self.say("mark two jobs to compare them; none of this type has ended well so far", wrong=True)
        else:
            self.app.push_screen(CompareScreen(self.monitor, job.key, other))

    def action_export(self) -> None:
        Exporting(self, self.monitor).ask(self.subject, view=self.WHERE is Where.LIST)

    def on_text_copied(self, message: TextCopied) -> None:
        if message.text is None:
            self.say("a covered secret is not copied; u shows it", wrong=True)
            return
        self.app.copy_to_clipboard(message.text)
        self.say(f"copied {message.what}, {len(message.text):,} characters")

    def action_copy_id(self) -> None:
        if self.subject is None:
            self.say("no job is selected", wrong=True)
            return
        self.app.copy_to_clipboard(self.subject.id)
        self.say(f"copied {fit(one_line(self.subject.id), 60, 'end')}")

    def action_copy_command(self) -> None:
        """Offers what does the same as the keys here; secrets in it are masked."""
        if self.subject is None:
            self.say("no job is selected", wrong=True)
            return

        def picked(line: str | None) -> None:
            if line is not None:
                self.app.copy_to_clipboard(line)
                self.say(f"copied {fit(line, 60)}")

        found = [Choice(line, line) for line in self.monitor.equivalents(self.subject)]
        self.app.push_screen(PickScreen("Copy what does the same in a shell", found), picked)

    def action_times(self) -> None:
        self.times = self.times.following
        self.look_again()
        self.say(f"times are {self.times.value}")

    def action_download(self) -> None:
        """Asks where to; says why when there is nothing to download."""
        job = self.monitor.job(self.subject) if self.subject is not None else None
        if job is None:
            self.say("no job is selected", wrong=True)
        elif (why := self.monitor.downloads.refusal(job.key)) is not None:
            self.say(why, wrong=True)
        else:
            self.app.push_screen(DownloadScreen(job, Path.cwd()), self._download)

    def _download(self, wish: DownloadRequested | None) -> None:
        if wish is not None:
            self.post_message(wish)

    def action_open_result(self) -> None:
        """The only result at once; of several the one that is chosen."""
        job = self.monitor.job(self.subject) if self.subject is not None else None
        if job is None or not job.results:
            self.say(f"this job has no results to open; it is {job.native_state}" if job else "no job", wrong=True)
        elif len(job.results) == 1:
            self.open_result(job.results[0])
        else:
            choices = [Choice(url, short(url).rpartition("/")[2] or url, short(url)) for url in job.results]
            self.app.push_screen(PickScreen("Open a result", choices), self.open_result)

    def on_result_opened(self, message: ResultOpened) -> None:
        message.stop()
        self.open_result(message.url)

    def open_result(self, url: str | None) -> None:
        """Looks at one result of the job."""
        if url is not None and self.subject is not None:
            self.app.push_screen(ResultScreen(self.monitor, self.subject, url, self.times))

    def action_ask_now(self) -> None:
        self.monitor.refresh()
        self.say("asking every server now")

    def action_activity(self) -> None:
        self.app.push_screen(ActivityScreen(self.monitor))

    def _tell(self, outcome: Outcome) -> None:
        if not outcome.phase.final:
            return
        name = fit(one_line(outcome.command.key.id), 24, "end")
        said = f": {one_line(outcome.message)}" if outcome.message else ""
        good = outcome.phase is Phase.CONFIRMED
        self.say(f"{outcome.command.action.value} {name} {outcome.phase.value}{said}", wrong=not good)
