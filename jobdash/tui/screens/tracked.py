"""The jobs that are watched by their ids, to look through and to remove. Nothing here changes a server."""

from jobdash.engine.monitor import Monitor
from jobdash.model.errors import ConfigError
from jobdash.model.job import JobKey
from jobdash.tui.presentation.age import short
from jobdash.tui.presentation.choices import Choice
from jobdash.tui.screens.pick import PickScreen


class TrackedScreen(PickScreen):
    """Enter removes the marked one and stays; esc leaves."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        hint = "↵ stops watching it, esc leaves; type to narrow"
        super().__init__("Watched by their ids", self._found(), hint=hint)

    def _found(self) -> list[Choice]:
        now = self.monitor.clock.now()
        found = []
        for server in self.monitor.servers():
            for job in self.monitor.remembered.jobs(server.name):
                gone = "gone" if self.monitor.is_gone(JobKey(server.name, job.id)) else ""
                since = f"since {short(now - job.added_at)}" if job.added_at else ""
                note = " · ".join(part for part in (server.name, job.label, job.priority, gone, since) if part)
                found.append(Choice(f"{server.name}/{job.id}", job.id, note))
        return found

    def take(self, value: str) -> None:
        server, _, id = value.partition("/")
        try:
            self.monitor.remembered.remove(server, [id])
        except ConfigError as problem:
            self.tell(str(problem))
            return
        self.monitor.forget(server, [id])
        self.offer(self._found())
