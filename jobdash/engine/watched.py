"""What the monitor is given of one server, and what it shows of it in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobdash.client.link_contract import Link
from jobdash.engine.health import Health
from jobdash.engine.limits import Limits
from jobdash.model.capabilities import Capabilities
from jobdash.model.care import NO_CARE, Care
from jobdash.model.queue import QueueStats
from jobdash.model.server import ServerStatus
from jobdash.model.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One server to watch: its link, the job ids that a person gave, and what it may be asked.

    `configured` means that its name is known to the command line as well; `proof` is the header that carries its
    secret, masked.
    """

    link: Link
    jobs: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    care: Care = NO_CARE
    configured: bool = False
    proof: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerView:
    """One line of the server strip. `counts` are jobdash's own, of the jobs it knows; `queue` is the server's word.

    `queue_at` is when it said so, by the monotonic clock. `rows_old` is how old the oldest of those rows in view is,
    in seconds, that are too old to be believed although the server is live; None when none is.
    """

    name: str
    kind: str
    url: str
    status: ServerStatus
    capabilities: Capabilities
    counts: Mapping[State, int] = field(default_factory=dict)
    queue: QueueStats | None = None
    queue_at: float | None = None
    health: Health | None = None
    throughput: float | None = None
    trend: Sequence[float | None] = ()
    rows_old: float | None = None
    care: Care = NO_CARE
