"""`errors`: failures by what they have in common."""

from typing import Annotated

import typer

from jobdash.cli import options
from jobdash.cli.asked import Work, asks_servers


@asks_servers
def errors(
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="Only of the jobs that match, such as type:email*")
    ] = None,
    *,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=0, help="Only so many, the most frequent.")] = None,
    json: options.Json = False,
) -> Work:
    """Groups failed jobs by the fingerprint of their error; list fingerprint:ID shows the jobs of one."""
    from jobdash.engine.clock import SystemClock  # noqa: PLC0415 - see options.go
    from jobdash.headless.errors import show_errors  # noqa: PLC0415

    words = " ".join(query or ())
    return lambda servers, out: show_errors(servers.all(), words, SystemClock(), out, limit=limit, json=json)
