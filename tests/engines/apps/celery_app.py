"""Tasks for the tests of Celery, and its own client: `python celery_app.py load`, `flood N`, `state ID`,
`takers QUEUE`."""

import json
import os
import sys
import time

from celery import Celery

REDIS = os.environ["JOBDASH_REDIS"]
app = Celery("tests", broker=f"{REDIS}/0", backend=f"{REDIS}/1")
app.conf.update(
    task_track_started=True,
    task_send_sent_event=True,
    worker_send_task_events=True,
    task_default_queue="default",
    worker_prefetch_multiplier=1,
)


@app.task(name="add")
def add(x, y):
    return x + y


@app.task(name="boom")
def boom(order):
    raise ValueError(f"card declined for order {order}")


@app.task(name="crunch", bind=True)
def crunch(self, total):
    for number in range(1, total + 1):
        time.sleep(0.2)
        self.send_event("task-progress", result=repr({"current": number, "total": total}))
    return total


@app.task(name="flaky", bind=True, max_retries=5)
def flaky(self):
    raise self.retry(exc=ConnectionError("upstream 503"), countdown=600)


@app.task(name="nap")
def nap(seconds):
    time.sleep(seconds)


def load():
    return {
        "success": add.delay(1, 2).id,
        "failure": boom.delay(4711).id,
        "progress": crunch.delay(3000).id,
        "retrying": flaky.delay().id,
        "scheduled": add.apply_async((3, 4), countdown=3600).id,
        "busy": nap.apply_async((600,), queue="slow").id,
        "waiting": nap.apply_async((0,), queue="slow").id,
        "lost": nap.apply_async((600,), queue="doomed").id,
    }


def flood(number):
    with app.producer_pool.acquire() as producer:
        return len([add.apply_async((each, 1), producer=producer) for each in range(int(number))])


def state(id):
    running = [task["id"] for tasks in (app.control.inspect().active() or {}).values() for task in tasks]
    return {"state": app.AsyncResult(id).state, "running": id in running}


def takers(queue):
    told = app.control.inspect().active_queues() or {}
    return [worker for worker, queues in told.items() if queue in [each["name"] for each in queues]]


if __name__ == "__main__":
    print(json.dumps({"load": load, "flood": flood, "state": state, "takers": takers}[sys.argv[1]](*sys.argv[2:])))
