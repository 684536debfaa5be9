"""`get`: every result of a job, one after the other, with its age where the kind of server keeps them for a while."""

from pathlib import Path

from jobdash.engine.download import Folder, InTheWay
from jobdash.headless.codes import code_of, worst
from jobdash.headless.out import Out
from jobdash.headless.plain import fit, plain
from jobdash.headless.record import absolute
from jobdash.headless.which import Found
from jobdash.model.errors import JobdashError, NotFound, Throttled


async def get_results(found: Found, path: Path, out: Out, *, force: bool = False, json: bool = False) -> int:
    """Downloads into the folder `path` and prints each file's path. One result's failure never stops the others."""
    folder = Folder(
        path,
        force,
        lambda name, done, total: _draw(out, name, done, total),
        waiting=lambda words: _say(out, words),
        clock=found.server.clock,
    )
    report = await found.read()
    urls = absolute(report.job.results, found.server.url)
    if not urls:
        state = plain(report.job.native_state)
        raise NotFound(f"{found.key} has no results to download; it is {state}")
    folder.make()
    codes: list[int] = []
    for number, url in enumerate(urls, start=1):
        try:
            saved = await folder.save(found.server.fetch, url, f"{found.id}-{number}")
        except JobdashError as error:
            _say(out, f"{error}; --force replaces it" if isinstance(error, InTheWay) else str(error))
            codes.append(code_of(error))
            if isinstance(error, Throttled) and (left := len(urls) - number):
                out.note(f"{found.server.name} asks to be left alone: not asked for {left} more")
                break
            continue
        _undraw(out)
        if json:
            out.json({"url": url, "path": str(saved.path), "bytes": saved.bytes})
        else:
            out.line(plain(str(saved.path)))
    return worst(codes)


def _draw(out: Out, name: str, done: int, total: int | None) -> None:
    if out.live:
        share = f"{100 * done / total:3.0f} %" if total else f"{done / 1e6:.1f} MB"
        out.draw("\r" + fit(f"{share} {name}", (out.width or 80) - 1) + "\x1b[K")


def _say(out: Out, words: str) -> None:
    _undraw(out)
    out.note(words)


def _undraw(out: Out) -> None:
    if out.live:
        out.draw("\r\x1b[K")
