"""The commands of `jobdash` and their options. What each one does lives in a file of its own."""

import difflib
import errno
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jobdash import __version__
from jobdash.cli import (
    about,
    alerts,
    audit,
    changing,
    completion,
    config,
    doctor,
    errors,
    getting,
    health,
    probing,
    reading,
    tracking,
    watching,
)
from jobdash.cli.garbage import look_again
from jobdash.cli.slow import spare_the_line
from jobdash.headless.codes import ENDED_BADLY, INTERRUPTED, code_of
from jobdash.headless.out import CannotWrite, ReaderGone
from jobdash.model.command import Action
from jobdash.model.errors import ConfigError, JobdashError

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
SlowOption = Annotated[bool, typer.Option("--slow-link", help="Two frames a second, for a line that is slow.")]
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
def open_screen(  # noqa: PLR0917 - Typer makes every one of them an option
    urls: Annotated[list[str] | None, typer.Argument(metavar="[URL]...", help="Job servers to watch.")] = None,
    dialect: Annotated[
        str | None, typer.Option("--dialect", "-d", help="The kind of the servers, or a mapping file.")
    ] = None,
    jobs: Annotated[
        list[str] | None, typer.Option("--job", "-j", help="A job id to watch; may be given more than once.")
    ] = None,
    jobs_from: Annotated[
        str | None, typer.Option("--jobs", metavar="FILE", help="A file of job ids that is followed; - is stdin.")
    ] = None,
    config_file: ConfigOption = None,
    theme: ThemeOption = None,
    slow_link: SlowOption = False,
) -> None:
    """Opens the screen: on the servers given, or on those of the config file. This is what `jobdash URL` does."""
    if slow_link:
        spare_the_line()
    from jobdash.cli.screen import open_servers  # noqa: PLC0415 - Textual is loaded only for a screen

    _loud()
    raise typer.Exit(
        open_servers(
            urls or [],
            dialect=dialect,
            jobs=jobs or [],
            jobs_from=jobs_from,
            config=config_file,
            theme=theme,
            slow_link=slow_link,
        )
    )


@app.command()
def demo(
    serve_only: Annotated[
        bool, typer.Option("--serve-only", help="Print the addresses and serve, without a screen.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="With --serve-only: JSON lines, also one for each new job.")
    ] = False,
    theme: ThemeOption = None,
    slow_link: SlowOption = False,
) -> None:
    """Starts a small job server that does real work, and the screen on it."""
    if json and not serve_only:
        raise ConfigError("--json: only --serve-only prints anything")
    _loud()
    if serve_only:
        from jobdash.cli.serving import serve_demo  # noqa: PLC0415 - see above

        raise typer.Exit(serve_demo(json_lines=json))
    if slow_link:
        spare_the_line()
    from jobdash.cli.demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(theme, slow_link=slow_link))


app.command("list")(reading.list_jobs)
app.command()(errors.errors)
app.command()(reading.show)
app.command()(reading.logs)
app.command()(watching.watch)
app.command()(watching.wait)
app.command()(changing.submit)
for _action in Action:
    app.command(str(_action))(changing.command(_action))
app.command()(getting.get)
app.command()(health.queues)
app.command()(health.workers)
app.command()(health.check)
app.command()(tracking.track)
app.command()(tracking.untrack)
app.command()(audit.audit)
app.command()(about.dialects)
app.command()(about.themes)
app.command()(about.schema)
app.command()(probing.probe)
app.command()(doctor.doctor)
app.command()(completion.completion)
app.add_typer(config.app, name="config")
app.add_typer(alerts.app, name="alerts")


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives the exit code; every mistake is one sentence on stderr, never a traceback."""
    if arguments and arguments[0] == completion.ASK:
        return completion.complete(app, arguments[1:])
    try:
        app(_with_command(arguments), prog_name="jobdash")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except JobdashError as error:
        typer.echo(f"jobdash: {error}", err=True)
        return code_of(error)
    except TimeoutError:
        typer.echo("jobdash: timed out", err=True)
        return code_of(TimeoutError())
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BrokenPipeError, ReaderGone):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except CannotWrite as problem:
        typer.echo(f"jobdash: {problem}", err=True)
        return ENDED_BADLY
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        typer.echo(f"jobdash: {CannotWrite(error)}", err=True)
        return ENDED_BADLY
    return 0


def _loud() -> None:
    """The screen and the demo handle Ctrl+C themselves."""
    look_again()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _with_command(arguments: Sequence[str]) -> list[str]:
    """`jobdash URL` means `jobdash open URL`; so does `jobdash` alone, and one that begins with an option of `open`."""
    known = names()
    if arguments and (arguments[0] in known or arguments[0] in ("-h", "--help", "-V", "--version")):
        return list(arguments)
    if arguments and re.fullmatch(r"[a-z]+", arguments[0]) and arguments[0] != "localhost":
        near = difflib.get_close_matches(arguments[0], known, n=1)
        hint = f"did you mean {near[0]}?" if near else "jobdash --help lists them"
        raise ConfigError(f"there is no command {arguments[0]!r}; {hint}")
    return ["open", *arguments]


def names() -> list[str]:
    """Every command that people see."""
    found = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    return [*found, *(group.name for group in app.registered_groups if group.name)]
