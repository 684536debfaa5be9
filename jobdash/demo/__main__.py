"""`python -m jobdash.demo`: read the options, take the ports, serve. Everything else is in `serve`."""

from __future__ import annotations

import sys

from jobdash.demo.options import parse
from jobdash.demo.ports import PortTaken, listen
from jobdash.demo.serve import NAMES, serve


def main() -> int:
    """Run the demo; 2 when a port is taken."""
    options = parse(sys.argv[1:])
    try:
        sockets = listen(NAMES, options.base_port)
    except PortTaken as taken:
        print(f"jobdash demo: {taken}", file=sys.stderr)
        return 2
    serve(options, sockets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
