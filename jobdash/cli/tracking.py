"""`track` and `untrack`: the job ids that are remembered for servers that cannot list."""

from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.options import go

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out

Where = Annotated[str, typer.Argument(metavar="SERVER", help="A server of the config, or an address.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Job ids; - reads them from standard input.")]


def track(
    server: Where,
    ids: Ids,
    *,
    label: Annotated[str | None, typer.Option("--label", help="What to call them.")] = None,
    priority: Annotated[str | None, typer.Option("--priority", help="How much they matter, in your own word.")] = None,
    config: options.Config = None,
) -> None:
    """Remembers jobs of a server, so that lists, the screen and alerts know them."""
    from jobdash.cli.words import with_input  # noqa: PLC0415 - see options.go
    from jobdash.engine.clock import SystemClock  # noqa: PLC0415
    from jobdash.engine.tracked import TrackedJob  # noqa: PLC0415
    from jobdash.headless.which import bare  # noqa: PLC0415

    given = with_input(ids)

    async def work(servers: "Servers", out: "Out") -> int:
        target = servers.get(servers.names[0])
        now = SystemClock().now()
        names = dict.fromkeys(bare(id, target.name) for id in given)
        jobs = [TrackedJob(id=id, label=label, priority=priority, added_at=now) for id in names]
        new = servers.tracked.add(target.url, jobs)
        if servers.tracked.problem:
            out.note(servers.tracked.problem)
        out.line(f"{new} new, {len(jobs) - new} known already")
        return 0

    go(work, config=config, server=[server])


def untrack(server: Where, ids: Ids, *, config: options.Config = None) -> None:
    """Forgets jobs of a server. Nothing changes on the server."""
    from jobdash.cli.words import with_input  # noqa: PLC0415
    from jobdash.headless.codes import DONE, ENDED_BADLY  # noqa: PLC0415
    from jobdash.headless.which import bare  # noqa: PLC0415

    given = with_input(ids)

    async def work(servers: "Servers", out: "Out") -> int:
        target = servers.get(servers.names[0])
        names = list(dict.fromkeys(bare(id, target.name) for id in given))
        gone = servers.tracked.remove(target.url, names)
        out.line(f"{gone} forgotten")
        return DONE if gone == len(names) else ENDED_BADLY

    go(work, config=config, server=[server])
