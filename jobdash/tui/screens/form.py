"""What every dialog with fields has in common: the keys that lead through them, and the one that leaves."""

from typing import TypeVar

from textual.screen import ModalScreen

from jobdash.tui.actions import Where, bindings

Result = TypeVar("Result")


class FormScreen(ModalScreen[Result | None], inherit_bindings=False):
    """Gives back None when it was left."""

    PLACE = Where.FORM
    BINDINGS = bindings(Where.FORM)

    def action_next_field(self) -> None:
        self.focus_next()

    def action_field_before(self) -> None:
        self.focus_previous()

    def action_go_on(self) -> None:
        self.focus_next()

    def action_leave_form(self) -> None:
        self.dismiss(None)
