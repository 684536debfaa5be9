"""What can be done to a flow run, and what Prefect's answer to it really says."""

from jobdash.client.dialect import Answer, Ask, Request, quote_id
from jobdash.dialects._reading import one, table
from jobdash.dialects.prefect.api import Api
from jobdash.dialects.prefect.states import ENDED, Names
from jobdash.dialects.prefect.wire import Run, RunState, Verdict
from jobdash.model.command import Action, ActionRule, Command
from jobdash.model.errors import Rejected
from jobdash.model.job import Json
from jobdash.model.state import State

CANCEL = (
    "a run that has begun is asked to stop (Cancelling): its runner kills the process and then says Cancelled, which "
    "takes up to 15 s; one that has not begun is cancelled at once"
)
RESTART = "schedules the same run again, under the same id; parts of it whose results are kept are not run again"
RESUME = "lets a run go on that paused itself, or starts it anew"
DELETE = "deletes the record of the run, with its log"
PAUSE = "no worker takes runs from this queue any more, they become Late; what runs goes on"


def rules(names: Names) -> dict[Action, ActionRule]:
    """What may be asked for. Only what holds is there: a retry cannot be cancelled, a run not paused from outside."""
    return {
        Action.CANCEL: ActionRule(
            valid_from=names.all("SCHEDULED", "PENDING", "RUNNING", "PAUSED") - {"AwaitingRetry"},
            confirmed_by=frozenset({State.CANCELLED}),
            note=CANCEL,
        ),
        Action.RESUME: ActionRule(valid_from=names.all("PAUSED"), note=RESUME),
        Action.RESTART: ActionRule(valid_from=names.all("FAILED", "CRASHED", "COMPLETED"), note=RESTART),
        Action.DELETE: ActionRule(
            valid_from=names.all(*ENDED, "SCHEDULED"),
            confirmed_by=frozenset({State.UNKNOWN}),
            gone_confirms=True,
            note=DELETE,
        ),
    }


def request_of(command: Command, api: Api, names: Names) -> Request | None:
    """The request of an action; None for one that there is not."""
    path = api.path(f"flow_runs/{quote_id(command.key.id)}")
    state: dict[str, Json]
    match command.action:
        case Action.DELETE:
            return Request(path=path, method="DELETE", changes=True)
        case Action.RESUME:
            return Request(path=f"{path}/resume", method="POST", json={}, changes=True)
        case Action.CANCEL:
            begun = command.seen_native_state not in names.all("SCHEDULED")
            state = {"type": "CANCELLING" if begun else "CANCELLED"}
        case Action.RESTART:
            state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        case _:
            return None
    return Request(path=f"{path}/set_state", method="POST", json={"state": state, "force": False}, changes=True)


async def check_deployment(ask: Ask, api: Api, id: str) -> None:
    """Raises Rejected for a run that nobody would take up again."""
    answer = await ask(Request(path=api.path(f"flow_runs/{quote_id(id)}")))
    if not (one(Run, table(answer.body, answer.url)) or Run()).deployment_id:
        raise Rejected("not sent: this run is of no deployment, so nobody would take it up again")


def verdict(answer: Answer, action: Action) -> str:
    """What Prefect really did. Raises Rejected for REJECT and ABORT, with its reason.

    It rejects Cancelling of a run that has no process, such as a suspended one, and makes it Cancelled instead.
    """
    said = one(Verdict, answer.body) or Verdict()
    state = one(RunState, said.state) or RunState()
    if said.status == "ACCEPT":
        return f"accepted, the run is {state.name or state.type or 'changed'}"
    if said.status == "WAIT":
        return "Prefect will do it later"
    reason = (said.details or {}).get("reason") or "without a reason"
    if action is Action.CANCEL and said.status == "REJECT" and state.type == "CANCELLED":
        return f"the run is {state.name or state.type} at once: {str(reason).removesuffix('.')}"
    raise Rejected(f"Prefect says {said.status or 'nothing'}: {reason}", status=answer.status)
