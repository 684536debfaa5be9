"""When Python looks for garbage again: `__main__` stops it while modules are loaded."""

import gc


def look_again() -> None:
    """What was loaded until now stays, so that the first look does not go through all of it."""
    gc.freeze()
    gc.enable()
