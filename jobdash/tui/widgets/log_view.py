"""The log of a job, line by line."""

from collections.abc import Sequence

from jobdash.model.job import JobKey
from jobdash.model.log import LogLine
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.scrolled_lines import ScrolledLines

LONGEST = 4000


class LogView(ScrolledLines):
    """Told the lines by `tell`."""

    def tell(self, key: JobKey, lines: Sequence[LogLine], *, anew: bool) -> None:
        """Shows these lines."""
        shown = [(Span(fit(one_line(line.text[:LONGEST]), self.text_width)),) for line in lines]
        self.show(shown or [(Span("no log lines", "quiet"),)], anew=anew)
