"""Where the program starts: answers `--version` without loading anything, and leaves all else to the command line."""

import sys

from jobdash import __version__


def main() -> None:
    """The `jobdash` command."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"jobdash {__version__}")
        return
    import gc  # noqa: PLC0415

    # what is loaded stays: looking for garbage in it meanwhile would be a tenth of the start; see `cli.app`
    gc.disable()
    import os  # noqa: PLC0415 - keeps `--version` as quick as Python itself
    import signal  # noqa: PLC0415

    # Ctrl+C while Python still loads: nothing was done yet, so nothing is said
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(128 + number))
    from jobdash.cli.app import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
