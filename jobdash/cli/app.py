"""The commands of `jobdash` and their options. What each one does lives in a file of its own."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jobdash import __version__
from jobdash.model.errors import ConfigError

USAGE, INTERRUPTED = 2, 130

app = typer.Typer(
    name="jobdash",
    help="One terminal screen for every job server you are responsible for.",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help="Another config file.")]
ThemeOption = Annotated[str | None, typer.Option("--theme", help="The name of a theme.")]


@app.callback()
def everywhere(
    version: Annotated[bool, typer.Option("--version", "-V", help="Say the version and stop.")] = False,
) -> None:
    """Shows what is needed for every command."""
    if version:
        typer.echo(f"jobdash {__version__}")
        raise typer.Exit


@app.command("open")
def open_screen(
    urls: Annotated[list[str] | None, typer.Argument(metavar="[URL]...", help="Job servers to watch.")] = None,
    dialect: Annotated[
        str | None, typer.Option("--dialect", "-d", help="The kind of the servers, or a mapping file.")
    ] = None,
    jobs: Annotated[
        list[str] | None, typer.Option("--job", "-j", help="A job id to watch; may be given more than once.")
    ] = None,
    config: ConfigOption = None,
    theme: ThemeOption = None,
) -> None:
    """Opens the screen: on the servers given, or on those of the config file. This is what `jobdash URL` does."""
    from jobdash.cli.screen import open_servers  # noqa: PLC0415 - Textual is loaded only for a screen

    raise typer.Exit(open_servers(urls or [], dialect=dialect, jobs=jobs or [], config=config, theme=theme))


@app.command()
def demo(
    serve_only: Annotated[
        bool, typer.Option("--serve-only", help="Print the addresses and serve, without a screen.")
    ] = False,
    theme: ThemeOption = None,
) -> None:
    """Starts a small job server that does real work, and the screen on it."""
    from jobdash.cli.demo import run_demo, serve_demo  # noqa: PLC0415 - see above

    raise typer.Exit(serve_demo() if serve_only else run_demo(theme))


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives the exit code; every mistake is one sentence on stderr, never a traceback."""
    try:
        app(_with_command(arguments), prog_name="jobdash")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ConfigError as error:
        typer.echo(f"jobdash: {error}", err=True)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


def _with_command(arguments: Sequence[str]) -> list[str]:
    """`jobdash URL` means `jobdash open URL`; so does `jobdash` alone, and one that begins with an option of `open`."""
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    if arguments and (arguments[0] in commands or arguments[0] in ("-h", "--help", "-V", "--version")):
        return list(arguments)
    return ["open", *arguments]
