"""What whoever opens jobdash says about health: the rules, who is told of alerts, and where the past is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jobdash.engine.alerts.defaults import DEFAULTS
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.notify.call import Teller
from jobdash.engine.notify.outbox import Manners


def default_rules() -> Sequence[Rule]:
    """The rules that hold without any config."""
    return rules_of((), DEFAULTS)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """`folder` None keeps nothing beyond the run; `problems` are sentences about what the config says wrongly.

    `who` is the person's name for acknowledgements.
    """

    rules: Sequence[Rule] = field(default_factory=default_rules)
    problems: Sequence[str] = ()
    folder: Path | None = None
    who: str = ""
    tellers: Sequence[Teller] = ()
    manners: Manners = field(default_factory=Manners)
