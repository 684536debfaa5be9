"""Keeps Python's garbage collector from stopping the screen while hundreds of thousands of jobs are known.

A full collection looks at every object there is, and takes a third of a second at 100,000 jobs. Jobs hold no cycles:
they go when nobody refers to them. So what has lived for a while is taken out of the collector's sight.
"""

import gc

from jobdash.engine.clock import next_beat
from jobdash.engine.collector import set_aside_what_is_new
from jobdash.engine.monitor import Monitor

THRESHOLDS = (5_000, 5, 1_000_000)
"""Nothing but `set_aside` looks at everything."""

EVERY, LAZILY = 0.25, 1.0
"""Seconds between two times that what is alive is set aside, and between two looks while little is new."""

LITTLE = 1_000
"""So many new objects are not worth it."""

FEW = 2_000
"""So many new objects are looked at in a millisecond, and what is garbage among them is not set aside."""

STORM, UNCOUNTED = 5_000, 3
"""After so many new objects the next times it is done without counting: that is most of the cost in a storm."""

WHOLE_EVERY = 3_600.0
"""Seconds between two looks at everything, for the cycles of closed screens, while that is quick."""

QUICK_BELOW = 50_000
"""Jobs with which a look at everything takes too short a time to be noticed."""


async def set_aside(monitor: Monitor) -> None:
    """A companion of the monitor; it leaves the collector as it found it."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    gc.freeze()  # what was loaded until now stays; to count it would hold up the first rows
    clock, little, uncounted = monitor.clock, False, 0
    whole_at = clock.monotonic() + WHOLE_EVERY
    try:
        while True:
            await next_beat(clock, LAZILY if little else EVERY)
            if clock.monotonic() >= whole_at and monitor.total() < QUICK_BELOW:
                whole_at = clock.monotonic() + WHOLE_EVERY
                gc.unfreeze()
                gc.collect()
                gc.freeze()
            if uncounted:
                gc.freeze()
                uncounted -= 1
                continue
            new = set_aside_what_is_new(FEW, LITTLE)
            little, uncounted = new < LITTLE, UNCOUNTED if new >= STORM else 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
