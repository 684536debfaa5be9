"""The demo's server without a screen: tells a person, or a program, where it is, until it is stopped."""

import json
from collections.abc import Mapping
from typing import IO

from jobdash.cli.demo_server import NAMES, read_ready, server
from jobdash.cli.terminal import output
from jobdash.headless.out import Out

JOB_AT = {
    "compileo": "/api/v1/jobs/status/",
    "jobstatus": "/api/jobs/",
    "filelens": "/preview/status/",
    "mend": "/api/v1/jobs/",
    "pollapi": "/api/job-status/",
}
"""Where each API answers about one job."""


def serve_demo(*, json_lines: bool = False) -> int:
    """Serves until Ctrl+C, or until this process ends in any other way. `json_lines`: all that the server says."""
    try:
        with server() as (process, announcements):
            ready = read_ready(process, announcements)
            out = output()
            if json_lines:
                out.json(ready)
                for line in announcements:
                    out.json(json.loads(line))
            else:
                _tell(ready["ready"], ready["keys"], announcements, out)
            return process.wait()
    except KeyboardInterrupt:
        return 0


def _tell(urls: Mapping[str, str], keys: Mapping[str, str], announcements: IO[bytes], out: Out) -> None:
    """The addresses at once, a question for each as soon as it has a job, and nothing more after that."""
    for face, name in NAMES.items():
        key = f"   X-API-Key: {keys[face]}" if face in keys else ""
        out.line(f"{name:<9} {face:<10} {urls[face]}{key}")
    out.line("")
    jobs: dict[str, str] = {}
    for line in announcements:
        job = json.loads(line).get("submitted", {})
        if len(jobs) == len(NAMES) or job.get("face") not in NAMES:
            continue
        jobs.setdefault(job["face"], job["id"])
        if len(jobs) == len(NAMES):
            for face in NAMES:
                header = f"-H 'X-API-Key: {keys[face]}' " if face in keys else ""
                out.line(f"curl -s {header}{urls[face]}{JOB_AT[face]}{jobs[face]}")
            out.line("")
            out.line("Ctrl+C stops it.")
