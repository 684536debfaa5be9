"""The key that saves what is shown as a view, for this and all later starts."""

from dataclasses import replace

from jobdash.engine.kept_views import KeptViews
from jobdash.engine.saved import KEYS, SavedView
from jobdash.model.errors import ConfigError
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.screens.line import LineScreen
from jobdash.tui.screens.viewing import Viewing


class Saving(Viewing):
    """`W`. The config is the person's own file: what is saved here goes to `kept`; without it nothing lasts."""

    kept: KeptViews | None = None

    def action_save_view(self) -> None:
        """Asks for a key and a name; offers those of the view that is shown."""
        free = next((key for key in KEYS if key not in self.book.views), 9)
        offered = f"{self._at or free} {self._as_left[self._at].name if self._at else ''}"
        self.app.push_screen(
            LineScreen("Save this view", "by a key and a name", "as in 3 wrong ones; a key alone forgets", offered),
            self._named,
        )

    def _named(self, typed: str | None) -> None:
        if typed is None:
            return
        key, _, name = typed.strip().partition(" ")
        if key not in map(str, KEYS):
            self.say(f"a key from 1 to 9 and a name are expected, not {fit(one_line(typed), 30)!r}", wrong=True)
        elif name.strip():
            self._keep(replace(self.as_it_is(), name=name.strip(), key=int(key)))
        else:
            self._forget(int(key))

    def _keep(self, view: SavedView) -> None:
        try:
            if self.kept is not None:
                self.kept.keep(view)
        except ConfigError as problem:
            self.say(f"not saved: {problem}", wrong=True)
            return
        self.book = self.book.with_view(view.key, view)
        self._as_left[view.key] = view
        self._at, self._only = view.key, None
        self.rows_changed()
        until = "from now on" if self.kept is not None else "until you leave: nothing is kept here"
        self.say(f"{view.key} shows {fit(one_line(view.name), 40)} {until}")

    def _forget(self, key: int) -> None:
        try:
            known = self.kept is not None and self.kept.drop(key)
        except ConfigError as problem:
            self.say(f"not forgotten: {problem}", wrong=True)
            return
        what = f"{key} is forgotten from the next start on" if known else f"nothing was saved on {key}"
        self.say(what, wrong=not known)
