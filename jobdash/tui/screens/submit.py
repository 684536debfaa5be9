"""A new job: a form made from what the server's kind says it takes, what will be sent, and what came of it.

Every field is checked while it is typed. Nothing is sent but by the second answer, which is never the marked one.
"""

from collections.abc import Mapping
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from jobdash.engine.friction import friction
from jobdash.engine.makings import Making
from jobdash.engine.monitor import Monitor
from jobdash.model.errors import ConfigError
from jobdash.model.form import Field, Form
from jobdash.model.job import JobKey
from jobdash.tui.presentation import form_lines
from jobdash.tui.presentation.confirm import Question
from jobdash.tui.presentation.safe import fit, one_line, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.form import FormScreen
from jobdash.tui.widgets.answers import Answers
from jobdash.tui.widgets.still_lines import StillLines

LOOK_EVERY = 0.2
LABEL = 18


class SubmitScreen(FormScreen[JobKey]):
    """Gives back the new job, None when none was made."""

    DEFAULT_CSS = """
    SubmitScreen { align: center middle; background: $background 60%; }
    SubmitScreen #box {
        width: 78; max-width: 100%; height: auto; max-height: 100%; padding: 1 2;
        background: $dialog; border-left: outer $alert;
    }
    SubmitScreen StillLines { background: $dialog; }
    SubmitScreen .field { height: 1; }
    SubmitScreen .label { width: 18; }
    SubmitScreen .wrong { height: 1; }
    SubmitScreen Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $surface; color: $ink; }
    SubmitScreen Input:focus { border: none; }
    """

    def __init__(self, monitor: Monitor, server: str, form: Form, given: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._given = given or {}
        self.monitor = monitor
        self.server = server
        self.form = form
        self._making: Making | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="box", can_focus=False):
            yield StillLines(id="title")
            for number, field in enumerate(self.form.fields):
                with Horizontal(classes="field"):
                    yield StillLines(id=f"label{number}", classes="label")
                    yield Input(
                        self._given.get(field.name, ""),
                        placeholder=form_lines.hint(field),
                        select_on_focus=False,
                        id=f"input{number}",
                    )
                yield StillLines(id=f"wrong{number}", classes="wrong")
            yield StillLines(id="request")
            yield Answers("Submit nothing", "Submit the job")
            yield StillLines(id="status")

    def on_mount(self) -> None:
        title = f"{self.form.title or self.form.name}: a new job on {one_line(self.server)}"
        self._put("#title", [(Span(fit(one_line(title), self._width), "bold alert"),), EMPTY])
        for number, field in enumerate(self.form.fields):
            self._put(f"#label{number}", [form_lines.label(field, LABEL)])
        self._checked(complain=False)
        self._put("#status", [EMPTY, (Span("tab to the answers, ← → choose, ↵ gives it   * is needed", "quiet"),)])
        self.query(Input).first().focus()
        self.set_interval(LOOK_EVERY, self._look)

    @property
    def _width(self) -> int:
        return max(40, min(78, self.app.size.width) - 6)

    def _put(self, selector: str, lines: list[Line]) -> None:
        board = self.query_one(selector, StillLines)
        board.styles.height = max(1, len(lines))
        board.show(lines)

    # what was typed

    def values(self) -> dict[str, Any]:
        """The values of all fields. Raises ConfigError for the first that is wrong."""
        return self.form.checked({field.name: field.read(self._text(n)) for n, field in enumerate(self.form.fields)})

    def _text(self, number: int) -> str:
        return self.query_one(f"#input{number}", Input).value

    def _checked(self, *, complain: bool = True) -> None:
        """Says beside each field what is wrong with it, and below what would be sent."""
        problems = [self._problem(field, self._text(number)) for number, field in enumerate(self.form.fields)]
        for number, problem in enumerate(problems):
            told = problem if complain and (problem and (self._text(number) or self._was_left(number))) else ""
            self._put(f"#wrong{number}", [(Span(" " * (LABEL + 1)), Span(fit(told or "", self._width - 19), "alert"))])
        answers = self.query_one(Answers)
        answers.possible = not any(problems) and (self._making is None or self._making.over)
        answers.draw()
        self._put("#request", self._preview(any(problems)))

    def _was_left(self, number: int) -> bool:
        """Whether the person is past this field already."""
        inputs = list(self.query(Input))
        focused = next((at for at, field in enumerate(inputs) if field.has_focus), len(inputs))
        return number < focused

    @staticmethod
    def _problem(field: Field, text: str) -> str | None:
        try:
            field.read(text)
        except ConfigError as problem:
            return str(problem)
        return None

    def _preview(self, broken: bool) -> list[Line]:
        if broken:
            return [(Span("what will be sent is shown as soon as every field is right", "quiet"),), EMPTY]
        told = self.monitor.makings.preview(self.server, self.form, self.values())
        return [*form_lines.request_lines(told, self._width), EMPTY]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._checked()

    def on_descendant_focus(self) -> None:
        if self.is_mounted:
            self._checked()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    # the answer

    @on(Answers.Given)
    def _answered(self, event: Answers.Given) -> None:
        if not event.act:
            self.dismiss(None)
            return
        values: Mapping[str, Any] = self.values()
        asked = friction((self.monitor.care(self.server),), 1)
        if not asked.reason:
            self._start(values, None)
            return
        title = fit(
            f"Submit a job to {one_line(self.server)} (PRODUCTION)?", ConfirmScreen.text_width(self.app.size.width)
        )
        dialog = ConfirmScreen(Question(title, (), "Submit nothing", "Submit the job", asked, production=True))

        def answered(yes: bool | None) -> None:
            if yes:
                self._start(values, dialog.reason)

        self.app.push_screen(dialog, answered)

    def _start(self, values: Mapping[str, Any], reason: str | None) -> None:
        self._making = self.monitor.makings.start(self.server, self.form, values, reason)
        self._look()

    def _look(self) -> None:
        """Shows how the submission is going; leaves when the job is there."""
        making = self._making
        if making is None:
            return
        if making.key is not None:
            self.dismiss(making.key)
            return
        said, style = (making.problem, "alert") if making.problem else (making.words, "quiet")
        lines: list[Line] = [EMPTY, *((Span(part, style),) for part in wrap(one_line(said), self._width, 4))]
        if making.problem:
            lines.append((Span("nothing you typed is lost: change it, or submit it again", "quiet"),))
        self._put("#status", lines)
        answers = self.query_one(Answers)
        if making.over != answers.possible:
            answers.safe_marked = True
            self._checked()
