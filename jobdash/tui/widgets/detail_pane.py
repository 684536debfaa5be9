"""The job under the cursor, in full."""

from jobdash.engine.monitor import Batch, Monitor
from jobdash.model.job import JobKey
from jobdash.tui.presentation import detail
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.widgets.scrolled_lines import ScrolledLines


class DetailPane(ScrolledLines):
    """Shows one job until it is told another; reads the monitor, never waits for it."""

    def __init__(self, monitor: Monitor, key: JobKey | None = None) -> None:
        super().__init__()
        self.monitor = monitor
        self.key = key
        self.times = Times.RELATIVE

    def turn_to(self, key: JobKey | None) -> None:
        """Shows this job from its top."""
        self.key = key
        self.look_again(anew=True)

    def take(self, batch: Batch) -> None:
        """Looks again when the news may concern this job."""
        key = self.key
        if key is None:
            return
        told = {outcome.command.key for outcome in batch.outcomes}
        if key in batch.jobs or key in batch.details or key.server in batch.servers or key in told:
            self.look_again()

    def look_again(self, *, anew: bool = False) -> None:
        """Draws the job as it is known now."""
        if self.size.width:
            self.show(self._content(), anew=anew)

    def _content(self) -> list[Line]:
        job = self.monitor.job(self.key) if self.key is not None else None
        if self.key is None or job is None:
            return [(Span("no job is selected", "quiet"),)]
        subject = detail.Subject(
            job=job,
            detail=self.monitor.detail(self.key),
            outcome=self.monitor.outcome(self.key),
            heard_at=self.monitor.heard_at(self.key),
            stale=self.monitor.is_stale(self.key),
            gone=self.monitor.is_gone(self.key),
        )
        clock = self.monitor.clock
        content = detail.lines(subject, Moment(clock.now(), clock.monotonic(), self.times), self.text_width)
        return detail.dimmed(content) if subject.stale else content

    def on_resize(self) -> None:
        self.look_again()
