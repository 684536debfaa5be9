"""`list`, `show` and `logs`: reading jobs once."""

from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.asked import Work, asks_servers

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out


@asks_servers
def list_jobs(
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="Such as state:failed type:email*")
    ] = None,
    *,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=0, help="At most so many.")] = None,
    sort: Annotated[str | None, typer.Option("--sort", help="A field; -field for the other way round.")] = None,
    columns: Annotated[str | None, typer.Option("--columns", help="Fields to show, with commas between them.")] = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many there are.")] = False,
    json: options.Json = False,
) -> Work:
    """Lists the jobs of all servers; JSON lines come as the servers tell them."""
    from jobdash.headless.listing import Wanted, show_list  # noqa: PLC0415 - see options.go

    wanted = Wanted(
        query=" ".join(query or ()),
        sort=sort,
        columns=[name.strip() for name in columns.split(",")] if columns else (),
        limit=limit,
        count=count,
        json=json,
    )
    return lambda servers, out: show_list(servers.all(), wanted, out)


@asks_servers
def show(
    job: options.Job,
    *,
    raw: Annotated[bool, typer.Option("--raw", help="The server's own answer.")] = False,
    json: options.Json = False,
) -> Work:
    """Shows everything about one job."""
    from jobdash.headless.show import show_job  # noqa: PLC0415
    from jobdash.headless.which import find  # noqa: PLC0415

    async def work(servers: "Servers", out: "Out") -> int:
        return await show_job(await find(servers, job), out, json=json, raw=raw)

    return work


@asks_servers
def logs(
    jobs: options.Jobs,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more lines until the jobs end.")] = False,
    since: Annotated[str | None, typer.Option("--since", help="Lines since 10m ago, or since a time.")] = None,
    json: options.Json = False,
) -> Work:
    """Prints the logs of jobs; of several, merged by time, each line with its job before it."""
    from jobdash.headless.logs import show_logs, start_of  # noqa: PLC0415
    from jobdash.headless.which import find_all  # noqa: PLC0415

    after = start_of(since)

    async def work(servers: "Servers", out: "Out") -> int:
        return await show_logs(await find_all(servers, jobs), out, follow=follow, since=after, json=json)

    return work
