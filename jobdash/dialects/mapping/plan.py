"""A mapping made ready to run: every expression compiled, once for all servers of its kind."""

from jobdash.dialects.mapping.details import DetailReader
from jobdash.dialects.mapping.expression import Getter, compile_expression
from jobdash.dialects.mapping.fields import Time
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.jobs import JobReader
from jobdash.dialects.mapping.lines import LineReader
from jobdash.dialects.mapping.place import Keys
from jobdash.dialects.mapping.queues import QueueReader, WorkerReader
from jobdash.dialects.mapping.reader import Reader
from jobdash.dialects.mapping.sources import AnswerTable, GetTable, ListTable, StreamTable, WebhookTable
from jobdash.dialects.mapping.states import States
from jobdash.dialects.mapping.tables import LogTable, QueueTable


class Plan:
    """Readers by source. Raises BadDefault when a default in the file does not fit its field."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.states = States(mapping.states)
        self.job = JobReader(mapping, self.states)
        self.lines = LineReader(mapping.logs.line if mapping.logs else LogTable(), mapping.zone)
        self.detail = DetailReader(mapping, self.lines, self.states)
        get, waiting = mapping.get or GetTable(), mapping.long_poll
        self.get = AnswerPlan(self, get, "get")
        self.absent = compile_expression(get.absent) if get.absent else None
        own_item = waiting.item if waiting else None
        self.long_poll = AnswerPlan(self, get.model_copy(update={"item": own_item}), "get") if own_item else self.get
        self.listing = ListPlan(self, mapping.listing) if mapping.listing else None
        self.stream = StreamPlan(self, mapping.stream or StreamTable(), "stream")
        self.feed = StreamPlan(self, mapping.feed or StreamTable(), "feed")
        self.webhook = AnswerPlan(self, mapping.webhook, "webhook") if mapping.webhook else None
        self.queues = self.queue_reader(mapping.queues, "queues")
        table = mapping.workers
        self.workers = WorkerReader(table.items, table.worker, mapping.zone) if table else None

    def queue_reader(self, table: QueueTable | None, *keys: str) -> QueueReader | None:
        return QueueReader(table, self.mapping.zone, keys) if table else None

    def time_reader(self, spec: Time | None, keys: Keys) -> Reader:
        return Reader([("at", spec)] if spec else [], self.mapping.zone, keys)


class AnswerPlan:
    """How to read an answer about one job."""

    def __init__(self, plan: Plan, table: AnswerTable | WebhookTable, name: str) -> None:
        self.item = compile_expression(table.item)
        self.at = plan.time_reader(table.at, (name,))
        self.queue = plan.queue_reader(table.queue, name, "queue")


class ListPlan(AnswerPlan):
    """How to read a listing."""

    def __init__(self, plan: Plan, table: ListTable) -> None:
        super().__init__(plan, table, "list")
        self.table = table
        self.job = JobReader(plan.mapping, plan.states, "list", table.job)
        self.items = compile_expression(table.items)
        self.next = compile_expression(table.next) if table.next else None
        told = table.since.told if table.since else None
        self.told = compile_expression(told) if told else None
        counts = [(name, spec) for name in ("total", "size_told") if (spec := getattr(table, name))]
        self.counts = Reader(counts, None, ("list",))


class StreamPlan:
    """How to read events."""

    def __init__(self, plan: Plan, table: StreamTable, name: str) -> None:
        self.partial = not table.whole
        self.job = JobReader(plan.mapping, plan.states, name, table.job, partial=self.partial)
        self.item: Getter = compile_expression(table.item)
        self.error = compile_expression(table.error) if table.error else None
        self.at = plan.time_reader(table.at, (name,)) if table.at else None
        self.events, self.ignore = frozenset(table.events), frozenset(table.ignore)
