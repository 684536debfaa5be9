"""Jobs for the tests of RQ, and its own client: `python rq_app.py load`, `state ID`."""

import json
import os
import sys
import time
from datetime import timedelta

from redis import Redis
from rq import Queue, Retry, get_current_job
from rq.exceptions import NoSuchJobError
from rq.job import Job


def add(x, y):
    return x + y


def boom(order):
    raise ValueError(f"card declined for order {order}")


def crunch(total):
    job = get_current_job()
    for number in range(1, total + 1):
        time.sleep(0.2)
        job.meta.update(current=number, total=total)
        job.save_meta()
    return total


def nap(seconds):
    time.sleep(seconds)


def raw():
    return b"\x00"


def load(redis):
    import rq_app  # the functions under the name that the workers know

    default, slow, doomed = (Queue(name, connection=redis) for name in ("default", "slow", "doomed"))
    busy = slow.enqueue(rq_app.crunch, 3000)
    canceled = slow.enqueue(rq_app.add, 8, 8)
    canceled.cancel()
    jobs = {
        "success": default.enqueue(rq_app.add, 1, 2),
        "failure": default.enqueue(rq_app.boom, 4711),
        "retrying": default.enqueue(rq_app.boom, 1, retry=Retry(max=3, interval=[600])),
        "scheduled": default.enqueue_in(timedelta(hours=1), rq_app.add, 3, 4),
        "raw": default.enqueue(rq_app.raw),
        "progress": busy,
        "waiting": slow.enqueue(rq_app.nap, 0),
        "deferred": slow.enqueue(rq_app.add, 9, 9, depends_on=busy),
        "canceled": canceled,
        "lost": doomed.enqueue(rq_app.nap, 600),
    }
    return {name: job.id for name, job in jobs.items()}


def state(redis, id):
    try:
        return Job.fetch(id, connection=redis).get_status().value
    except NoSuchJobError:
        return "gone"


def age(redis, name):
    """Lets the last heartbeat of a worker be 5 minutes ago."""
    from rq import Worker

    (worker,) = [worker for worker in Worker.all(connection=redis) if worker.name == name]
    redis.hset(
        worker.key, "last_heartbeat", (worker.last_heartbeat - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    )
    return name


if __name__ == "__main__":
    verbs = {"load": load, "state": state, "age": age}
    print(json.dumps(verbs[sys.argv[1]](Redis.from_url(os.environ["JOBDASH_REDIS"]), *sys.argv[2:])))
