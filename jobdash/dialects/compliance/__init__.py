"""The compliance suite: what every dialect must hold, whatever its server says.

A class of plain tests, for a subclass that pytest finds, or unittest where it is a TestCase as well. `README.md` in the
folder above shows how to run it for a dialect of your own.
"""

from jobdash.dialects.compliance.payloads import Payloads
from jobdash.dialects.compliance.promises import Promises
from jobdash.dialects.compliance.sending import Sending
from jobdash.dialects.compliance.surviving import Surviving

__all__ = ["Compliance", "Payloads"]


class Compliance(Promises, Sending, Surviving):
    """Subclass it with `kind`, what makes the dialect (its class, or a loaded mapping), and `payloads`."""
