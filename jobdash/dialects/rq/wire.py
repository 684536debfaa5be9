"""What rq-dashboard answers, as objects. No field is needed, none is converted."""

from typing import Any

from jobdash.client.body import read_json
from jobdash.dialects._reading import Table, Text, Texts, Whole, Wire


class Counted(Wire):
    """One queue in `data/queues.json`."""

    name: Text = None
    count: Whole = None
    deferred_job_registry_count: Whole = None
    scheduled_job_registry_count: Whole = None
    started_job_registry_count: Whole = None
    finished_job_registry_count: Whole = None
    failed_job_registry_count: Whole = None
    canceled_job_registry_count: Whole = None

    def of(self, registry: str) -> int:
        """How many jobs are in a registry; 0 where it is not told."""
        return max(0, getattr(self, "count" if registry == "queued" else f"{registry}_job_registry_count") or 0)


class RqJob(Wire):
    """One job; a listing leaves out what stands below `exc_info`. Times are ISO 8601, `metadata` is JSON as text."""

    id: Text = None
    created_at: Text = None
    started_at: Text = None
    ended_at: Text = None
    description: Text = None
    exc_info: Text = None
    enqueued_at: Text = None
    origin: Text = None
    status: Text = None
    result: Any = None
    metadata: Text = None
    depends_on: Texts = None

    @property
    def meta(self) -> dict[str, Any]:
        try:
            found = read_json(self.metadata or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class RqWorker(Wire):
    """One worker in `data/workers.json`; `current_job` is an object, or the text `idle`."""

    name: Text = None
    state: Text = None
    queues: Texts = None
    current_job: Table = None
    last_heartbeat: Text = None

    @property
    def job(self) -> str | None:
        id = (self.current_job or {}).get("job_id")
        return id if isinstance(id, str) else None
