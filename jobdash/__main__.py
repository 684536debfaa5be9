"""Where the program starts: answers `--version` without loading anything, and leaves all else to the command line."""

import sys

from jobdash import __version__


def main() -> None:
    """The `jobdash` command."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"jobdash {__version__}")
        return
    try:
        sys.exit(_run())
    except KeyboardInterrupt:
        # while Python still loads: nothing was done yet, so nothing is said
        sys.exit(130)


def _run() -> int:
    # What is loaded here keeps `--version` as quick as Python itself; looking for garbage meanwhile, among modules
    # that stay, would be a tenth of the start. `cli.app` and `cli.options` look again.
    import gc  # noqa: PLC0415

    gc.disable()
    import os  # noqa: PLC0415
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, lambda number, frame: os._exit(128 + number))
    from jobdash.cli.app import run  # noqa: PLC0415

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
