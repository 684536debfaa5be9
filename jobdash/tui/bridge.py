"""The one file that touches the engine's run loop: keeps it running for the app and carries its news to the screens."""

from collections.abc import Sequence

from textual.app import App
from textual.worker import Worker, WorkerState

from jobdash.engine.monitor import Monitor
from jobdash.tui.messages import BatchArrived, Called, EngineStopped
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.screens.job_screen import JobScreen
from jobdash.tui.screens.news_screen import NewsScreen

MOST_NOTICES = 3
ENGINE, NEWS = "engine", "news"


class Bridge:
    """Belongs to the app, not to a screen: a worker dies with the screen that started it."""

    def __init__(self, app: App[None], monitor: Monitor) -> None:
        self.app = app
        self.monitor = monitor

    def start(self) -> None:
        """Runs the engine and carries its batches until the app ends."""
        self.app.run_worker(self._carry(), name=NEWS, group=NEWS, exit_on_error=False)
        self.app.run_worker(self.monitor.run(), name=ENGINE, group=ENGINE, exit_on_error=False)

    async def _carry(self) -> None:
        async for batch in self.monitor.batches():
            for screen in self._screens():
                screen.post_message(BatchArrived(batch))
            self._notify(batch.notices)
            if batch.calls or batch.alerts:
                self.app.post_message(Called(batch.calls))

    def _notify(self, notices: Sequence[str]) -> None:
        """Sentences in the corner: a few of many."""
        for notice in notices[:MOST_NOTICES]:
            self.app.notify(one_line(notice), severity="warning", markup=False)
        if len(notices) > MOST_NOTICES:
            self.app.notify(f"and {len(notices) - MOST_NOTICES:,} more of that kind", severity="warning", markup=False)

    def heard_of(self, worker: "Worker[None]", state: WorkerState) -> None:
        """What became of a worker: an engine that failed is told, never swallowed."""
        if worker.name not in (ENGINE, NEWS) or state is not WorkerState.ERROR:
            return
        problem = f"✖ the engine stopped, nothing here is live: {worker.error or 'no reason given'}"
        for screen in self._screens():
            screen.post_message(EngineStopped(problem))

    def _screens(self) -> list[JobScreen[object] | NewsScreen[object]]:
        return [screen for screen in self.app.screen_stack if isinstance(screen, JobScreen | NewsScreen)]
