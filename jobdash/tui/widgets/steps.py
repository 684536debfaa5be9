"""The keys that move, in lines, half pages and pages, for whatever is drawn line by line; and how far it reaches."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


class Steps(ScrollView):
    """A widget says what one step is: a line, or a cursor on the next one."""

    @property
    def page(self) -> int:
        """Steps that are on the screen at once."""
        return self.size.height

    def step(self, by: int) -> None:
        """Moves by so many steps, as far as there are some."""
        raise NotImplementedError

    def action_line_down(self) -> None:
        self.step(1)

    def action_line_up(self) -> None:
        self.step(-1)

    def action_half_down(self) -> None:
        self.step(max(1, self.page // 2))

    def action_half_up(self) -> None:
        self.step(-max(1, self.page // 2))

    def action_page_down(self) -> None:
        self.step(max(1, self.page - 1))

    def action_page_up(self) -> None:
        self.step(-max(1, self.page - 1))

    def reach(self, rows: int) -> None:
        """There are so many rows now. Only when the scrollbar comes or goes is the screen laid out anew for that."""
        size = Size(self.size.width, rows)
        if size == self.virtual_size:
            return
        if (rows > self.size.height) != self.show_vertical_scrollbar or not self.size.height:
            self.virtual_size = size
            return
        self.set_reactive(ScrollView.virtual_size, size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = rows
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
