"""Changes by the command line, each a process of its own, on a farm that the config names."""

import asyncio
import shlex
import sys
from pathlib import Path

from tests.acting.farm import Farm


def configured(home: Path, crawl: Farm, more: str = "", rest: str = "") -> None:
    text = f'{rest}\n[[servers]]\nname = "crawl"\nurl = "{crawl.url}"\ndialect = "jobstatus"\n{more}\n'
    (home / "CONFIG" / "jobdash" / "config.toml").write_text(text)


async def started(*words: str, shell: str = "") -> asyncio.subprocess.Process:
    """A command on its way, without a terminal; `shell` is where its output goes, in the words of bash."""
    line = f"set -o pipefail; {shlex.join((sys.executable, '-m', 'jobdash', *words))} {shell}"
    return await asyncio.create_subprocess_exec(
        *(("bash", "-c", line) if shell else (sys.executable, "-m", "jobdash", *words)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int, bytes, str]:
    """Its exit code, its data, and what it said besides."""
    out, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out, said.decode()


async def command(*words: str) -> tuple[int, str]:
    """A whole process: its exit code, and all that it said."""
    code, out, said = await ended(await started(*words))
    return code, out.decode() + said
