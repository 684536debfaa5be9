"""Where the results of a job are to be written, and whether they may replace what is there."""

from pathlib import Path

from textual.widgets import Input

from jobdash.model.job import Job
from jobdash.tui.messages import DownloadRequested
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.screens.folder import FolderScreen

KEEP, REPLACE = "write there; keep files that are there already", "write there; replace files of the same names"


class DownloadScreen(FolderScreen[DownloadRequested]):
    """Nothing is written before an answer is chosen; the one that is marked replaces nothing."""

    def __init__(self, job: Job, folder: Path, only: str | None = None) -> None:
        count = 1 if only else len(job.results)
        what = f"Download {count:,} result{'s' if count != 1 else ''} of {fit(one_line(job.id), 36, 'end')}"
        super().__init__(what, (KEEP, REPLACE), folder)
        self.job = job
        self.only = only

    def on_mount(self) -> None:
        self.hint("the folder, then enter; esc leaves")
        self.query_one(Input).focus()

    def answer(self, way: int, folder: Path) -> DownloadRequested:
        return DownloadRequested(self.job.key, folder, replace=way == 1, only=self.only)
