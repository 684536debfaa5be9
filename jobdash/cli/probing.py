"""`probe`: what a server is; a draft mapping for one that nobody knows; a mapping held against a live server."""

from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.options import go

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="A server, or one job's status address; or a config name.")],
    *,
    mapping: Annotated[str | None, typer.Option("--mapping", help="Check this mapping file, field by field.")] = None,
    json: options.Json = False,
    dialect: options.Dialect = None,
    config: options.Config = None,
    timeout: options.Timeout = None,
) -> None:
    """Says what a server is and can do; of an unknown one, given a job's address, prints a draft mapping file.

    Nothing but GET is ever sent.
    """
    from jobdash.cli.asking import check_mapping, what_is  # noqa: PLC0415 - see options.go

    async def work(servers: "Servers", out: "Out") -> int:
        if mapping is not None:
            return await check_mapping(servers, mapping, out, json=json)
        return await what_is(servers, out, json=json)

    go(work, config=config, server=[url.partition("?")[0]], dialect=dialect, timeout=timeout)
