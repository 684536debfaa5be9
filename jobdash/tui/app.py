"""The Textual application: brings monitor, themes, keys and screens together. Holds no logic."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.command import Provider
from textual.driver import Driver
from textual.filter import LineFilter
from textual.theme import Theme
from textual.worker import Worker

from jobdash.engine.kept_views import KeptViews
from jobdash.engine.monitor import Monitor
from jobdash.engine.saved import ViewBook
from jobdash.model.errors import ConfigError, JobdashError
from jobdash.tui import terminal, themes
from jobdash.tui.actions import Where, bindings
from jobdash.tui.attention import Attention
from jobdash.tui.bridge import Bridge
from jobdash.tui.calling import Calling
from jobdash.tui.key_order import KeyOrder, Typed
from jobdash.tui.keymap import Keymap
from jobdash.tui.messages import (
    BulkRequested,
    Called,
    CommandRequested,
    DownloadRequested,
    QueueRequested,
    TrackRequested,
)
from jobdash.tui.palette import KeysProvider
from jobdash.tui.presentation.calling import TerminalCalls
from jobdash.tui.presentation.hidden import hide_with
from jobdash.tui.screens.help import HelpScreen
from jobdash.tui.screens.job_screen import JobScreen
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.screens.news_screen import NewsScreen
from jobdash.tui.screens.too_small import TooSmallScreen, too_small
from jobdash.tui.widgets.hidden_ids import HiddenIds

REST_AFTER = 900.0
"""Seconds without focus, when nobody says otherwise."""


class JobdashApp(App[None], inherit_bindings=False):
    """Shows what `monitor` knows until a person quits.

    `theme` is a name, `config_folder` the person's own (themes in its `themes` folder), `keymap` the keys
    that the person chose, `book` the saved views and `kept` where to save more, `rest_after` how many seconds the
    terminal may be without focus before polls rest (0: for ever). Raises ConfigError when no theme can be loaded.
    """

    TITLE = "jobdash"
    BINDINGS = bindings(Where.EVERYWHERE)
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {KeysProvider}
    CSS = """
    JobScreen { background: $background; color: $ink; }
    * { scrollbar-size-vertical: 1; }
    Toast { background: $dialog; color: $ink; border-left: outer $brand; padding: 0 1; }
    Toast.-warning { border-left: outer $alert; }
    Toast.-error { border-left: outer $danger; }
    """

    def __init__(
        self,
        monitor: Monitor,
        *,
        theme: str = themes.DEFAULT,
        config_folder: Path | None = None,
        keymap: Keymap | None = None,
        book: ViewBook | None = None,
        kept: KeptViews | None = None,
        slow_link: bool = False,
        calls: TerminalCalls | None = None,
        rest_after: float = REST_AFTER,
    ) -> None:
        self.terminal: Driver | None = None
        self.mouse = True
        self._themes = themes.load(themes.folders(config_folder))
        self._offered: dict[str, Theme] = {}
        self._calling = Calling(calls or TerminalCalls(bell=False), monitor)
        super().__init__()
        self.monitor = monitor
        self._hidden_ids = HiddenIds(monitor.hide)
        hide_with(monitor.hide)
        self.book, self.kept = book, kept
        self._slow_link = slow_link
        self._attention = Attention(self, monitor, rest_after)
        self.bridge = Bridge(self, monitor)
        self._keys = KeyOrder(self, self._hand_on)
        for found in self._themes.found.values():
            self.register_theme(found)
        self._offered = dict(self._themes.found)
        self._missing = theme if theme not in self._themes.found else None
        self.theme = themes.DEFAULT if self._missing else theme
        self.keymap = keymap or Keymap()
        self.set_keymap(self.keymap.textual())

    def get_driver_class(self) -> type[Driver]:
        return terminal.driver(super().get_driver_class(), self._opened)

    def _opened(self, driver: Driver) -> None:
        self.terminal = driver
        self._calling.opened(driver)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(self._themes.defaults)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Only those whose contrast is tested, and the person's own. Textual asks for them with every line it draws."""
        # It asks before the first theme can be registered, too: its own are the answer only then.
        return self._offered or super().available_themes

    def on_mount(self) -> None:
        main = MainScreen(self.monitor, self.book, kept=self.kept, slow_link=self._slow_link)
        self.push_screen(main)
        self._keys.begin(main)
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self._check_size()
        self._tell_themes()
        self.bridge.start()

    def _tell_themes(self) -> None:
        for problem in self._themes.problems:
            self.notify(problem, severity="warning", markup=False)
        if self._missing:
            known = ", ".join(sorted(self._themes.found))
            self.notify(f"there is no theme {self._missing}; there are {known}", severity="warning", markup=False)

    def _theme_changed(self, theme: Theme) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, JobScreen | NewsScreen):
                screen.refresh()
                for widget in screen.walk_children():
                    widget.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self._check_size(event.size.width, event.size.height)

    def _check_size(self, width: int | None = None, height: int | None = None) -> None:
        small = too_small(width or self.size.width, height or self.size.height)
        lies_over = isinstance(self.screen, TooSmallScreen)
        if small and not lies_over:
            self.push_screen(TooSmallScreen())
        elif lies_over and not small:
            self.pop_screen()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._touched()
            await self._keys.take(event)
        else:
            await super().on_event(event)

    async def _hand_on(self, typed: Typed) -> None:
        await super().on_event(typed)

    def on_app_blur(self) -> None:
        self._attention.lost()

    def on_app_focus(self) -> None:
        self._attention.back()

    def _touched(self) -> None:
        self._attention.back()
        self._came_back(self._calling.touched())

    def _came_back(self, gone_at: float | None) -> None:
        for screen in self.screen_stack:
            if gone_at is not None and isinstance(screen, MainScreen):
                screen.came_back(gone_at)

    def on_called(self, message: Called) -> None:
        self._calling.called(message.calls)
        self._came_back(self.monitor.vitals.take_left_at())

    def on_unmount(self) -> None:
        self._calling.end()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through on its way to the terminal."""
        filters = super().get_line_filters()
        return [*filters, self._hidden_ids] if self.monitor.masks_ids else filters

    def hide(self, text: str) -> str:
        """`text` as it may be shown."""
        return self.monitor.hide(text)

    def notify(self, message: str, **how: Any) -> None:
        """A sentence in the corner, as it may be shown."""
        super().notify(self.hide(message), **how)

    # wishes

    def on_command_requested(self, message: CommandRequested) -> None:
        self.monitor.submit(message.command)

    async def on_bulk_requested(self, message: BulkRequested) -> None:
        try:
            await self.monitor.bulks.start(message.plan, message.reason)
        except JobdashError as problem:
            self.notify(f"nothing was sent: {problem}", severity="error", markup=False)
        else:
            self.notify("begun; A looks at it and stops it", markup=False)

    def on_queue_requested(self, message: QueueRequested) -> None:
        self.monitor.queue_commands.submit(message.command)

    def on_track_requested(self, message: TrackRequested) -> None:
        labels = dict.fromkeys(message.ids, message.label) if message.label else {}
        priorities = dict.fromkeys(message.ids, message.priority) if message.priority else {}
        self.monitor.track(message.server, message.ids, labels, priorities)
        try:
            self.monitor.remembered.add(message.server, message.ids, label=message.label, priority=message.priority)
        except ConfigError as problem:
            self.notify(f"watched now, but not remembered: {problem}", severity="warning", markup=False)

    def on_download_requested(self, message: DownloadRequested) -> None:
        self.monitor.downloads.start(message.key, message.folder, force=message.replace, only=message.only)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.bridge.heard_of(event.worker, event.state)

    # keys that work everywhere

    def action_keys(self) -> None:
        self.push_screen(HelpScreen())

    def action_theme(self) -> None:
        self.search_themes()

    def action_mouse(self) -> None:
        """For a moment without it text can be selected as in any terminal."""
        self.mouse = not self.mouse
        if self.terminal is not None:
            terminal.switch_mouse(self.terminal, on=self.mouse)
        told = "the mouse works here again" if self.mouse else "the mouse selects text now, M gives it back"
        self.notify(told, markup=False)

    def action_leave_now(self) -> None:
        self.exit()
