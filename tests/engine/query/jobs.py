"""Jobs of every shape, from a small world in which things meet often."""

from hypothesis import strategies as st

from jobdash.engine.query import Context
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

NOW = 1_795_317_164.0
"""2026-11-22 03:12:44 UTC."""


class Time:
    """A moment that a test moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.ticks = 0.0

    def wall(self) -> float:
        return self.now

    def timer(self) -> float:
        """Every look costs a hundredth of a second, so that each slice is as short as it can be."""
        self.ticks += 0.01
        return self.ticks


def context(time: Time | None = None) -> Context:
    time = time or Time()
    return Context(now=time.wall, timer=lambda: 0.0)


def job(id: str = "a", server: str = "one", state: State = State.RUNNING, **known: object) -> Job:
    told: dict[str, object] = {"native_state": state.value} | known
    return Job(key=JobKey(server, id), state=state, **told)  # type: ignore[arg-type]


moments = st.none() | st.integers(-4000, 0).map(lambda ago: NOW + ago)
words = st.sampled_from(["email", "email.send", "resize", "", "Zürich", "文書"])
keys = st.builds(JobKey, st.sampled_from(["one", "two"]), st.sampled_from("abcdefghijklmn"))
jobs = st.builds(
    Job,
    key=keys,
    state=st.sampled_from(State),
    native_state=st.sampled_from(["active", "waiting", "failed"]),
    type=st.none() | words,
    queue=st.none() | st.sampled_from(["default", "slow"]),
    progress=st.none() | st.sampled_from([0.0, 10.0, 50.0, float("nan"), float("inf")]),
    created_at=moments,
    started_at=moments,
    finished_at=moments,
    updated_at=moments,
    attempts=st.none() | st.integers(0, 3),
    worker=st.none() | st.sampled_from(["w1", "w2"]),
    error=st.none() | words,
    overdue=st.booleans(),
)
QUERIES = [
    "",
    "state:failed,stuck",
    "-type:email*",
    "queue:default or worker:w1",
    "(email or /z.rich/) -state:running",
    "age>30m",
    "runtime<10m",
    "wait>=5m idle<20m",
    "created<-30m",
    "runtime>p50",
    "is:overdue",
    "is:marked",
    "attempts>=2 progress<50",
    "progress:*",
]
SORTS = [
    "", "-worst", "age", "-age", "type", "-type", "runtime", "-runtime,id", "state,-progress", "progress", "-wait",
    "-error,attempts", "data.size", "-data.size,worst", "queue,type,-id",
]  # fmt: skip
GROUPINGS = ["", "server", "queue", "type", "state", "worker"]
