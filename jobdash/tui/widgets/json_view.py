"""A JSON value as a tree that folds. Draws the visible rows only, and has a cursor on a row."""

from collections.abc import Collection, Iterator

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from jobdash.engine.masking import Masking
from jobdash.model.job import Json
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import FindRequested, ResultOpened, TextCopied
from jobdash.tui.presentation import json_line
from jobdash.tui.presentation.json_search import Places, found
from jobdash.tui.presentation.json_tree import Part, Piece, Row, Tree, written
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.widgets.ink import Inked, ground
from jobdash.tui.widgets.steps import Steps

MOST_MATCHES = 10_000


class JsonView(Steps, Inked, can_focus=True, inherit_bindings=False):
    """Told a value by `show`; tells `Said` when what stands above it should be drawn anew."""

    ALLOW_SELECT = False
    PLACES = (Where.TEXT, Where.DATA)
    BINDINGS = [  # noqa: RUF012 - Textual's own form
        *bindings(Where.DETAIL, moves=True),
        *(binding for place in PLACES for binding in bindings(place)),
    ]
    DEFAULT_CSS = "JsonView { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"
    LEFT = 1

    class Said(Message):
        """Something that is told beside the tabs has changed."""

    def __init__(self, masking: Masking, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._masking = masking
        self.shows_secrets = False
        self.results: Collection[str] = ()
        """Addresses that can be opened."""

        self._empty: Line = ()
        self._tree = Tree(None, self._hides)
        self._cursor = 0
        self._needle = ""
        self._matches: list[Places] = []
        self._match = -1
        self._seeking: Iterator[Places | None] | None = None
        self._jumps = True

    def _covered(self, row: Row) -> Row:
        """The row as it may be shown: secrets inside a URL are covered, too."""
        value, cover = row.value, self._masking.in_text
        if self.shows_secrets or not isinstance(value, str | Piece):
            return row
        shown = Piece(cover(value.text)) if isinstance(value, Piece) else cover(value)
        return Row(row.parent, row.name, shown, row.depth, row.open, row.hidden)

    def _hides(self, name: str | int | None, value: Json) -> bool:
        return not self.shows_secrets and self._masking.hides(name, value)

    # what is shown

    def show(self, value: Json, *, anew: bool, empty: str = "") -> None:
        """Shows a value; `anew` for another subject, else what was open stays open. None shows `empty` instead."""
        self._empty = (Span(empty, "quiet"),) if value is None else ()
        if anew:
            self.shows_secrets = False
            self._forget_search()
        elif value is self._tree.value or value == self._tree.value:
            return
        opened = None if anew or self._tree.value is None else self._tree.open_paths()
        self._tree = Tree(value, self._hides, open_paths=opened)
        self._cursor = 0 if anew else min(self._cursor, len(self._tree.rows) - 1)
        if anew:
            self.scroll_to(y=0, animate=False)
        elif self._needle:
            self._start_search(self._needle, jump=False)
        self._drawn_anew()

    def _drawn_anew(self) -> None:
        self.reach(len(self._tree.rows))
        self.refresh()
        self.post_message(self.Said())

    @property
    def row(self) -> Row:
        return self._tree.rows[self._cursor]

    @property
    def path(self) -> str:
        """Of the row under the cursor."""
        return "" if self._empty else written(self.row.path)

    @property
    def told(self) -> str:
        """The state of the search, for the line above."""
        if not self._needle:
            return ""
        more = "+" if self._seeking is not None else ""
        if not self._matches:
            return "searching …" if more else f"no “{self._needle}” here"
        return f"{self._match + 1:,} of {len(self._matches):,}{more}"

    def render_line(self, y: int) -> Strip:
        if self._empty:
            return self.painted((Span(" " * self.LEFT), *self._empty) if y == 0 else (), self.size.width)
        index = self.scroll_offset.y + y
        if index >= len(self._tree.rows):
            return self.painted((), self.size.width)
        content = json_line.line(self._covered(self._tree.rows[index]), self.size.width - self.LEFT - 2)
        under = ground(self.ink.variables, "cursor") if index == self._cursor and self.has_focus else None
        return self.painted((Span(" " * self.LEFT), *content), self.size.width, under)

    # the cursor

    def _put_cursor(self, index: int) -> None:
        before, self._cursor = self._cursor, max(0, min(index, len(self._tree.rows) - 1))
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False)
        for touched in {before, self._cursor}:
            self.refresh(Region(0, touched - self.scroll_offset.y, self.size.width, 1))
        if before != self._cursor:
            self.post_message(self.Said())

    def step(self, by: int) -> None:
        self._put_cursor(self._cursor + by)

    def action_to_top(self) -> None:
        self._put_cursor(0)

    def action_to_end(self) -> None:
        self._put_cursor(len(self._tree.rows) - 1)

    # folding

    def action_turn(self) -> None:
        if isinstance(self.row.value, str) and self.row.value in self.results:
            self.post_message(ResultOpened(self.row.value))
            return
        self._tree.toggle(self._cursor)
        self._drawn_anew()

    def action_unfold(self) -> None:
        if not self.row.open:
            self.action_turn()

    def action_fold_up(self) -> None:
        if self.row.open:
            self.action_turn()
        else:
            self._put_cursor(self._tree.parent(self._cursor))

    def action_secrets(self) -> None:
        """Shows what was covered, or covers it again; what was open stays open."""
        self.shows_secrets = not self.shows_secrets
        self._tree = Tree(self._tree.value, self._hides, open_paths=self._tree.open_paths())
        self._put_cursor(min(self._cursor, len(self._tree.rows) - 1))
        self._forget_search()
        self._drawn_anew()

    # taking along

    def action_copy_value(self) -> None:
        row = self.row
        whole = row.parent if isinstance(row.value, Part | Piece) and row.parent is not None else row
        value = whole.value if self.shows_secrets else self._masking.masked({"": whole.value})[""]
        covered = row.hidden and not self.shows_secrets
        self.post_message(TextCopied("the value", None if covered else json_line.copied(value)))

    def action_copy_path(self) -> None:
        self.post_message(TextCopied("the path", self.path))

    # searching

    def action_find(self) -> None:
        self.post_message(FindRequested("search", self._needle))

    def search(self, needle: str) -> None:
        """Looks for a text in slices, and goes to the first place as soon as there is one."""
        self._start_search(needle, jump=True)

    def _start_search(self, needle: str, *, jump: bool) -> None:
        self._forget_search()
        self._needle, self._jumps = needle, jump
        if needle:
            self._seeking = found(self._tree.value, needle, self._hides)
            self._seek()
        self.post_message(self.Said())

    def _forget_search(self) -> None:
        self._needle, self._matches, self._match, self._seeking = "", [], -1, None

    def _seek(self) -> None:
        seeking = self._seeking
        if seeking is None:
            return
        for places in seeking:
            if places is None:
                self.set_timer(0.001, self._seek)
                break
            self._matches.append(places)
            if len(self._matches) == 1 and self._jumps:
                self._go_to_match(0)
            if len(self._matches) >= MOST_MATCHES:
                self._seeking = None
                break
        else:
            self._seeking = None
        self.post_message(self.Said())

    def _go_to_match(self, number: int) -> None:
        self._match = number % len(self._matches)
        index = self._tree.reveal(self._matches[self._match])
        self._drawn_anew()
        self._put_cursor(index)

    def action_match_after(self) -> None:
        if self._matches:
            self._go_to_match(self._match + 1)

    def action_match_before(self) -> None:
        if self._matches:
            self._go_to_match(self._match - 1)

    # what the terminal does

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index < len(self._tree.rows) and not self._empty:
            self._put_cursor(index)
            self.action_turn()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_resize(self) -> None:
        self.reach(len(self._tree.rows))
