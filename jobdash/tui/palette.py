"""The command palette: every key by name, and the themes. Holds no list of its own."""

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from jobdash.model.command import Action
from jobdash.tui.actions import Group, KeyRow, Where, rows
from jobdash.tui.keymap import keymap_of
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.screens import queue_asking
from jobdash.tui.screens.job_screen import JobScreen
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.screens.news_screen import NewsScreen

Entry = tuple[str, str, IgnoreReturnCallbackType]


class KeysProvider(Provider):
    """What can be done on the screen that the palette was opened from."""

    def entries(self) -> Iterator[Entry]:
        """Name, help and what to do."""
        screen = self.screen
        if isinstance(screen, JobScreen | NewsScreen):
            for row in (row for row in rows(screen.WHERE, moves=False) if row.listed):
                yield self._name(row), row.group.value, partial(screen.run_action, row.id)
        if isinstance(screen, MainScreen):
            for action in Action:
                help = f"{action} all jobs that match"
                yield help, Group.CHANGE.value, partial(screen.ask_matching, action)
            for command in queue_asking.commands(screen):
                help = one_line(f"{command.action} the queue {command.queue} of {command.server}")
                yield help, Group.CHANGE.value, partial(queue_asking.ask, screen, command)
        for row in rows(Where.EVERYWHERE):
            if row.id != "command_palette":
                yield self._name(row), row.group.value, partial(self.app.run_action, row.id)
        for name in sorted(self.app.available_themes):
            yield f"theme {name}", Group.APP.value, partial(setattr, self.app, "theme", name)

    def _name(self, row: KeyRow) -> str:
        return f"{row.help}  ({keymap_of(self.app).row(row).shown})"

    async def discover(self) -> Hits:
        for name, help, act in self.entries():
            yield DiscoveryHit(name, act, name, help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, act in self.entries():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), act, name, help)
