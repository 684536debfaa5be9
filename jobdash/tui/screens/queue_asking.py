"""The question before a whole queue is paused or resumed; offered by the palette, where the server can do it."""

from collections.abc import Iterator
from dataclasses import replace

from jobdash.engine.friction import friction
from jobdash.model.command import QueueCommand
from jobdash.tui.messages import QueueRequested
from jobdash.tui.presentation.confirm import Question
from jobdash.tui.presentation.safe import fit, one_line, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.screens.acting import Acting
from jobdash.tui.screens.confirm import ConfirmScreen


def commands(screen: Acting[None]) -> Iterator[QueueCommand]:
    """What could be asked for now."""
    monitor = screen.monitor
    for server in monitor.servers():
        for queue in monitor.queues(server.name):
            for action in server.capabilities.queue_actions:
                command = QueueCommand(server=server.name, queue=queue.name, action=action)
                if queue.name and monitor.queue_commands.refusal(command, queue) is None:
                    yield command


def ask(screen: Acting[None], command: QueueCommand) -> None:
    """Opens the question."""
    server = screen.server(command.server)
    if server is None:
        return
    width = ConfirmScreen.text_width(screen.app.size.width)
    verb, care = command.action.value.capitalize(), server.care
    where = f"{one_line(server.name)} (PRODUCTION)" if care.production else one_line(server.name)
    note = server.capabilities.queue_actions[command.action].note or "its jobs stay as they are"
    lines: tuple[Line, ...] = (
        *((Span(text, "bold"),) for text in wrap(one_line(command.queue[:400]), width, 3)),
        EMPTY,
        *((Span(text),) for text in wrap(one_line(note), width, 4)),
    )
    title = fit(f"{verb} this queue on {where}?", width)
    asked = friction((care,), 1)
    dialog = ConfirmScreen(Question(title, lines, "Leave it as it is", f"{verb} the queue", asked, care.production))

    def answered(yes: bool | None) -> None:
        if yes:
            screen.post_message(QueueRequested(replace(command, reason=dialog.reason)))

    screen.app.push_screen(dialog, answered)
