"""Where the program starts: answers `--version` without loading anything, and leaves all else to the command line."""

import sys

from jobdash import __version__


def main() -> None:
    """The `jobdash` command."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"jobdash {__version__}")
        return
    from jobdash.cli.app import run  # noqa: PLC0415 - keeps `--version` as quick as Python itself

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
