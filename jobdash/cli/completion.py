"""`completion`: scripts for bash, zsh and fish, and the words that they ask for."""

import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from jobdash.model.state import State

ASK = "__complete"
"""The hidden command that the scripts call: the number of the word under the cursor, then all words."""

BASH = f"""\
_jobdash() {{
  local IFS=$'\\n'
  COMPREPLY=($(jobdash {ASK} "$COMP_CWORD" "${{COMP_WORDS[@]}}" 2>/dev/null))
  [[ ${{#COMPREPLY[@]}} == 1 && ${{COMPREPLY[0]}} == */ ]] && compopt -o nospace
}}
complete -o default -F _jobdash jobdash"""

ZSH = f"""\
#compdef jobdash
_jobdash() {{
  local -a found
  found=("${{(@f)$(jobdash {ASK} $((CURRENT - 1)) "${{words[@]}}" 2>/dev/null)}}")
  compadd -- $found
}}
compdef _jobdash jobdash"""

FISH = f"""\
function __jobdash
  set -l words (commandline -opc)
  jobdash {ASK} (count $words) $words (commandline -ct) 2>/dev/null
end
complete -c jobdash -f -a '(__jobdash)'"""


class Shell(StrEnum):
    """The shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


SCRIPTS = {Shell.BASH: BASH, Shell.ZSH: ZSH, Shell.FISH: FISH}
SERVER_FIRST = ("track", "untrack", "submit", "probe")
NO_JOBS = (
    *SERVER_FIRST,
    "list",
    "open",
    "demo",
    "queues",
    "workers",
    "check",
    "doctor",
    "dialects",
    "themes",
    "schema",
)


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish")]) -> None:
    """Prints a script for your shell: eval "$(jobdash completion bash)"."""
    from jobdash.cli.terminal import output  # noqa: PLC0415 - takes time that a word of completion need not

    output().line(SCRIPTS[shell])


def complete(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Prints the words that may stand at the cursor, one a line. Whatever goes wrong, nothing is said."""
    at = int(arguments[0]) if arguments and arguments[0].isdigit() else 1
    words = [*arguments[1:], ""]
    current = words[at] if at < len(words) else ""
    for word in sorted({word for word in _candidates(app, words[1:at], current) if word.startswith(current)}):
        sys.stdout.write(word + "\n")
    return 0


def _candidates(app: typer.Typer, before: Sequence[str], current: str) -> Iterable[str]:
    group = typer.main.get_command(app)
    commands = getattr(group, "commands", {})
    if not before:
        return [name for name, command in commands.items() if not command.hidden]
    command, last = commands.get(before[0]), before[-1]
    if command is None:
        return []
    if nested := getattr(command, "commands", None):
        return list(nested) if len(before) == 1 else []
    if current.startswith("-"):
        return [name for option in command.params for name in option.opts if name.startswith("--")]
    return _values(before, last)


def _values(before: Sequence[str], last: str) -> Iterable[str]:
    """What may follow an option, or stand as an argument of the command."""
    if last in ("--server", "-s") or (before[0] in SERVER_FIRST and len(before) == 1):
        return _servers()
    if last in ("--dialect", "-d"):
        from jobdash.cli.wire import registry  # noqa: PLC0415 - takes time that other words need not

        return registry().names()
    if last in ("--sort", "--columns"):
        from jobdash.headless.record import FIELDS  # noqa: PLC0415

        return FIELDS
    if before[0] == "completion":
        return list(Shell)
    if before[0] == "list":
        return [f"state:{state}" for state in State]
    if before[0] in NO_JOBS or last.startswith("-"):
        return []
    return [*(f"{name}/" for name in _servers()), *_jobs()]


def _servers() -> list[str]:
    from jobdash.cli.known import config_servers  # noqa: PLC0415

    return [table.name for table in config_servers()]


def _jobs() -> list[str]:
    from jobdash.cli.known import job_names  # noqa: PLC0415

    return job_names()
