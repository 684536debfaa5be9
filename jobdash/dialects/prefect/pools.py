"""Work pools, their queues and their workers."""

from jobdash.client.dialect import Ask, Request, quote_id
from jobdash.dialects._reading import iso, many, one, server_time, whole_list
from jobdash.dialects.prefect.api import LIMIT, Api
from jobdash.dialects.prefect.wire import Named, PoolWorker, QueueStatus
from jobdash.model.command import Action, QueueCommand
from jobdash.model.errors import Rejected
from jobdash.model.job import Json
from jobdash.model.queue import QueueStats, Worker

QUEUES_LOOKED_INTO = 20
SILENT = 90.0
"""Seconds after which a worker that sends a heartbeat every 30 s is gone, whatever its status says."""


class Pools:
    """The pools of one server. The ids of queues are remembered by their names."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._ids: dict[str, str] = {}

    async def queues(self, ask: Ask) -> tuple[QueueStats, ...]:
        """The whole server first. A queue is paused when it is, or its pool."""
        late = await self._runs(ask, {"name": {"any_": ["Late"]}})
        pending = await self._runs(ask, {"type": {"any_": ["PENDING"]}})
        running = await self._runs(ask, {"type": {"any_": ["RUNNING", "CANCELLING"]}})
        pools = {pool.name: pool for pool in many(Named, (await self._api.find(ask, "work_pools/filter", {})).body)}
        each: list[QueueStats] = []
        for queue in await self._learn(ask):
            told = QueueStatus()
            if queue.id and len(each) < QUEUES_LOOKED_INTO:
                answer = await ask(Request(path=self._api.path(f"work_queues/{quote_id(queue.id)}/status")))
                told = one(QueueStatus, answer.body) or told
            pool = pools.get(queue.work_pool_name)
            each.append(
                QueueStats(
                    name=_name(queue),
                    depth=told.late_runs_count,
                    paused=True if pool is not None and pool.is_paused else queue.is_paused,
                    health="unhealthy" if told.healthy is False else queue.status,
                )
            )
        depth = None if late is None or pending is None else late + pending
        return (QueueStats(depth=depth, running=running), *each)

    async def workers(self, ask: Ask) -> tuple[Worker, ...]:
        pools = await self._api.find(ask, "work_pools/filter", {})
        found: list[Worker] = []
        for pool in many(Named, whole_list(pools.body, pools.url)):
            if pool.name:
                answer = await self._api.find(ask, f"work_pools/{quote_id(pool.name)}/workers/filter", {})
                now = server_time(answer.headers)
                found += [_worker(worker, pool.name, now) for worker in many(PoolWorker, answer.body)]
        return tuple(found)

    async def tell(self, ask: Ask, command: QueueCommand) -> str:
        """Pauses or resumes a work queue. Raises Rejected when there is none of that name."""
        if command.queue not in self._ids:
            await self._learn(ask)
        id = self._ids.get(command.queue)
        if id is None:
            raise Rejected(f"there is no work queue {command.queue}")
        wish = {"is_paused": command.action is Action.PAUSE}
        path = self._api.path(f"work_queues/{quote_id(id)}")
        await ask(Request(path=path, method="PATCH", json=wish, changes=True))
        return f"{command.queue}: {command.action.value}d"

    async def _runs(self, ask: Ask, state: Json) -> int | None:
        return await self._api.count(ask, "flow_runs/count", {"flow_runs": {"state": state}})

    async def _learn(self, ask: Ask) -> list[Named]:
        answer = await self._api.find(ask, "work_queues/filter", {"limit": LIMIT})
        queues = [queue for queue in many(Named, whole_list(answer.body, answer.url)) if queue.name]
        self._ids = {_name(queue): queue.id for queue in queues if queue.id}
        return queues


def _name(queue: Named) -> str:
    return "/".join(part for part in (queue.work_pool_name, queue.name) if part)


def _worker(worker: PoolWorker, pool: str, now: float | None) -> Worker:
    beat = iso(worker.last_heartbeat_time)
    silent = now is not None and beat is not None and now - beat > SILENT
    return Worker(
        name=worker.name or "unnamed",
        state=worker.status.lower() if worker.status else None,
        queues=(pool,),
        heartbeat_at=beat,
        alive=worker.status == "ONLINE" and not silent,
    )
