"""The tables that say how to change a server: actions on a job, and new jobs; and how the server says no."""

from typing import Any

from pydantic import Field as Key
from pydantic import field_validator

from jobdash.dialects.mapping.words import Expression, Query, Seconds, Send, Table
from jobdash.model.form import FieldType
from jobdash.model.state import State


class Change(Table):
    """What every request that changes the server has."""

    send: Send
    """Method and path, such as "PUT /{id}"."""
    query: Query = Key(default_factory=dict)
    """Parameters; texts may hold placeholders."""
    body: Any = Key(default=None, alias="json")
    """The JSON body; texts may hold placeholders."""
    ok: Expression | None = None
    """Must be true in the answer; otherwise the server said no, whatever the status."""
    message: Expression = "message"
    """The server's own words in the answer."""


class ActionTable(Change):
    """One action on a job. Placeholders: `{id}`, `{state}`, `{reason}`."""

    valid_from: list[str] = Key(default=[], alias="from")
    """The server's own states in which the action is possible; empty: any."""
    confirmed_by: list[State] = Key(default_factory=list)
    """jobdash's states that show that the action has worked."""
    gone: bool = False
    """True when the job's disappearance shows that the action has worked."""
    note: str | None = None
    """What the action really does, where its name promises more."""


class SubmitField(Table):
    """One field of a new job."""

    type: FieldType = FieldType.TEXT
    """text, int, number, bool, path (text with slashes), json (an object) or list."""
    required: bool = False
    """True when there is no job without it."""
    default: Any = None
    """What it is when a person leaves it empty."""
    choices: list[str] = Key(default_factory=list)
    """All that is allowed, for text."""
    help: str = ""
    """A few words for the person."""


class SubmitTable(Change):
    """One kind of new job. Placeholders: the names of its fields.

    Without `json` the body is an object of all fields that the path does not hold.
    """

    title: str = ""
    """What it makes, in a few words."""
    fields: dict[str, SubmitField] = Key(default_factory=dict)
    """What a person fills in, in this order."""
    merge: list[str] = Key(default_factory=list)
    """Fields of type json whose members become members of the body."""
    id: Expression = "id || job_id || jobId"
    """The new job's id in the answer."""
    retries: int = Key(default=0, ge=0, le=10)
    """How often a failed submission is tried again."""
    retry_delay: Seconds = 5.0
    """How long to wait before the first retry; it doubles."""

    @field_validator("fields")
    @classmethod
    def _named(cls, value: dict[str, SubmitField]) -> dict[str, SubmitField]:
        for name in value:
            if not name.isidentifier():
                raise ValueError(f"a field is named with letters, digits and _; `{name}` is not")
        return value


class ErrorsTable(Table):
    """Where the server explains an answer that is an error."""

    message: Expression = "error.message || error || message || detail || title"
    """What went wrong."""
    details: Expression | None = None
    """More about it; shown behind the message."""
