"""Flows for the tests of Prefect, and its own client: `serve`, `load`, `run FLOW`, `state ID`, `pool NAME`, ..."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

from prefect import flow, get_client, get_run_logger, serve
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.flow_runs import pause_flow_run, suspend_flow_run
from prefect.states import Scheduled


@flow
def add(x: int = 1, y: int = 2):
    get_run_logger().info("adding %s and %s", x, y)
    return x + y


@flow
def boom(order: int = 4711):
    raise ValueError(f"card declined for order {order}")


@flow
def crunch(total: int = 3000):
    artifact = create_progress_artifact(progress=0.0, key="crunch")
    for number in range(1, total + 1):
        time.sleep(0.5)
        update_progress_artifact(artifact_id=artifact, progress=100 * number / total)


@flow(retries=3, retry_delay_seconds=600)
def flaky():
    raise ConnectionError("upstream 503")


@flow
def pausing():
    pause_flow_run(timeout=600)


@flow
def suspending():
    suspend_flow_run(timeout=600)


FLOWS = (add, boom, crunch, flaky, pausing, suspending)


def load(client):
    deployments = {each.entrypoint.rpartition(":")[2]: each.id for each in client.read_deployments()}
    later = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(hours=1))
    wanted = {
        "success": ("add", None),
        "failure": ("boom", None),
        "progress": ("crunch", None),
        "retrying": ("flaky", None),
        "paused": ("pausing", None),
        "suspended": ("suspending", None),
        "scheduled": ("add", later),
    }
    made = {}
    for name, (flow_name, state) in wanted.items():
        made[name] = str(client.create_flow_run_from_deployment(deployments[flow_name], state=state).id)
    return made


def run(client, name):
    deployment = next(each.id for each in client.read_deployments() if each.entrypoint.endswith(f":{name}"))
    return str(client.create_flow_run_from_deployment(deployment).id)


def state(client, id):
    try:
        return client.read_flow_run(id).state.type.value
    except ObjectNotFound:
        return "gone"


def pool(client, name):
    client.create_work_pool(WorkPoolCreate(name=name, type="process"))
    return [queue.name for queue in client.read_work_queues(work_pool_name=name)]


def paused(client, name):
    return [queue.is_paused for queue in client.read_work_queues(work_pool_name=name)]


def count(client):
    return len(client.read_deployments())


VERBS = {"load": load, "run": run, "state": state, "pool": pool, "paused": paused, "count": count}


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*(each.to_deployment(name="tests") for each in FLOWS), pause_on_shutdown=False)
    else:
        with get_client(sync_client=True) as client:
            print(json.dumps(VERBS[sys.argv[1]](client, *sys.argv[2:])))
