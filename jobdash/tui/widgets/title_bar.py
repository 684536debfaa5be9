"""The top line: what this is, which view, what is wrong with jobdash itself, and the time in UTC to the minute."""

from rich.cells import cell_len

from jobdash.tui.presentation import age
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Line, Span, cut, spread, width_of
from jobdash.tui.widgets.still_lines import StillLines


class TitleBar(StillLines):
    """Told what to say by its screen; `middle` stands where the view's name would, for the folded server strip."""

    def tell(self, moment: Moment, view: str, middle: Line = (), alert: str = "") -> None:
        """Draws the bar for this moment."""
        width = self.size.width or self.app.size.width
        left: Line = (Span(" jobdash  ", "bold brand"), *(middle or (Span(view, "quiet"),)))
        time = age.clock(moment.now, Moment(moment.now, moment.monotonic, Times.UTC))
        right: Line = (Span(f"{time[:5]}Z ", "quiet"),)
        if alert:
            room = width - width_of(left) - width_of(right) - 4
            if room < min(30, cell_len(alert)):
                short = cell_len(alert) < 30
                left = cut(left, width - cell_len(alert) - width_of(right) - 5) if short else left[:1]
                room = width - width_of(left) - width_of(right) - 4
            right = (Span(fit(one_line(alert), room), "bold alert"), Span("  "), *right)
        self.show([spread(left, right, width)])
