"""A link to a server that takes new jobs as a test says, without HTTP."""

from collections.abc import Mapping

from jobdash.client.dialect import Ask, Dialect, Request
from jobdash.model.errors import ServerError
from jobdash.model.form import Field, FieldType, Form
from jobdash.model.job import Json

FORM = Form(
    name="parse",
    title="parse a document",
    fields=(
        Field(name="path", type=FieldType.PATH, required=True, help="where it lies"),
        Field(name="pages", type=FieldType.INT, default=10),
        Field(name="mode", choices=("fast", "exact")),
    ),
    retries=2,
)


class Taking(Dialect):
    """Makes the job `new-1`, after the errors that it was given."""

    def __init__(self, server: str, *errors: ServerError) -> None:
        super().__init__(server)
        self.forms: tuple[Form, ...] = (FORM,)
        self.errors = list(errors)
        self.taken: list[Mapping[str, Json]] = []

    def request_for(self, form: Form, values: Mapping[str, Json]) -> Request:
        return Request(path="/parse", method="POST", json=form.checked(values))

    async def submit(self, ask: Ask, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(form.checked(values))
        return "new-1", "queued"


class TakingLink:
    """As much of a link as a submission needs."""

    def __init__(self, name: str, *errors: ServerError) -> None:
        self.name = name
        self.kind = "taking"
        self.url = f"http://{name}.example"
        self.dialect = Taking(name, *errors)

    async def ask(self, request: Request) -> None:
        raise AssertionError("nothing is asked over HTTP here")
