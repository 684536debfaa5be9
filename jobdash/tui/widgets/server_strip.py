"""How every server is doing, one line each. The folded form is drawn by the title bar."""

from collections.abc import Sequence

from jobdash.engine.monitor import ServerView
from jobdash.tui.actions import Where, rows
from jobdash.tui.keymap import keymap_of
from jobdash.tui.presentation import server_line
from jobdash.tui.widgets.still_lines import StillLines


class ServerStrip(StillLines):
    """As high as there are servers, up to a quarter of the screen."""

    def tell(self, servers: Sequence[ServerView], monotonic: float) -> None:
        """Draws the lines for this moment, and takes the height they need."""
        most = max(2, self.app.size.height // 4)
        more = next(keymap_of(self.app).row(row).shown for row in rows(Where.LIST) if row.id == "health")
        lines = server_line.strip(servers, monotonic, self.app.size.width, most, more)
        if len(lines) != len(self.lines):
            self.styles.height = max(1, len(lines))
        self.show(lines)
