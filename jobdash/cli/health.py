"""`queues`, `workers` and `check`: how servers are."""

from typing import TYPE_CHECKING

from jobdash.cli import options
from jobdash.cli.asked import Work, asks_servers
from jobdash.cli.options import go, seconds

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out


@asks_servers
def queues(
    *,
    json: options.Json = False,
) -> Work:
    """Shows what the servers say of their queues."""
    from jobdash.headless.queues import show_queues  # noqa: PLC0415 - see options.go

    return lambda servers, out: show_queues(servers.all(), out, json=json)


@asks_servers
def workers(
    *,
    json: options.Json = False,
) -> Work:
    """Shows the workers of the servers that tell of them."""
    from jobdash.headless.queues import show_workers  # noqa: PLC0415

    return lambda servers, out: show_workers(servers.all(), out, json=json)


def check(
    *,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    timeout: options.Timeout = "10s",
) -> None:
    """Says for a monitoring system how servers are: OK 0, WARNING 1, CRITICAL 2, UNKNOWN 3, with figures."""
    from jobdash.cli.orders import orders_at  # noqa: PLC0415
    from jobdash.headless.check import check as check_servers  # noqa: PLC0415
    from jobdash.headless.check import unknown  # noqa: PLC0415
    from jobdash.model.errors import JobdashError  # noqa: PLC0415

    async def work(servers: "Servers", out: "Out") -> int:
        try:
            rules = orders_at(config, keep=False).rules
            return await check_servers(servers.all(), out, within=limit, rules=rules)
        except JobdashError as error:
            return unknown(str(error), out)

    try:
        limit = seconds("--timeout", timeout) or 10.0
        go(work, config=config, server=server, dialect=dialect)
    except JobdashError as error:
        from jobdash.cli.terminal import output  # noqa: PLC0415

        raise SystemExit(unknown(str(error), output())) from None
