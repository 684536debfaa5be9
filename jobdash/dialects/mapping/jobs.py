"""From one JSON object to one Job. Nothing of requests, pages or streams."""

from dataclasses import dataclass
from typing import Any

from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import compile_expression
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.ids import within_queue
from jobdash.dialects.mapping.reader import Reader, specs, value_of, without_defaults
from jobdash.dialects.mapping.states import States
from jobdash.dialects.mapping.tables import JobTable
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.errors import BadAnswer
from jobdash.model.frames import innermost
from jobdash.model.job import Job, JobKey
from jobdash.model.swift import swift, swift_tuple

SPECIAL = {"id", "state", "version", "fraction", "id_per_queue"}
FIELDS = tuple(name for name in JobTable.model_fields if name not in SPECIAL)

_job = swift(Job)
_key = swift_tuple(JobKey)


@dataclass(frozen=True, slots=True)
class About:
    """Whose jobs an answer tells of: `where` names the answer in errors, `asked` is the id that was asked for
    (None in a listing), `queue` is the queue of jobs that do not name their own.
    """

    server: str
    where: str
    asked: str | None = None
    queue: str | None = None


class JobReader:
    """`overrides` are fields that lie elsewhere in this source than `[job]` says."""

    def __init__(
        self,
        mapping: Mapping,
        states: States,
        source: str = "",
        overrides: JobTable | None = None,
        *,
        partial: bool = False,
    ) -> None:
        said = {name: getattr(overrides, name) for name in overrides.model_fields_set} if overrides else {}
        table = mapping.job.model_copy(update=said)
        self._states = states
        self._per_queue = table.id_per_queue
        self._queue = compile_expression(table.queue.at) if table.queue else None
        self._may_omit_id = source == "stream"
        self._id = compile_expression(table.id.at) if table.id else None
        assert table.state is not None  # the check of the mapping refuses it
        self._state, self._default_state = compile_expression(table.state.at), table.state.default
        fields = specs(table, FIELDS)
        keys = (source, "job") if source else ("job",)
        self._reader = Reader(without_defaults(fields) if partial else fields, mapping.zone, keys)
        self._version = Reader(specs(table, ("version",)), mapping.zone, keys) if table.version else None
        self._error = compile_expression(table.error.at) if table.error else None
        self._tells_progress = table.progress is not None
        self._fraction = [compile_expression(text) for text in table.fraction or ()]
        self._results = compile_expression(mapping.results.at) if mapping.results else None

    def read(self, item: Any, about: About, problems: list[str]) -> Job:
        """Raises BadAnswer without an id or a state; `problems` gets one sentence for every field left None."""
        if type(item) is not dict:
            raise BadAnswer(Unusable("a job as an object", item).about(about.where))
        key = _key((about.server, self._identity(item, about, problems)))
        try:
            native = self._state(item)
            name = units.state_name(self._default_state if native is None else native)
        except Unusable as problem:
            raise BadAnswer(problem.about(f"{about.where}: state of job {units.short(key.id)}")) from None
        state, shown = self._states.read(name)
        values = self._reader.read(item, problems, state)
        if self._fraction and (fraction := self._done_of_total(item, problems)):
            values["fraction"] = fraction
            if not self._tells_progress:
                values["progress"] = units.percent(100 * fraction[0] / fraction[1])
        if self._results and (results := value_of("results", self._results, units.texts, item, problems)):
            values["results"] = results
        if values.get("error") and self._error and isinstance(whole := self._error(item), str):
            values["frame"] = innermost(whole)
        if about.queue is not None:
            values.setdefault("queue", about.queue)
        values["key"], values["state"], values["native_state"] = key, state, shown
        return _job(**values)

    def version(self, item: Any, problems: list[str]) -> float | None:
        """The server's own count of the job's changes; None where it has none."""
        return self._version.read(item, problems).get("version") if self._version else None

    def _identity(self, item: Any, about: About, problems: list[str]) -> str:
        asked = about.asked
        if self._id is None and asked is not None:
            return asked
        try:
            value = self._id(item) if self._id else None
            if value is None and self._may_omit_id and asked is not None:
                return asked
            found = units.identity(value)
        except Unusable as problem:
            raise BadAnswer(problem.about(f"{about.where}: id")) from None
        if self._per_queue:
            found = self._within_queue(found, item, about)
        if asked is not None and found != asked:
            problems.append(f"id: asked about {units.short(asked)}, told about {units.short(found)}")
            return asked
        return found

    def _within_queue(self, id: str, item: Any, about: About) -> str:
        queue = value_of("queue", self._queue, units.text, item, []) if self._queue else None
        queue = queue or about.queue
        if queue is not None:
            return within_queue(queue, id)
        if about.asked is not None:
            return f"{about.asked.partition('/')[0]}/{id}"
        raise BadAnswer(f"{about.where}: queue of job {units.short(id)}: expected text, got nothing")

    def _done_of_total(self, item: Any, problems: list[str]) -> tuple[float, float] | None:
        total = value_of("fraction", self._fraction[1], units.number, item, problems)
        if not total:
            return None
        done = value_of("fraction", self._fraction[0], units.number, item, problems)
        return None if done is None else (done, total)
