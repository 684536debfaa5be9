"""The keys that hold something still: follow one job wherever it moves, freeze the whole display."""

from jobdash.tui.presentation import age
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.screens.list_screen import ListScreen

FROZEN = "the display is frozen"
"""Why polls rest, in words."""


class Holding(ListScreen):
    """`f z`; what is held is told in the frame for as long as it is."""

    def action_follow(self) -> None:
        jobs = self.jobs
        if jobs.following is not None:
            jobs.follow(None)
        elif jobs.cursor is None:
            self.say("no job is selected", wrong=True)
        else:
            jobs.follow(jobs.cursor)
        self.rows_changed()

    def action_freeze(self) -> None:
        board = self.monitor.board
        if board.frozen_at is None:
            board.freeze()
            self.monitor.pause_watching(FROZEN)
        else:
            board.thaw()
            self.monitor.resume_watching(FROZEN)
            self.jobs.follow_rows()
        self.jobs.repaint_changed()
        self.rows_changed()

    @property
    def is_frozen(self) -> bool:
        return self.monitor.board.frozen_at is not None

    def held(self) -> str:
        """What is held still, for the frame: `FROZEN 12s, polls rest`, `following …4001`."""
        at, following = self.monitor.board.frozen_at, self.jobs.following
        passed = 0.0 if at is None else max(0.0, self.monitor.clock.now() - at)
        frozen = "" if at is None else f"❄ FROZEN {age.short(passed)}, polls rest (z)"
        followed = "" if following is None else f"following {fit(one_line(following.id), 16, 'end')}"
        return "  ".join(part for part in (frozen, followed) if part)

    def resting(self) -> str:
        """Why polls rest although nothing is frozen, for the frame."""
        return next((f"polls rest: {why}" for why in self.monitor.pauses if why != FROZEN), "")
