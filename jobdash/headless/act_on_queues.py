"""`pause --queue` and `resume --queue`: whole queues, with the same questions as for jobs."""

from contextlib import aclosing

from jobdash.engine.friction import friction
from jobdash.engine.once import Once
from jobdash.headless.act import CODES, How
from jobdash.headless.codes import ENDED_BADLY
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.model.command import Action, Phase, QueueCommand
from jobdash.model.errors import ConfigError


async def act_on_queue(server: Once, queue: str, action: Action, out: Out, how: How) -> int:
    """Asks, sends, and tells what became of it."""
    command = QueueCommand(server=server.name, queue=queue, action=action, reason=how.reason)
    what = f"{action} the queue {plain(queue)} of {server.name}"
    asked = friction((server.care,), 1)
    if how.dry_run:
        out.line(f"{what}: would be asked")
        return 0
    if asked.reason and not how.reason:
        raise ConfigError(f"{what}: that is production; say why with --reason. Nothing was sent")
    if how.confirm is not None and not await how.confirm(f"{what}?", asked):
        out.note("nothing was sent")
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
    return CODES.get(phase, ENDED_BADLY)
