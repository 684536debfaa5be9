"""How bytes reach the terminal outside when a tmux or screen stands between."""

from collections.abc import Mapping


def passed_through(data: str, environment: Mapping[str, str]) -> str:
    """`data` wrapped so that tmux or screen hand it on to the terminal outside; as it is where there is neither.

    tmux does so with `set -g allow-passthrough on`.
    """
    if environment.get("TMUX"):
        return "\x1bPtmux;" + data.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        return "\x1bP" + data + "\x1b\\"
    return data
