"""What one row of the key table says. The rows themselves are in `actions`."""

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding

from jobdash.model.command import Action


class Where(StrEnum):
    """Which place answers the key."""

    LIST = "in the list"
    DETAIL = "in a job"
    TEXT = "in logs and data"
    DATA = "in data"
    LOG = "in a log"
    LOGS = "in merged logs"
    FAILURES = "in the failures"
    ALERTS = "in the alerts"
    HEALTH = "in health"
    RESULT = "in an opened result"
    QUERY = "in the query"
    FIND = "in the search line"
    FORM = "in a form"
    PICK = "in a choice"
    COLUMNS = "in the columns"
    PAGE = "on a page over the screen"
    DIALOG = "in a question"
    ACTIVITY = "in the activity"
    EVERYWHERE = "everywhere"


class Group(StrEnum):
    """The headings of help, in order."""

    MOVE = "Move"
    LOOK = "Look"
    FIND = "Find"
    MARK = "Mark and hold"
    READ = "Read logs and data (when they have the focus)"
    ACT = "In the activity"
    WATCH = "Health and alerts"
    CHANGE = "Change a server (asks first)"
    ANSWER = "Answer a question"
    TYPE = "Type and choose"
    APP = "jobdash"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One thing a person can do.

    `keys` are Textual's names, `shown` what is printed, `footer` the place there, 0 for none.
    One that is not `listed` is told of by the row before it.
    """

    id: str
    keys: tuple[str, ...]
    shown: str
    label: str
    help: str
    group: Group
    where: frozenset[Where]
    changes_server: Action | None = None
    footer: int = 0
    listed: bool = True

    def binding(self) -> Binding:
        """How Textual knows it; the id lets a person remap it."""
        return Binding(",".join(self.keys), self.id, self.label, show=False, id=self.id, key_display=self.shown)
