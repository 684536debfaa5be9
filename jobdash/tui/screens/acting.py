"""The keys that change a server: each opens a question, about one job or about all that are marked. None sends."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from textual.screen import Screen
from textual.worker import Worker

from jobdash.engine.bulk.plan import Plan
from jobdash.engine.monitor import Monitor, ServerView
from jobdash.model.command import Action, Command
from jobdash.model.job import JobKey
from jobdash.tui.messages import BulkRequested, CommandRequested
from jobdash.tui.presentation import bulk
from jobdash.tui.presentation.confirm import question
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.screens.confirm import ConfirmScreen

Result = TypeVar("Result")

OPENS = "opens"
"""The group of workers that end with a question: no key counts before it is there."""


class Acting(Screen[Result], inherit_bindings=False):
    """A screen that may ask for changes. What the person confirms leaves it as a message."""

    def __init__(self, monitor: Monitor) -> None:
        super().__init__()
        self.monitor = monitor

    @property
    @abstractmethod
    def subject(self) -> JobKey | None:
        """The job that the keys mean."""

    def chosen(self) -> Sequence[JobKey]:
        """The jobs that the keys mean instead, where the person marked some."""
        return ()

    def stay(self) -> None:
        """A person reads this job or acts on it: it goes on being the one that is shown."""

    def say(self, text: str, *, wrong: bool = False) -> None:
        """A sentence in the corner, for a moment."""
        self.notify(one_line(text), severity="warning" if wrong else "information", markup=False)

    def server(self, name: str) -> ServerView | None:
        return next((server for server in self.monitor.servers() if server.name == name), None)

    def action_pause(self) -> None:
        self.ask(Action.PAUSE)

    def action_resume(self) -> None:
        self.ask(Action.RESUME)

    def action_cancel(self) -> None:
        self.ask(Action.CANCEL)

    def action_restart(self) -> None:
        self.ask(Action.RESTART)

    def action_delete(self) -> None:
        self.ask(Action.DELETE)

    def ask(self, action: Action) -> None:
        """Opens the question for the job as it is seen now; says why when there is nothing to ask."""
        if chosen := self.chosen():
            self.ask_many(action, chosen)
            return
        job = self.monitor.job(self.subject) if self.subject is not None else None
        if job is None:
            self.say("no job is selected", wrong=True)
            return
        if (why := self.monitor.refusal(action, job.key)) is not None:
            self.say(why, wrong=True)
            return
        self.stay()
        command = Command(key=job.key, action=action, seen_native_state=job.native_state, seen_attempts=job.attempts)
        width = ConfirmScreen.text_width(self.app.size.width)
        hide = self.monitor.hide
        shown = replace(job, key=JobKey(job.server, hide(job.id).rstrip()))
        request = hide(self.monitor.preview(command) or "")
        dialog = ConfirmScreen(question(action, shown, self.server(job.server), request or None, width))

        def answered(yes: bool | None) -> None:
            if yes:
                self.post_message(CommandRequested(replace(command, reason=dialog.reason)))

        self.app.push_screen(dialog, answered)

    # many jobs

    def ask_many(self, action: Action, keys: Sequence[JobKey]) -> None:
        """Opens the question for these jobs, a frozen set from now on."""

        async def work() -> None:
            self.ask_plan(await self.monitor.bulks.plan(action, keys))

        _: Worker[None] = self.run_worker(work, group=OPENS, exclusive=True)

    def ask_plan(self, plan: Plan) -> None:
        """Opens the question for a plan; says why when it has no job."""
        if not plan.commands:
            whys = "; ".join(f"{count:,}: {why}" for why, count in plan.whys.items())
            self.say(f"nothing to {plan.action}" + (f". {whys}" if whys else ""), wrong=True)
            return
        bulks = self.monitor.bulks
        cares = {server.name: server.care for server in self.monitor.servers()}
        paces = {name: bulks.pace_of(name) for name in plan.by_server}
        width = ConfirmScreen.text_width(self.app.size.width)
        dialog = ConfirmScreen(bulk.question(plan, cares, paces, bulks.pace.canary, width))

        def answered(yes: bool | None) -> None:
            if yes:
                self.post_message(BulkRequested(plan, dialog.reason))

        self.app.push_screen(dialog, answered)
