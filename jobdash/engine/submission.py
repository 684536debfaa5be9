"""Making a new job: tried again where the server said that it failed, never where it may have worked unheard."""

from collections.abc import Callable, Mapping
from typing import Protocol

from jobdash.engine.clock import Clock
from jobdash.engine.once import Once
from jobdash.model.errors import ConfigError, Rejected, ServerError, ServerFault, Throttled, Unreachable
from jobdash.model.form import Form
from jobdash.model.job import Json


class Taker(Protocol):
    """A server that takes new jobs."""

    @property
    def name(self) -> str: ...

    async def submit(self, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        """One try: the new job's id and the server's words. Raises ServerErrors and ConfigError."""


async def submitted(
    server: Taker,
    form: Form,
    values: Mapping[str, Json],
    *,
    clock: Clock,
    retries: int | None = None,
    trouble: Callable[[str], object] = lambda words: None,
) -> tuple[str, str]:
    """The new job's id and the server's words. `trouble` is told why it is tried again, and when.

    `retries` None: as often as the form's makers recommend. Raises the last error, and ConfigError for bad values.
    """
    form.checked(values)
    left = form.retries if retries is None else retries
    delay = form.retry_delay
    while True:
        try:
            return await server.submit(form, values)
        except ServerError as error:
            if left <= 0 or not has_failed(error):
                raise
            asked = error.retry_after if isinstance(error, Throttled) else None
            wait = max(delay, asked or 0.0)
            trouble(f"{server.name}: {error}; submitting again in {wait:g} s")
        await clock.sleep(wait)
        left -= 1
        delay *= 2


def has_failed(error: ServerError) -> bool:
    """True when it is certain that no job was made, and another try may help."""
    match error:
        case ServerFault() | Throttled():
            return True
        case Unreachable():
            return not error.sent
        case Rejected():
            return error.status is None or not 400 <= error.status < 500
        case _:
            return False


def form_named(server: Once, name: str | None) -> Form:
    """The form of that name, or the only one. Raises ConfigError."""
    forms = {form.name: form for form in server.dialect.forms}
    if not forms:
        raise ConfigError(f"{server.name} takes no new jobs here: its kind, {server.kind}, says nothing of submitting")
    if name is None and len(forms) == 1:
        return next(iter(forms.values()))
    if name is None or name not in forms:
        problem = "say which kind of job" if name is None else f"{server.name} has no kind of job {name!r}"
        raise ConfigError(f"{problem}; there are {', '.join(forms)}")
    return forms[name]
