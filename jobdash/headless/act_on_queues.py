"""`pause --queue` and `resume --queue`: whole queues, with the same questions as for jobs."""

from contextlib import aclosing

from jobdash.engine.bulk.result import END_OF, End
from jobdash.engine.once import Once
from jobdash.headless.act import CODES, How
from jobdash.headless.codes import ENDED_BADLY
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.model.command import Action, Phase, QueueCommand


async def act_on_queue(server: Once, queue: str, action: Action, out: Out, how: How) -> int:
    """Asks, sends, and tells what became of it."""
    command = QueueCommand(server=server.name, queue=queue, action=action, reason=how.consent.reason)
    what = f"{action} the queue {plain(queue)} of {server.name}"
    if how.dry_run:
        out.line(f"{what}: would be asked")
        return 0
    if not await how.consent.given(what, (server.care,), 1, out):
        return ENDED_BADLY
    phase = Phase.REQUESTED
    async with aclosing(server.carry_out_on_queue(command)) as outcomes:
        async for outcome in outcomes:
            phase, words, status = outcome.phase, outcome.message, outcome.status
    if how.json:
        said = {"server": server.name, "queue": queue, "action": str(action), "phase": str(phase)}
        out.json({**said, "message": words or None, "status": status})
    else:
        out.line(f"{server.name} queue {plain(queue)} {action} {phase}: {plain(words)}")
    return CODES.get(END_OF.get(phase, End.UNKNOWN), ENDED_BADLY)
