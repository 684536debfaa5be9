"""`get`: downloads the results of a job."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.options import go

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out


def get(
    job: options.Job,
    *,
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    json: options.Json = False,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    timeout: options.Timeout = None,
    no_color: options.NoColor = False,
) -> None:
    """Downloads the results of a job and prints the names of the files."""
    from jobdash.headless.get import get_results  # noqa: PLC0415 - see options.go
    from jobdash.headless.which import find  # noqa: PLC0415

    async def work(servers: "Servers", out: "Out") -> int:
        return await get_results(await find(servers, job), folder, out, force=force, json=json)

    go(work, config=config, server=server, dialect=dialect, no_color=no_color, timeout=timeout)
