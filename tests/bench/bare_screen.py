"""The least that a screen of this kind can cost: one line, drawn at every key, and the libraries that jobdash has.

python -m tests.bench.bare_screen
"""

import httpx
import pydantic
from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

LOADED = (httpx, pydantic)
SHOWN = "keys pressed:"


class BareScreen(App[None]):
    """Asks nobody anything."""

    pressed = 0

    def compose(self) -> ComposeResult:
        yield Static(f"{SHOWN} 0")

    def on_key(self, _: Key) -> None:
        self.pressed += 1
        self.query_one(Static).update(f"{SHOWN} {self.pressed}")


if __name__ == "__main__":
    BareScreen().run()
