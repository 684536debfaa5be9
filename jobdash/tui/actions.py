"""The only key table: bindings, footer, help, command palette and README derive from it. Says nothing of how to do it.

House rule: only a capital letter ever changes a server, and nothing stands on ctrl+a, b, s, q or z.
"""

from collections.abc import Iterable
from typing import Final

from textual.binding import BindingType

from jobdash.model.command import Action
from jobdash.tui.key_row import Group, KeyRow, Where

__all__ = ["ACTIONS", "Group", "KeyRow", "Where", "bindings", "by_group", "for_key", "markdown_table", "rows"]


BOTH: Final = frozenset({Where.LIST, Where.DETAIL})
BACK: Final = frozenset({Where.LIST, Where.DETAIL, Where.ACTIVITY})
LIST: Final = frozenset({Where.LIST})
DETAIL: Final = frozenset({Where.DETAIL})
TEXT: Final = frozenset({Where.TEXT})
DATA: Final = frozenset({Where.DATA})
LOG: Final = frozenset({Where.LOG})
LOGS: Final = frozenset({Where.LOGS})
FAILURES: Final = frozenset({Where.FAILURES})
ACTIVITY: Final = frozenset({Where.ACTIVITY})
ALERTS: Final = frozenset({Where.ALERTS})
HEALTH: Final = frozenset({Where.HEALTH})
RESULT: Final = frozenset({Where.RESULT})
DIALOG: Final = frozenset({Where.DIALOG})
EVERYWHERE: Final = frozenset({Where.EVERYWHERE})


def _move(id: str, keys: str, shown: str, help: str, where: frozenset[Where] = BOTH) -> KeyRow:
    return KeyRow(id, tuple(keys.split()), shown, id, help, Group.MOVE, where)


def _find(id: str, keys: str, shown: str, label: str, help: str, *, footer: int = 0, listed: bool = True) -> KeyRow:
    return KeyRow(id, tuple(keys.split()), shown, label, help, Group.FIND, LIST, footer=footer, listed=listed)


def _mark(id: str, keys: str, shown: str, label: str, help: str, *, footer: int = 0) -> KeyRow:
    return KeyRow(id, tuple(keys.split()), shown, label, help, Group.MARK, LIST, footer=footer)


def _type(id: str, keys: str, shown: str, label: str, help: str, *where: Where, footer: int = 0) -> KeyRow:
    return KeyRow(id, tuple(keys.split()), shown, label, help, Group.TYPE, frozenset(where), footer=footer)


def _change(action: Action, key: str, help: str, footer: int) -> KeyRow:
    return KeyRow(action.value, (key,), key, action.value, help, Group.CHANGE, BOTH, action, footer)


ACTIONS: Final = (
    _move("line_down", "j down", "j ↓", "one line down"),
    _move("line_up", "k up", "k ↑", "one line up"),
    _move("half_down", "ctrl+d", "ctrl+d", "half a page down"),
    _move("half_up", "ctrl+u", "ctrl+u", "half a page up"),
    _move("page_down", "pagedown", "PgDn", "a page down", BOTH | HEALTH),
    _move("page_up", "pageup", "PgUp", "a page up", BOTH | HEALTH),
    _move("to_top", "g home", "g Home", "to the first line"),
    _move("to_end", "G end", "G End", "to the last line"),
    KeyRow("open_job", ("enter",), "↵", "open", "open the job in full", Group.LOOK, LIST, footer=1),
    KeyRow("back", ("escape",), "esc", "back", "back; in the list: show all jobs again", Group.LOOK, BACK, footer=13),
    KeyRow("open_result", ("enter",), "↵", "open result", "open a result of the job", Group.LOOK, DETAIL, footer=1),
    KeyRow("next_pane", ("tab",), "tab", "pane", "to the other pane", Group.LOOK, LIST),
    KeyRow("fold", ("p",), "p", "pane", "side pane on and off", Group.LOOK, LIST, footer=8),
    KeyRow("tab_after", ("right_square_bracket",), "]", "tab", "next tab of the job", Group.LOOK, BOTH, footer=7),
    KeyRow("tab_before", ("left_square_bracket",), "[", "tab", "tab before it", Group.LOOK, BOTH),
    KeyRow("logs", ("l",), "l", "logs", "the log of the job, or of all marked ones", Group.LOOK, BOTH, footer=8),
    KeyRow("times", ("t",), "t", "times", "relative, local or UTC times", Group.LOOK, BOTH),
    KeyRow("copy_id", ("y",), "y", "copy id", "copy the id of the job", Group.LOOK, BOTH),
    KeyRow("download", ("d",), "d", "download", "download the results of the job", Group.LOOK, BOTH),
    KeyRow("copy_command", ("Y",), "Y", "copy command", "copy what does the same in a shell", Group.LOOK, BOTH),
    _find("edit_query", "slash", "/", "query", "narrow the list while typing", footer=2),
    _find("view_1", "1", "1-9", "views", "saved views"),
    *(_find(f"view_{n}", f"{n}", f"{n}", "view", f"saved view {n}", listed=False) for n in range(2, 10)),
    _find("view_0", "0", "0", "all jobs", "all jobs"),
    _find("save_view", "W", "W", "save view", "save what is shown as a view, by a key and a name"),
    _find("only_server", "v", "v", "server", "only the server under the cursor, and back"),
    _find("sort_by", "s", "s", "sort", "sort by a column", footer=10),
    _find("reverse", "S", "S", "reverse", "sort the other way round"),
    _find("columns", "o", "o", "columns", "choose, order and size the columns", footer=11),
    _find("group_by", "b", "b", "group", "group rows, or no longer", footer=12),
    _find("fold_group", "left", "←", "fold", "fold the group"),
    _find("unfold_group", "right", "→", "unfold", "unfold the group"),
    _find("fold_all", "shift+left", "shift+←", "fold all", "fold every group"),
    _find("unfold_all", "shift+right", "shift+→", "unfold all", "unfold every group"),
    KeyRow("submit_job", ("I",), "I", "submit", "submit a new job", Group.CHANGE, LIST),
    KeyRow("track", ("i",), "i", "ids", "watch jobs by their ids", Group.FIND, LIST),
    KeyRow("ask_now", ("r",), "r", "refresh", "ask every server now", Group.FIND, BOTH, footer=9),
    KeyRow("compare", ("c",), "c", "compare", "compare two marked jobs, or with the last good one", Group.LOOK, BOTH),
    KeyRow("export", ("E",), "E", "export", "write view, job, log or a picture into a file", Group.LOOK, BOTH),
    KeyRow("failures", ("e",), "e", "failures", "failures by what they have in common", Group.FIND, LIST, footer=5),
    KeyRow("narrow", ("enter",), "↵", "show", "of the failures: show only these jobs", Group.FIND, FAILURES, footer=1),
    KeyRow(
        "narrow_and_mark",
        ("asterisk",),
        "*",
        "mark",
        "of the failures: show and mark them",
        Group.FIND,
        FAILURES,
        footer=2,
    ),
    KeyRow(
        "restart_alike",
        ("R",),
        "R",
        "restart all",
        "of the failures: restart all of them, after a question",
        Group.CHANGE,
        FAILURES,
        footer=3,
    ),
    KeyRow(
        "copy_fingerprint", ("y",), "y", "copy", "of the failures: copy the fingerprint", Group.FIND, FAILURES, footer=4
    ),
    KeyRow("leave_failures", ("escape", "e"), "esc", "back", "back to the list", Group.FIND, FAILURES, footer=5),
    _find("faster", "greater_than_sign", ">", "faster", "poll the server under the cursor faster"),
    _find("slower", "less_than_sign", "<", "slower", "poll it slower"),
    _find("attempts", "number_sign", "#", "attempts", "how often its jobs are asked about before they are called late"),
    KeyRow("find", ("slash",), "/", "search", "search", Group.READ, TEXT, footer=1),
    KeyRow("match_after", ("n",), "n", "next", "next match", Group.READ, TEXT, footer=2),
    KeyRow("match_before", ("N",), "N", "before", "match before it", Group.READ, TEXT),
    KeyRow("turn", ("enter", "space"), "↵ space", "fold", "unfold and fold; open a result", Group.READ, DATA, footer=3),
    KeyRow("unfold", ("right",), "→", "unfold", "unfold", Group.READ, DATA),
    KeyRow("fold_up", ("left",), "←", "fold", "fold, or to the row above it", Group.READ, DATA),
    KeyRow("copy_value", ("y",), "y", "copy", "copy the value", Group.READ, DATA, footer=4),
    KeyRow("copy_path", ("Y",), "Y", "copy path", "copy the path of the value", Group.READ, DATA, footer=5),
    KeyRow("secrets", ("u",), "u", "secrets", "show and cover secrets", Group.READ, DATA, footer=6),
    KeyRow("follow_end", ("f",), "f", "follow", "follow the end of the log, or stay", Group.READ, LOG, footer=3),
    KeyRow("wrap", ("w",), "w", "wrap", "fold long lines", Group.READ, LOG, footer=5),
    KeyRow("filter", ("ampersand",), "&", "filter", "keep only lines with a text", Group.READ, LOG, footer=4),
    KeyRow("more_context", ("plus",), "+", "more", "a line more around what is kept", Group.READ, LOG),
    KeyRow("less_context", ("minus",), "-", "less", "a line less around it", Group.READ, LOG),
    KeyRow("to_time", ("at",), "@", "time", "jump to a time", Group.READ, LOG, footer=6),
    KeyRow("line_times", ("T",), "T", "times", "the time of each line on and off", Group.READ, LOG),
    KeyRow("leave_logs", ("escape",), "esc", "back", "of merged logs: back to the list", Group.READ, LOGS, footer=8),
    KeyRow("download_this", ("d",), "d", "download", "of an opened result: download it", Group.READ, RESULT, footer=7),
    KeyRow("open_again", ("r",), "r", "again", "of an opened result: read it again", Group.READ, RESULT, footer=8),
    KeyRow("leave_result", ("escape", "q"), "esc", "back", "of an opened result: back", Group.READ, RESULT, footer=9),
    KeyRow("sideways", ("right",), "→", "right", "to the right, when lines are not folded", Group.READ, LOG),
    KeyRow("back_sideways", ("left",), "←", "left", "back to the left", Group.READ, LOG),
    _mark("mark", "space", "space", "mark", "mark the job, or take its mark away", footer=3),
    _mark("mark_range", "V", "V", "range", "mark from here to where it is pressed again"),
    _mark("mark_all", "asterisk", "*", "all", "mark all jobs that match"),
    _mark("clear_marks", "backslash", "\\", "clear", "take all marks away"),
    _mark("wait_for", "u", "u", "wait", "wait until all marked jobs, or all that match, have ended; or no longer"),
    _mark("follow", "f", "f", "follow", "stay on this job wherever it moves, and back"),
    _mark("freeze", "z", "z", "freeze", "freeze the display, and go on"),
    KeyRow("activity", ("A",), "A", "activity", "what was changed: bulks and single jobs", Group.LOOK, BOTH, footer=14),
    KeyRow("stop_bulk", ("s",), "s", "stop", "stop the bulk: nothing more is sent", Group.ACT, ACTIVITY, footer=1),
    KeyRow("retry_failed", ("R",), "R", "failed again", "only the failed jobs again", Group.ACT, ACTIVITY, footer=2),
    KeyRow("run_after", ("right_square_bracket",), "]", "next", "the next bulk", Group.ACT, ACTIVITY, footer=3),
    KeyRow("run_before", ("left_square_bracket",), "[", "before", "the bulk before it", Group.ACT, ACTIVITY),
    KeyRow("health", ("h",), "h", "health", "health of the servers", Group.WATCH, LIST | ALERTS, footer=3),
    KeyRow("alerts", ("exclamation_mark",), "!", "alerts", "alerts", Group.WATCH, LIST | HEALTH, footer=15),
    KeyRow("choose_after", ("j", "down"), "j ↓", "next", "next one", Group.WATCH, ALERTS | HEALTH),
    KeyRow("choose_before", ("k", "up"), "k ↑", "before", "one before", Group.WATCH, ALERTS | HEALTH),
    KeyRow("show_jobs", ("enter",), "↵", "its jobs", "the jobs of it", Group.WATCH, ALERTS | HEALTH, footer=1),
    KeyRow("acknowledge", ("a",), "a", "acknowledge", "acknowledge the alert", Group.WATCH, ALERTS, footer=2),
    KeyRow("mute", ("m",), "m", "mute", "mute it: an hour, 8 hours, a day, no longer", Group.WATCH, ALERTS, footer=3),
    KeyRow("longer", ("right_square_bracket",), "]", "longer", "a longer window", Group.WATCH, HEALTH, footer=2),
    KeyRow("shorter", ("left_square_bracket",), "[", "shorter", "a shorter window", Group.WATCH, HEALTH, footer=3),
    KeyRow("other_figures", ("tab",), "tab", "figures", "charts of other figures", Group.WATCH, HEALTH, footer=1),
    KeyRow("part_after", ("right",), "→", "queues", "the next queue or type of it", Group.WATCH, HEALTH, footer=4),
    KeyRow("part_before", ("left",), "←", "back", "the one before, then the server as a whole", Group.WATCH, HEALTH),
    KeyRow("leave_screen", ("escape", "q"), "esc", "back", "back to the list", Group.WATCH, ALERTS | HEALTH, footer=9),
    _change(Action.PAUSE, "P", "pause the job", 6),
    _change(Action.RESUME, "U", "resume the job", 7),
    _change(Action.CANCEL, "X", "cancel the job", 4),
    _change(Action.RESTART, "R", "restart the job", 5),
    _change(Action.DELETE, "D", "delete the job from its server", 0),
    KeyRow(
        "say_no", ("n", "escape", "ctrl+c"), "n esc", "no", "leave everything as it is", Group.ANSWER, DIALOG, footer=1
    ),
    KeyRow("say_yes", ("y",), "y", "yes", "do it", Group.ANSWER, DIALOG, footer=2),
    KeyRow(
        "other_answer",
        ("tab", "shift+tab", "left", "right"),
        "tab ← →",
        "choose",
        "to the other answer",
        Group.ANSWER,
        DIALOG,
        footer=3,
    ),
    KeyRow("answer", ("enter",), "↵", "answer", "give the answer that is marked", Group.ANSWER, DIALOG, footer=4),
    _type("complete", "tab", "tab", "take", "of the query: take what is offered", Where.QUERY, footer=1),
    _type("offer_after", "down", "↓", "next", "of the query: the next that is offered", Where.QUERY, footer=2),
    _type("offer_before", "up", "↑", "before", "of the query: the one before it", Where.QUERY, footer=3),
    _type("keep_typed", "enter", "↵", "keep", "keep what was typed", Where.QUERY, Where.FIND, footer=4),
    _type("leave_typed", "escape", "esc", "as before", "back to what was before", Where.QUERY, Where.FIND, footer=5),
    _type("next_field", "tab down", "tab ↓", "next", "of a form: the next field", Where.FORM, footer=1),
    _type("field_before", "shift+tab up", "shift+tab ↑", "before", "the field before it", Where.FORM, footer=2),
    _type("go_on", "enter", "↵", "go on", "of a form: go on, or give the answer that is marked", Where.FORM, footer=3),
    _type("mark_after", "down ctrl+n tab", "↓", "next", "of a choice: mark the next", Where.PICK, footer=2),
    _type("mark_before", "up ctrl+p shift+tab", "↑", "before", "mark the one before it", Where.PICK, footer=3),
    _type("marks_down", "pagedown", "PgDn", "down", "ten further down", Where.PICK, Where.COLUMNS),
    _type("marks_up", "pageup", "PgUp", "up", "ten further up", Where.PICK, Where.COLUMNS),
    _type("take", "enter", "↵", "take", "take what is marked", Where.PICK, footer=1),
    _type("column_after", "down j", "↓ j", "next", "of the columns: mark the next", Where.COLUMNS, footer=8),
    _type("column_before", "up k", "↑ k", "before", "mark the one before it", Where.COLUMNS),
    _type("switch_column", "space", "space", "on, off", "show the column, or not", Where.COLUMNS, footer=2),
    _type("column_left", "K shift+up", "K", "left", "carry it to the left", Where.COLUMNS, footer=3),
    _type("column_right", "J shift+down", "J", "right", "carry it to the right", Where.COLUMNS, footer=4),
    _type("wider", "plus greater_than_sign", "+", "wider", "make it wider", Where.COLUMNS, footer=5),
    _type("narrower", "minus less_than_sign", "-", "narrower", "make it narrower", Where.COLUMNS, footer=6),
    _type("fitting", "equals_sign", "=", "fitting", "as wide as it fits", Where.COLUMNS),
    _type("usual_columns", "r", "r", "usual", "the usual columns", Where.COLUMNS, footer=9),
    _type("add_column", "a slash", "a", "add", "add a field, or a path into the data", Where.COLUMNS, footer=7),
    _type("keep_columns", "enter", "↵", "keep", "keep the columns", Where.COLUMNS, footer=1),
    _type(
        "leave_form",
        "escape ctrl+c",
        "esc",
        "leave",
        "leave it, nothing is done",
        *(Where.FORM, Where.PICK, Where.COLUMNS),
        footer=10,
    ),
    _type("close_page", "escape q enter ctrl+c", "esc", "close", "close help, or the comparison", Where.PAGE, footer=1),
    KeyRow(
        "command_palette",
        ("ctrl+p", "colon"),
        ": ctrl+p",
        "palette",
        "find any of these by name",
        Group.APP,
        EVERYWHERE,
    ),
    KeyRow("keys", ("question_mark",), "?", "help", "this page", Group.APP, EVERYWHERE, footer=99),
    KeyRow("mouse", ("M",), "M", "mouse", "mouse on and off, to select text", Group.APP, EVERYWHERE),
    KeyRow("theme", ("ctrl+t",), "ctrl+t", "theme", "choose the colours", Group.APP, EVERYWHERE),
    KeyRow("leave", ("q",), "q", "quit", "quit, from the list", Group.APP, LIST),
    KeyRow("leave_now", ("ctrl+c",), "ctrl+c", "quit", "quit, from anywhere", Group.APP, EVERYWHERE),
)


def rows(where: Where, *, moves: bool | None = None) -> tuple[KeyRow, ...]:
    """What can be done in one place; `moves` tells moving about from the rest."""
    return tuple(row for row in ACTIONS if where in row.where and (moves is None or (row.group is Group.MOVE) is moves))


def bindings(where: Where, *, moves: bool | None = None) -> list[BindingType]:
    """The same, for a BINDINGS."""
    return [row.binding() for row in rows(where, moves=moves)]


def for_key(where: Where, key: str) -> KeyRow | None:
    """The row that a key means in a place."""
    return next((row for row in rows(where) if key in row.keys), None)


def by_group(shown: Iterable[KeyRow] = ACTIONS) -> dict[Group, list[KeyRow]]:
    """In the order of help."""
    grouped: dict[Group, list[KeyRow]] = {}
    for row in (row for row in shown if row.listed):
        grouped.setdefault(row.group, []).append(row)
    return grouped


def markdown_table() -> str:
    """The table of README."""
    lines = ["| keys | do | name in `[keys]` |", "|---|---|---|"]
    for group, members in by_group().items():
        lines.append(f"| **{group.value}** | | |")
        lines.extend(f"| `{row.shown}` | {row.help} | `{row.id}` |" for row in members)
    return "\n".join(lines) + "\n"
