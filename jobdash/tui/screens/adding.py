"""The keys that bring jobs onto the list: submit a new one, watch some by their ids."""

from collections.abc import Mapping

from jobdash.engine.likeness import values_like
from jobdash.engine.monitor import ServerView
from jobdash.model.form import Form
from jobdash.model.job import JobKey
from jobdash.tui.messages import TrackRequested
from jobdash.tui.presentation.choices import Choice
from jobdash.tui.screens.list_screen import ListScreen
from jobdash.tui.screens.pick import PickScreen
from jobdash.tui.screens.submit import SubmitScreen
from jobdash.tui.screens.track import TrackScreen

Way = tuple[ServerView, Form, Mapping[str, str]]


class Adding(ListScreen):
    """`I i`."""

    def action_submit_job(self) -> None:
        able = [(server, form) for server in self._in_order() for form in self.monitor.makings.forms(server.name)]
        filled: list[Way] = [(server, form, {}) for server, form in able]
        again: list[Way] = [
            (server, form, values) for server, form in able if (values := self._like(server.name, form))
        ]
        if not able:
            self.say("none of these servers takes new jobs here: their kinds say nothing of submitting", wrong=True)
        elif len(able) == 1 and not again:
            self._fill_in(able[0][0].name, able[0][1], {})
        else:
            ways = [*again, *filled]
            found = [
                Choice(str(at), f"{server.name}: {form.name}", "with this job's data" if values else form.title)
                for at, (server, form, values) in enumerate(ways)
            ]

            def picked(value: str | None) -> None:
                if value is not None:
                    server, form, values = ways[int(value)]
                    self._fill_in(server.name, form, values)

            self.app.push_screen(PickScreen("Submit which kind of job?", found), picked)

    def _like(self, server: str, form: Form) -> dict[str, str]:
        """What the form would be filled with to submit the job under the cursor again."""
        view = self.monitor.detail(self.subject) if self.subject is not None and self.subject.server == server else None
        return values_like(form, view.detail) if view is not None and view.detail is not None else {}

    def _in_order(self) -> list[ServerView]:
        """The server under the cursor first."""
        here = self.jobs.cursor.server if self.jobs.cursor is not None else None
        return sorted(self.monitor.servers(), key=lambda server: server.name != here)

    def _fill_in(self, server: str, form: Form, values: Mapping[str, str]) -> None:
        if (why := self.monitor.makings.refusal(server)) is not None:
            self.say(why, wrong=True)
            return
        self.app.push_screen(SubmitScreen(self.monitor, server, form, values), self._made)

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
