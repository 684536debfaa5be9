"""`watch` and `wait`: staying with jobs while they change."""

from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.options import go, seconds

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out


def watch(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY | JOB...]", help="Which jobs; all without.")
    ] = None,
    *,
    until: Annotated[str | None, typer.Option("--until", help="End at the first job that matches this query.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="End after this time, such as 10m.")] = None,
    json: options.Json = False,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    no_color: options.NoColor = False,
) -> None:
    """Prints a line for each change of jobs; on a terminal with a progress bar for each job that is going on."""
    from jobdash.cli.words import are_jobs, with_input  # noqa: PLC0415 - see options.go
    from jobdash.headless.watch import Scope, watch  # noqa: PLC0415
    from jobdash.headless.which import find_all  # noqa: PLC0415

    limit = seconds("--for", for_)
    given = with_input(words or ())

    async def work(servers: "Servers", out: "Out") -> int:
        if await are_jobs(servers, given):
            found = await find_all(servers, given)
            ids: dict[str, list[str]] = {}
            for job in found:
                ids.setdefault(job.server.name, []).append(job.id)
            scope = Scope(jobs={job.key for job in found}, until=until, seconds=limit, json=json)
            return await watch(servers.monitor(ids), scope, out)
        scope = Scope(query=" ".join(given), until=until, seconds=limit, json=json)
        return await watch(servers.monitor(), scope, out)

    go(work, config=config, server=server, dialect=dialect, no_color=no_color)


def wait(
    jobs: options.Jobs,
    *,
    timeout: options.Timeout = None,
    interval: Annotated[
        str | None, typer.Option("--interval", help="Time between two questions, such as 2s; else as the kind says.")
    ] = None,
    max_attempts: Annotated[
        int | None, typer.Option("--max-attempts", min=1, help="Ask so many times at most.")
    ] = None,
    restart: Annotated[int, typer.Option("--restart", min=0, help="Restart a failed job up to so many times.")] = 0,
    yes: options.Yes = False,
    reason: options.Reason = None,
    json: options.Json = False,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    no_color: options.NoColor = False,
) -> None:
    """Waits until all jobs have ended, and says how many completed, failed and were cancelled."""
    from jobdash.cli.terminal import consent  # noqa: PLC0415
    from jobdash.cli.words import with_input  # noqa: PLC0415
    from jobdash.headless.wait import Patience  # noqa: PLC0415
    from jobdash.headless.waiting import wait_for  # noqa: PLC0415
    from jobdash.headless.which import find_all  # noqa: PLC0415

    patience = Patience(
        interval=seconds("--interval", interval),
        attempts=max_attempts,
        restarts=restart,
        consent=consent(yes=yes, reason=reason),
    )
    limit = seconds("--timeout", timeout)
    given = with_input(jobs)

    async def work(servers: "Servers", out: "Out") -> int:
        return await wait_for(await find_all(servers, given), out, patience, limit=limit, json=json)

    go(work, config=config, server=server, dialect=dialect, no_color=no_color)
