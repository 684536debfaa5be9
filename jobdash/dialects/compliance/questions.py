"""Everything that a dialect may be asked, each with the capability that promises an answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jobdash.client.dialect import Ask, Dialect
from jobdash.dialects.compliance.payloads import Payloads
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, Command, QueueCommand
from jobdash.model.errors import Rejected
from jobdash.model.job import JobKey

SINCE = 1_750_000_000.0
"""The time from which a delta is asked for: June 2025."""


@dataclass(frozen=True, slots=True)
class Question:
    """`put` asks a dialect about the job `id`; `changes` is True when the server is to change by it."""

    name: str
    promised: Callable[[Capabilities], bool]
    put: Callable[[Dialect, Ask, str], Awaitable[object]]
    changes: bool = False
    may_be_refused: bool = False


READINGS = (
    Question("page", lambda able: able.list, lambda dialect, ask, id: dialect.page(ask, None)),
    Question("delta", lambda able: able.delta, lambda dialect, ask, id: dialect.delta(ask, SINCE, None)),
    Question("job", lambda able: True, lambda dialect, ask, id: dialect.job(ask, id)),
    Question("long_poll", lambda able: able.long_poll, lambda dialect, ask, id: dialect.long_poll(ask, id, None, 30.0)),
    Question("logs", lambda able: able.logs, lambda dialect, ask, id: dialect.logs(ask, id)),
    Question("queues", lambda able: able.queues, lambda dialect, ask, id: dialect.queues(ask)),
    Question("workers", lambda able: able.workers, lambda dialect, ask, id: dialect.workers(ask)),
)


def reading(name: str) -> Question:
    """The reading of that name."""
    return next(question for question in READINGS if question.name == name)


def changes(dialect: Dialect, payloads: Payloads) -> tuple[Question, ...]:
    """All actions on jobs and on queues, and all forms that there are."""
    actions = (_action(dialect, payloads, action) for action in Action)
    return (*actions, *(_of_queue(payloads, action) for action in Action), *_submissions(dialect, payloads))


def _action(dialect: Dialect, payloads: Payloads, action: Action) -> Question:
    rule = dialect.capabilities.actions.get(action)
    state = payloads.seen.get(action) or min(rule.valid_from if rule else (), default="unknown")

    def put(other: Dialect, ask: Ask, id: str) -> Awaitable[object]:
        return other.send(ask, Command(key=JobKey(other.server, id), action=action, seen_native_state=state))

    return Question(action, lambda able: action in able.actions, put, changes=True)


def _of_queue(payloads: Payloads, action: Action) -> Question:
    def put(dialect: Dialect, ask: Ask, id: str) -> Awaitable[object]:
        return _or_no(
            dialect.send_to_queue(ask, QueueCommand(server=dialect.server, queue=payloads.queue, action=action))
        )

    return Question(
        f"{action} a queue", lambda able: action in able.queue_actions, put, changes=True, may_be_refused=True
    )


async def _or_no(sending: Awaitable[str]) -> str:
    """A queue that is not paused cannot be resumed: which of the two is possible is not for the recording to say."""
    try:
        return await sending
    except Rejected as error:
        return str(error)


def _submissions(dialect: Dialect, payloads: Payloads) -> tuple[Question, ...]:
    def submission(number: int, name: str) -> Question:
        values = payloads.submit.get(name, {})
        return Question(
            f"submit {name}",
            lambda able: able.submit,
            lambda other, ask, id: other.submit(ask, other.forms[number], values),
            changes=True,
        )

    return tuple(submission(number, form.name) for number, form in enumerate(dialect.forms))
