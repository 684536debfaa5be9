"""One question about one job: asks it, hands the answer to the desk, and judges what a failure means and for whom."""

from dataclasses import dataclass
from enum import Enum, auto

from jobdash.engine.budget import Want
from jobdash.engine.feed import Feed
from jobdash.model.errors import (
    BadAnswer,
    NotFound,
    NotSupported,
    Rejected,
    ServerError,
    ServerFault,
    TimedOut,
)
from jobdash.model.report import JobReport

FAULTS_OF_ONE_JOB = 3
"""A server may fail on one job and be well; failing on so many readings in a row, it is in trouble itself."""


class Found(Enum):
    """What came of a question. LOST is the server's fault, FAILED the job's own."""

    GOING = auto()
    ENDED = auto()
    GONE = auto()
    FAILED = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found, and the progress that a job still going told."""

    found: Found
    progress: float | None = None


class Reader:
    """Reads single jobs of one server."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._failing: set[str] = set()
        self._answers = 0

    async def read(self, id: str, want: Want, followed: int) -> Reading:
        """Asks about one of `followed` jobs and reports what is found. Never raises a ServerError."""

        async def question() -> JobReport:
            return await self._feed.link.dialect.job(self._feed.ask, id)

        desk, key = self._feed.desk, self._feed.key(id)
        try:
            report, asked_at = await self._feed.dated(want, question, in_part=True)
        except NotFound:
            self._failing.discard(id)
            desk.gone(key)
            return Reading(Found.GONE)
        except (ServerFault, BadAnswer, TimedOut) as error:
            return self._failed(id, error, followed)
        except (Rejected, NotSupported) as error:
            desk.unreadable(key, str(error))
            return Reading(Found.FAILED)
        except ServerError:
            return Reading(Found.LOST)
        self._failing.discard(id)
        desk.report(report, asked_at=asked_at)
        if report.job.state.ended:
            return Reading(Found.ENDED)
        return Reading(Found.GOING, report.job.progress)

    def _failed(self, id: str, error: ServerError, followed: int) -> Reading:
        """The server failed on this one job; failing on job after job and answering nothing, it is in trouble."""
        if isinstance(error, BadAnswer):
            self._feed.bad_event()
        if self._answers != self._feed.answers:
            self._answers = self._feed.answers
            self._failing.clear()
        self._failing.add(id)
        self._feed.desk.unreadable(self._feed.key(id), str(error))
        able = self._feed.link.dialect.capabilities
        others = able.list or able.queues
        if len(self._failing) >= (FAULTS_OF_ONE_JOB if others else min(FAULTS_OF_ONE_JOB, max(1, followed))):
            self._failing.clear()
            self._feed.failed(error)
            return Reading(Found.LOST)
        return Reading(Found.FAILED)
