"""The keys that bring jobs onto the list: submit a new one, watch some by their ids."""

from jobdash.engine.monitor import ServerView
from jobdash.model.form import Form
from jobdash.model.job import JobKey
from jobdash.tui.messages import TrackRequested
from jobdash.tui.presentation.choices import Choice
from jobdash.tui.screens.list_screen import ListScreen
from jobdash.tui.screens.pick import PickScreen
from jobdash.tui.screens.submit import SubmitScreen
from jobdash.tui.screens.track import TrackScreen


class Adding(ListScreen):
    """`I i`."""

    def action_submit_job(self) -> None:
        able = [(server, form) for server in self._in_order() for form in self.monitor.makings.forms(server.name)]
        if not able:
            self.say("none of these servers takes new jobs here: their kinds say nothing of submitting", wrong=True)
        elif len(able) == 1:
            self._fill_in(able[0][0].name, able[0][1])
        else:
            found = [
                Choice(str(at), f"{server.name}: {form.name}", form.title) for at, (server, form) in enumerate(able)
            ]

            def picked(value: str | None) -> None:
                if value is not None:
                    server, form = able[int(value)]
                    self._fill_in(server.name, form)

            self.app.push_screen(PickScreen("Submit which kind of job?", found), picked)

    def _in_order(self) -> list[ServerView]:
        """The server under the cursor first."""
        here = self.jobs.cursor.server if self.jobs.cursor is not None else None
        return sorted(self.monitor.servers(), key=lambda server: server.name != here)

    def _fill_in(self, server: str, form: Form) -> None:
        if (why := self.monitor.makings.refusal(server)) is not None:
            self.say(why, wrong=True)
            return
        self.app.push_screen(SubmitScreen(self.monitor, server, form), self._made)

    def _made(self, key: JobKey | None) -> None:
        if key is not None:
            self.say(f"submitted: {key}")
            self.jobs.follow(key)
            self.rows_changed()

    def action_track(self) -> None:
        def named(wish: TrackRequested | None) -> None:
            if wish is not None:
                self.post_message(wish)

        self.app.push_screen(TrackScreen(self.monitor), named)
