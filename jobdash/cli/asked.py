"""The options that every command has which asks servers, declared once."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from jobdash.cli import options

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out

Own = ParamSpec("Own")
Work = Callable[["Servers", "Out"], Awaitable[int]]


def _common(
    *,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    timeout: options.Timeout = None,
    no_color: options.NoColor = False,
) -> None:
    """Their names, types and defaults."""


COMMON = inspect.signature(_common).parameters


def asks_servers(command: Callable[Own, Work]) -> Callable[..., None]:
    """A command for Typer: its own options and the common ones. What `command` gives back is run on the servers."""

    @wraps(command)
    def run(*words: Own.args, **given: Own.kwargs) -> None:
        common = {name: given.pop(name) for name in COMMON if name in given}
        options.go(command(*words, **given), **common)  # type: ignore[arg-type]

    own = inspect.signature(command)
    run.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[*own.parameters.values(), *COMMON.values()], return_annotation=None
    )
    run.__annotations__ = {**command.__annotations__, **_common.__annotations__, "return": None}
    return run
