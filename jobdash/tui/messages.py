"""What widgets and the bridge tell each other: past tense for facts, `...Requested` for wishes."""

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from jobdash.engine.bulk.plan import Plan
from jobdash.engine.group import GroupRow
from jobdash.engine.monitor import Batch
from jobdash.engine.notify.call import Call
from jobdash.model.command import Command, QueueCommand
from jobdash.model.job import JobKey


@dataclass
class BatchArrived(Message, bubble=False):
    """The engine has news. Never replaced by a later one: its keys would be lost."""

    batch: Batch


@dataclass
class Called(Message, bubble=False):
    """A person is to be told of alerts, even when they do not look; without calls, the alerts changed."""

    calls: tuple[Call, ...]


@dataclass
class EngineStopped(Message, bubble=False):
    """The engine no longer runs; nothing on the screen will change by itself."""

    problem: str


@dataclass
class JobHighlighted(Message):
    """The cursor is on another job now, or on none."""

    key: JobKey | None


@dataclass
class JobOpened(Message):
    """A person wants to see this job in full."""

    key: JobKey


@dataclass
class SortRequested(Message):
    """A person wants rows sorted by this field, or the other way round when they are already."""

    field: str


@dataclass
class GroupToggled(Message):
    """A person folded or unfolded this group."""

    group: GroupRow


@dataclass
class QueryChanged(Message):
    """The text of the query changed while it was typed."""

    text: str


@dataclass
class QueryClosed(Message):
    """The query line was left."""


@dataclass
class CommandRequested(Message):
    """A person confirmed this change."""

    command: Command


@dataclass
class BulkRequested(Message):
    """A person confirmed these changes, and said why."""

    plan: Plan
    reason: str | None


@dataclass
class QueueRequested(Message):
    """A person confirmed this change of a whole queue."""

    command: QueueCommand


@dataclass
class TrackRequested(Message):
    """A person wants these jobs watched."""

    server: str
    ids: tuple[str, ...]
    label: str | None = None
    priority: str | None = None


@dataclass
class TextCopied(Message):
    """A person took this along; None when it is a secret that stays covered."""

    what: str
    text: str | None


@dataclass
class FindRequested(Message):
    """A person wants to type what to look for; `purpose` is search, filter or time."""

    purpose: str
    before: str


@dataclass
class FindTyped(Message):
    """What was typed, kept by enter."""

    purpose: str
    text: str


@dataclass
class FindClosed(Message):
    """The line was left; the keys go to what is read again."""


@dataclass
class DownloadRequested(Message):
    """A person wants the results of this job, or the one at `only`, written into a folder."""

    key: JobKey
    folder: Path
    replace: bool = False
    only: str | None = None


@dataclass
class ResultOpened(Message):
    """A person wants to look at this result of the job that is shown."""

    url: str
