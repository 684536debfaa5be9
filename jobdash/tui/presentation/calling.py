"""What a terminal is told beside the screen: bell, desktop notification, window title. Only its bytes are made here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from jobdash.engine.notify.call import Call
from jobdash.tui.presentation.passing import passed_through
from jobdash.tui.presentation.safe import fit, one_line

Desktop = Literal["off", "osc9", "osc777", "osc99"]

LONGEST: Final = 200
KEEP_TITLE: Final = "\x1b[22;2t"
GIVE_TITLE_BACK: Final = "\x1b[23;2t"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalCalls:
    """What of it is wanted. `environment` tells whether a tmux or screen is in the way: they pass what is wrapped."""

    bell: bool = True
    desktop: Desktop = "off"
    title: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def bytes_of(call: Call, wanted: TerminalCalls, hide: Callable[[str], str] = str) -> str:
    """What is to be written for a call, as `hide` lets it be shown. Good news does not ring."""
    text = ""
    if wanted.desktop != "off":
        note = _notification(_plain(call.title), _plain(hide(call.body)), wanted.desktop)
        text += passed_through(note, wanted.environment)
    if wanted.bell and call.raised:
        text += "\a"
    return text


def title_of(alarm: str) -> str:
    """Sets the title of the window; tmux takes it for its own."""
    return f"\x1b]2;{_plain('jobdash ' + alarm if alarm else 'jobdash')}\a"


def _notification(title: str, body: str, desktop: Desktop) -> str:
    match desktop:
        case "osc9":
            return f"\x1b]9;{title}: {body}\a"
        case "osc777":
            return f"\x1b]777;notify;{title.replace(';', ',')};{body.replace(';', ',')}\a"
        case "osc99":
            return f"\x1b]99;i=jobdash:d=0;{title}\x1b\\\x1b]99;i=jobdash:p=body;{body}\x1b\\"
        case _:
            return ""


def _plain(text: str) -> str:
    """A server's words may hold what a terminal obeys."""
    return fit("".join(char for char in one_line(text) if char.isprintable()), LONGEST)
