"""Where the program starts: answers `--version` without loading anything, and leaves all else to the command line."""

import sys

from jobdash import __version__


def main() -> None:
    """The `jobdash` command."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        _leave(_tell_version())
    try:
        _leave(_run())
    except KeyboardInterrupt:
        # while Python still loads: nothing was done yet, so nothing is said
        sys.exit(130)


def _tell_version() -> int:
    try:
        print(f"jobdash {__version__}", flush=True)
    except BrokenPipeError:  # nobody reads it any more
        return 0
    except OSError as error:
        print(f"jobdash: standard output cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _leave(code: int) -> None:
    """Ends at once: Python would first take every object apart, a fifth of the time of a short command.

    Everything is closed by now and every line is written. A screen leaves in the usual way, which its libraries expect.
    """
    import os  # noqa: PLC0415 - see _run
    from contextlib import suppress  # noqa: PLC0415

    if "textual" in sys.modules:
        sys.exit(code)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):  # whoever read it is gone, and was told all that they wanted
            stream.flush()
    os._exit(code)


def _run() -> int:
    # What is loaded here keeps `--version` as quick as Python itself; looking for garbage meanwhile, among modules
    # that stay, would be a tenth of the start. `cli.app` and `cli.options` look again.
    import gc  # noqa: PLC0415

    gc.disable()
    import os  # noqa: PLC0415

    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed; else the next file or connection would get its number
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, lambda number, frame: os._exit(128 + number))
    from jobdash.cli.app import run  # noqa: PLC0415

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
