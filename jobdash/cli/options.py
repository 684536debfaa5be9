"""The options that many commands share, and the way from a command's arguments to its exit code."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out

Config = Annotated[Path | None, typer.Option("--config", "-c", help="Another config file.")]
Server = Annotated[
    list[str] | None,
    typer.Option("--server", "-s", help="A server of the config, or an address; may be given more than once."),
]
Dialect = Annotated[
    str | None, typer.Option("--dialect", "-d", help="The kind of the servers that are given by address.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON lines instead of text.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour and nothing that moves.")]
Timeout = Annotated[str | None, typer.Option("--timeout", help="Give up after this time, such as 30s or 5m.")]
Jobs = Annotated[
    list[str], typer.Argument(metavar="JOB...", help="SERVER/ID, an id, or the job's own address.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed without a terminal.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for those who read it later.")]
Job = Annotated[str, typer.Argument(metavar="JOB", help="SERVER/ID, an id, or the job's own address.")]


def go(
    work: Callable[["Servers", "Out"], Awaitable[int]],
    *,
    config: Path | None = None,
    server: list[str] | None = None,
    dialect: str | None = None,
    no_color: bool = False,
    timeout: str | None = None,
) -> NoReturn:
    """Opens the servers, runs `work` on them and ends with its exit code."""
    import asyncio  # noqa: PLC0415
    import os  # noqa: PLC0415

    # no plug-in of pydantic has a word here, and looking for some reads the metadata of everything installed
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Loaded here, so that `--help` and completion need none of it.
    from jobdash.cli.garbage import look_again  # noqa: PLC0415
    from jobdash.cli.interrupt import run  # noqa: PLC0415
    from jobdash.cli.servers import Servers  # noqa: PLC0415
    from jobdash.cli.terminal import output  # noqa: PLC0415

    look_again()
    out = output(no_color=no_color)
    limit = seconds("--timeout", timeout)

    async def whole() -> int:
        servers = Servers(config=config, only=server or (), dialect=dialect, say=out.note)
        try:
            async with asyncio.timeout(limit):
                return await work(servers, out)
        except BaseExceptionGroup as group:
            raise first_of(group) from None
        finally:
            await servers.aclose()

    raise typer.Exit(run(whole()))


def seconds(name: str, text: str | None) -> float | None:
    """A duration of the command line. Raises ConfigError that names the option."""
    from jobdash.headless.times import duration  # noqa: PLC0415
    from jobdash.model.errors import ConfigError  # noqa: PLC0415

    if text is None:
        return None
    try:
        return duration(text)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None


def first_of(group: BaseExceptionGroup) -> BaseException:
    """The first real error in a group."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
