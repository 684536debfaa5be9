"""How to talk to any job server over HTTP. What each kind of server says lives in `jobdash.dialects`."""

import sys

# httpx loads a command line of its own (click, rich, pygments: more than half of its import) where those happen to be
# installed, and does without where it cannot. Nobody calls it here, and `jobdash show` is a third faster.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
