"""`submit`, and the actions that change jobs: `pause`, `resume`, `cancel`, `restart`, `delete`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.asked import Work, asks_servers
from jobdash.cli.options import go, seconds
from jobdash.model.command import Action
from jobdash.model.errors import ConfigError

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out

SAYS = {
    Action.PAUSE: "Pauses jobs.",
    Action.RESUME: "Lets paused jobs go on.",
    Action.CANCEL: "Cancels jobs.",
    Action.RESTART: "Starts jobs again that failed or were cancelled.",
    Action.DELETE: "Cancels and removes jobs.",
}


def submit(
    server: Annotated[str, typer.Argument(metavar="SERVER", help="A server of the config, or an address.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME] field=value ...", help="The kind of job, and its fields.")
    ] = None,
    *,
    body: Annotated[
        str | None, typer.Option("--body", help="A file with the fields as a JSON object; - for stdin.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the job to its end.")] = False,
    retries: Annotated[
        int | None,
        typer.Option("--retries", min=0, help="Submit again so often when it failed; else as the kind says."),
    ] = None,
    restart: Annotated[int, typer.Option("--restart", min=0, help="With --wait: restart it when it failed.")] = 0,
    yes: options.Yes = False,
    reason: options.Reason = None,
    timeout: options.Timeout = None,
    json: options.Json = False,
    dialect: options.Dialect = None,
    config: options.Config = None,
    no_color: options.NoColor = False,
) -> None:
    """Makes a new job and prints what to call it; --wait follows it to its end."""
    from jobdash.cli.terminal import consent  # noqa: PLC0415 - see options.go
    from jobdash.engine.submission import form_named  # noqa: PLC0415
    from jobdash.headless import submit as making  # noqa: PLC0415
    from jobdash.headless.codes import ENDED_BADLY  # noqa: PLC0415
    from jobdash.headless.wait import Patience  # noqa: PLC0415
    from jobdash.headless.waiting import wait_for  # noqa: PLC0415

    limit = seconds("--timeout", timeout)
    text = None if body is None else _body(body)
    allowed = consent(yes=yes, reason=reason)

    async def work(servers: "Servers", out: "Out") -> int:
        target = servers.get(servers.names[0])
        form_named(await target.ready(), making.split(words or ())[0])
        if target.care.production and not await allowed.given(f"submit to {target.name}", (target.care,), 1, out):
            return ENDED_BADLY
        found = await making.submit(
            target,
            words or (),
            out,
            body=text,
            retries=retries,
            json_lines=json,
            tracked=servers.tracked,
            reason=reason,
        )
        if not wait:
            return 0
        return await wait_for([found], out, Patience(restarts=restart, consent=allowed), limit=limit, json=json)

    go(
        work,
        config=config,
        server=[server],
        dialect=dialect,
        no_color=no_color,
        timeout=None if wait else timeout,
    )


def command(action: Action) -> Callable[..., None]:
    """The command of one action."""
    of_queues = action in (Action.PAUSE, Action.RESUME)

    @asks_servers
    def change(
        jobs: Annotated[
            list[str] | None, typer.Argument(metavar="JOB...", help="SERVER/ID, an id, or an address; - reads stdin.")
        ] = None,
        *,
        query: Annotated[str | None, typer.Option("--query", help="All jobs that match instead.")] = None,
        queue: Annotated[
            str | None, typer.Option("--queue", help="A whole queue instead, of one --server.", hidden=not of_queues)
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be asked.")] = False,
        yes: options.Yes = False,
        reason: options.Reason = None,
        rate: Annotated[float | None, typer.Option("--rate", min=0.001, help="At most so many a second.")] = None,
        json: options.Json = False,
    ) -> Work:
        from jobdash.cli.terminal import consent  # noqa: PLC0415
        from jobdash.cli.words import with_input  # noqa: PLC0415
        from jobdash.headless.act import How, act  # noqa: PLC0415
        from jobdash.headless.act_on_queues import act_on_queue  # noqa: PLC0415
        from jobdash.headless.plan import of_jobs, of_query  # noqa: PLC0415
        from jobdash.headless.which import find_all  # noqa: PLC0415

        if sum((query is not None, bool(jobs), queue is not None)) != 1:
            which = "jobs, --query or --queue, one of the three" if of_queues else "jobs or --query, one of the two"
            raise ConfigError(f"{action}: {which} is expected")
        if queue is not None and not of_queues:
            raise ConfigError(f"{action}: queues can only be paused and resumed")
        given = with_input(jobs or ())

        async def work(servers: "Servers", out: "Out") -> int:
            how = How(
                consent=consent(yes=yes, reason=reason),
                dry_run=dry_run,
                pace=servers.pace(rate),
                requests=lambda name: servers.requests(name, default=rate is None),
                journal=servers.journal,
                json=json,
            )
            if queue is not None:
                if len(servers.names) != 1:
                    raise ConfigError(f"--queue: say which server with --server; there are {', '.join(servers.names)}")
                return await act_on_queue(servers.get(servers.names[0]), queue, action, out, how)
            if query is not None:
                plan = await of_query(action, servers.all(), query)
            else:
                plan = await of_jobs(action, await find_all(servers, given))
            return await act(plan, out, how)

        return work

    change.__doc__ = SAYS[action]
    change.__name__ = str(action)
    return change


def _body(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--body: {path} cannot be read: {error}") from None
