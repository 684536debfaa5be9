"""`get`: downloads the results of a job."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.asked import Work, asks_servers

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out


@asks_servers
def get(
    job: options.Job,
    *,
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    json: options.Json = False,
) -> Work:
    """Downloads the results of a job and prints the names of the files."""
    from jobdash.headless.get import get_results  # noqa: PLC0415 - see options.go
    from jobdash.headless.which import find  # noqa: PLC0415

    async def work(servers: "Servers", out: "Out") -> int:
        return await get_results(await find(servers, job), folder, out, force=force, json=json)

    return work
