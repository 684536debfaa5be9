"""How many jobs each rule's own query finds on each server, kept in step change by change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from jobdash.engine.alerts.rule import Rule
from jobdash.engine.query import Context, Query
from jobdash.engine.query.tree import And, Node, Op, Term, Text
from jobdash.engine.store import Change
from jobdash.engine.turns import Turns
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

PER_STEP = 50
NAMES = frozenset(str(state) for state in State)


class Matched:
    """The jobs that one rule finds. `states` are the only ones its query can be true for, None for all."""

    __slots__ = ("by_server", "query", "rule", "states", "turns")

    def __init__(self, rule: Rule, context: Context) -> None:
        self.rule = rule
        self.query = Query(rule.query or "", context)
        self.states = states_of(self.query.tree)
        self.by_server: dict[str, set[JobKey]] = {}
        self.turns = Turns()

    def finds(self, job: Job) -> bool:
        """Whether this job is meant."""
        if self.states is not None and job.state not in self.states:
            return False
        return _fits(job.queue, self.rule.queue) and _fits(job.type, self.rule.type) and self.query.matches(job)


class Matching:
    """Asks only the rules of the job's own server, and of these only those that mean its state."""

    def __init__(
        self,
        rules: Iterable[Rule],
        context: Context,
        get: Callable[[JobKey], Job | None],
        gone: Callable[[JobKey], bool],
    ) -> None:
        self._all = [Matched(rule, context) for rule in rules if rule.query is not None]
        self._context = context
        self._get = get
        self._gone = gone
        self._of: dict[str, list[tuple[set[JobKey], Matched]]] = {}

    @property
    def rules(self) -> Mapping[str, Matched]:
        return {matched.rule.name: matched for matched in self._all}

    def noticed(self, change: Change) -> None:
        """One change of the store."""
        if self._all:
            self._look(change.key, change.after)

    def pass_time(self) -> Iterator[None]:
        """Looks again at what may have changed by the mere passing of time, some jobs a step."""
        now = self._context.now()
        for matched in self._all:
            for number, key in enumerate(matched.turns.due(now), 1):
                self._look(key, self._get(key))
                if number % PER_STEP == 0:
                    yield

    def count(self, rule: Rule, server: str) -> float:
        """How many jobs of a server the rule's query finds now."""
        return float(next((len(found) for found, m in self._mine(server) if m.rule is rule), 0))

    def keys(self, rule: Rule, server: str) -> list[JobKey]:
        """The jobs of a server that the rule's query finds now."""
        return [key for found, matched in self._mine(server) if matched.rule is rule for key in found]

    def _look(self, key: JobKey, job: Job | None) -> None:
        if job is not None and self._gone(key):
            job = None
        for found, matched in self._mine(key.server):
            states = matched.states
            if job is not None and (states is None or job.state in states) and matched.finds(job):
                found.add(key)
            elif found:
                found.discard(key)
            if job is not None and matched.query.timed and (states is None or job.state in states):
                at = matched.query.next_turn(job, self._context.now())
                if at is not None:
                    matched.turns.set(key, at)

    def _mine(self, server: str) -> list[tuple[set[JobKey], Matched]]:
        mine = self._of.get(server)
        if mine is None:
            mine = self._of[server] = [
                (matched.by_server.setdefault(server, set()), matched)
                for matched in self._all
                if fnmatchcase(server, matched.rule.server)
            ]
        return mine


def states_of(tree: Node) -> frozenset[State] | None:
    """The states that a query asks for by name, where all of its terms must hold; None when it may be any."""
    for part in tree.parts if isinstance(tree, And) else (tree,):
        if isinstance(part, Term) and part.field == "state" and part.op in (Op.IS, Op.EQUAL):
            words = [value.text.lower() for value in part.values if isinstance(value, Text)]
            if len(words) == len(part.values) and all(word in NAMES for word in words):
                return frozenset(State(word) for word in words)
    return None


def _fits(name: str | None, glob: str | None) -> bool:
    return glob is None or (name is not None and fnmatchcase(name, glob))
