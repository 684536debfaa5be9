"""The key that writes what is seen into a file: which files there can be, and what goes into each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.screen import Screen

from jobdash.engine import export
from jobdash.engine.monitor import Monitor
from jobdash.engine.written import write
from jobdash.model.job import Job, JobKey
from jobdash.model.log import LogLine
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.screens.export import ExportScreen, Wanted
from jobdash.tui.widgets.json_view import JsonView

VIEW = (("csv", "the jobs of this view, as CSV"), ("jsonl", "the jobs of this view, as JSON lines"))
OF_A_JOB = (("json", "this job with its log, as JSON"), ("log", "the log of this job, as text"))
PICTURE = (("svg", "a picture of the screen, as SVG"),)


class Exporting:
    """Opens the question on a screen, then writes; the engine's files are never replaced."""

    def __init__(self, screen: Screen[Any], monitor: Monitor) -> None:
        self._screen = screen
        self._monitor = monitor

    def ask(self, subject: JobKey | None, *, view: bool) -> None:
        """`view` for a screen with the list on it; `subject` is the job that is looked at."""
        choices = (*(VIEW if view else ()), *(OF_A_JOB if subject is not None else ()), *PICTURE)
        app = self._screen.app

        def chosen(wanted: Wanted | None) -> None:
            if wanted is not None:
                # The picture is of the screen without the question, so it is drawn once more first.
                self._screen.call_after_refresh(self._begin, wanted, subject)

        app.push_screen(ExportScreen(choices, Path.cwd()), chosen)

    def _begin(self, wanted: Wanted, subject: JobKey | None) -> None:
        self._screen.run_worker(self._write(wanted, subject), group="export", exit_on_error=False)

    async def _write(self, wanted: Wanted, subject: JobKey | None) -> None:
        when = datetime.fromtimestamp(self._monitor.clock.now(), UTC)
        id = self._monitor.hide(subject.id).strip() if subject is not None else ""
        about = f"-{id}" if id and wanted.what in ("json", "log") else ""
        name = f"jobdash{about}-{when:%Y%m%d-%H%M%S}.{wanted.what}"
        try:
            path = await write(wanted.folder, name, self._pieces(wanted.what, subject))
        except OSError as error:
            self._say(f"not written: {error.strerror or error}: {error.filename or wanted.folder}", wrong=True)
        else:
            self._say(f"written: {path}")

    def _say(self, text: str, *, wrong: bool = False) -> None:
        severity = "warning" if wrong else "information"
        self._screen.notify(fit(one_line(text), 400), severity=severity, markup=False)  # type: ignore[arg-type]

    def _pieces(self, what: str, subject: JobKey | None) -> Iterator[str]:
        hide = self._monitor.hide if self._monitor.masks_ids else None
        match what:
            case "csv":
                return export.csv_lines(self._jobs(), hide)
            case "jsonl":
                return export.json_lines(self._jobs(), hide)
            case "svg":
                return iter((self._picture(),))
        job = self._monitor.job(subject) if subject is not None else None
        if subject is None or job is None:
            return iter(())
        if what == "log":
            return export.log_lines(self._log(subject), hide)
        view = self._monitor.detail(subject)
        return export.whole_job(job, view.detail if view else None, self._log(subject), self._monitor.masking, hide)

    def _jobs(self) -> Iterator[Job]:
        keys = list(self._monitor.view.keys())
        return (job for key in keys if (job := self._monitor.job(key)) is not None)

    def _log(self, key: JobKey) -> list[LogLine]:
        book, view = self._monitor.log(key), self._monitor.detail(key)
        if book is not None and book.lines:
            return list(book.lines)
        return list(view.detail.logs) if view is not None and view.detail is not None else []

    def _picture(self) -> str:
        """Of the screen as others may see it: what a person has uncovered is covered first."""
        for view in self._screen.query(JsonView):
            if view.shows_secrets:
                view.action_secrets()
        return self._screen.app.export_screenshot()
