"""What every group of keys of the list can rely on: the list itself, and a way to say that rows were changed."""

from abc import abstractmethod

from jobdash.tui.screens.job_screen import JobScreen
from jobdash.tui.widgets.job_list import JobList


class ListScreen(JobScreen[None]):
    """A screen with a job list on it."""

    @property
    def jobs(self) -> JobList:
        return self.query_one(JobList)

    @abstractmethod
    def rows_changed(self) -> None:
        """The person changed query, order, groups or marks: shows it at once, without waiting for a batch."""
