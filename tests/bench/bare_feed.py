"""The least that can be done with an event stream: httpx-sse and `json.loads`. Run as a process of its own."""

import json
import sys

import httpx
from httpx_sse import connect_sse


def main(url: str) -> None:
    """Reads until it is ended."""
    known: dict[str, object] = {}
    with httpx.Client(timeout=None) as client, connect_sse(client, "GET", f"{url}/feed") as source:
        for event in source.iter_sse():
            job = json.loads(event.data)
            known[job["id"]] = job


if __name__ == "__main__":
    main(sys.argv[1])
