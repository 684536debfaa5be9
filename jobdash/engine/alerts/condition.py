"""One rule at one place over time: from a value a second to raised and cleared. It knows nothing of people."""

from enum import Enum

from jobdash.engine.alerts.rule import Rule
from jobdash.engine.metrics.place import Place
from jobdash.model.alert import AlertKey

FLAPS = 3
FLAP_SPAN = 900.0
STEADY = 300.0
"""Raised so often within so many seconds, an alert flaps; it then clears only after so many seconds of being well."""

UNTOLD = 60.0
"""Seconds for which a server that answers may leave a figure out before what was said of it is over."""


class Turned(Enum):
    """What a value changed."""

    RAISED = "raised"
    CLEARED = "cleared"
    FLAPS = "flaps"
    UNTOLD = "untold"


class Condition:
    """`since` is when the breach began, `well_since` when it ended, `untold_since` when its figure was left out.

    Times are monotonic. A breach that is interrupted by not knowing begins anew: that nothing was heard proves nothing.
    """

    __slots__ = (
        "breaks",
        "flapping",
        "key",
        "place",
        "raised",
        "raises",
        "rule",
        "since",
        "untold_since",
        "well_since",
    )

    def __init__(self, rule: Rule, place: Place, *, raised: bool = False, flapping: bool = False) -> None:
        self.rule = rule
        self.place = place
        self.key = AlertKey(rule.name, *place)
        self.raised = raised
        self.flapping = flapping
        self.breaks = rule.comparison.holds
        self.untold_since: float | None = None
        self.since: float | None = None
        self.well_since: float | None = None
        self.raises: tuple[float, ...] = ()

    def judge(self, value: float | None, now: float) -> Turned | None:
        """Takes the value of this second; what that changed, if anything."""
        if value is None:
            return self.unknown(now, live=False)
        self.untold_since = None
        return self._while_raised(value, now) if self.raised else self._while_well(value, now)

    def unknown(self, now: float, *, live: bool) -> Turned | None:
        """The figure is not known. Only of a server that answers (`live`) does that end anything, after a while."""
        self.since = self.well_since = None
        if not (live and self.raised):
            self.untold_since = None
            return None
        if self.untold_since is None:
            self.untold_since = now
        if now - self.untold_since < UNTOLD:
            return None
        self.raised = self.flapping = False
        self.untold_since = None
        return Turned.UNTOLD

    def _while_well(self, value: float, now: float) -> Turned | None:
        if not self.rule.breached(value):
            self.since = None
            return None
        if self.since is None:
            self.since = now
        if now - self.since < self.rule.hold:
            return None
        self.raised, self.since, self.well_since = True, None, None
        self.raises = (*(at for at in self.raises if now - at <= FLAP_SPAN), now)
        return Turned.RAISED

    def _while_raised(self, value: float, now: float) -> Turned | None:
        if not self.rule.well(value):
            self.well_since = None
            return None
        if self.well_since is None:
            self.well_since = now
        if not self.flapping and len(self.raises) >= FLAPS and now - self.raises[0] <= FLAP_SPAN:
            self.flapping = True
            return Turned.FLAPS
        if self.flapping and now - self.well_since < STEADY:
            return None
        self.raised = self.flapping = False
        self.well_since = None
        return Turned.CLEARED
