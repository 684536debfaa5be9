"""All jobs in one order, whatever is shown of them: the rank of each by its key, and the ranks in order."""

from collections.abc import Callable, Iterable

from jobdash.engine.ranking import Rank, Ranking
from jobdash.engine.ranks import Ranks
from jobdash.engine.rows import Rows
from jobdash.engine.store import Change
from jobdash.model.job import Job, JobKey


class Index:
    """`growing` are the jobs whose rank changes by the mere passing of time."""

    def __init__(self, ranking: Ranking, jobs: Iterable[Job] = ()) -> None:
        self.ranking = ranking
        self.ranks = Ranks(map(ranking.rank, jobs))
        self.rows = Rows(sorted(self.ranks))
        self.growing: set[JobKey] = set()
        if ranking.grows is not None:
            self.growing.update(job.key for job in jobs if ranking.grows(job))

    def follow(self, change: Change) -> tuple[Rank | None, Rank | None]:
        """The rank before and after; the same object when nothing moved."""
        if self.lets_go_on(change) and (rank := self.ranks.get(change.key)) is not None:
            return rank, rank
        return self.place(change.after) if change.after is not None else (self.drop(change.key), None)

    def lets_go_on(self, change: Change) -> bool:
        """True when this change moves no job; one that has ended may be sorted by when it was last spoken of."""
        job = change.after
        return change.of_progress and not self.ranking.by_progress and job is not None and not job.state.ended

    def place(self, job: Job) -> tuple[Rank | None, Rank]:
        """Puts a job where it belongs now."""
        key = job.key
        old, new = self.ranks.get(key), self.ranking.rank(job)
        if old == new:
            return old, old if old is not None else new
        if old is not None:
            self.rows.discard(old)
        self.rows.add(new)
        self.ranks[key] = new
        self.note_growth(job)
        return old, new

    def drop(self, key: JobKey) -> Rank | None:
        """Forgets a job; the rank it had."""
        old = self.ranks.pop(key)
        if old is not None:
            self.rows.discard(old)
            self.growing.discard(key)
        return old

    def let_go(self, over: Callable[[], bool]) -> bool:
        """Frees memory until time is `over`; True while there is more."""
        self.rows = Rows()
        return self.ranks.let_go(over)

    def note_growth(self, job: Job) -> None:
        """Remembers whether the rank of this job will have to be looked at again."""
        if self.ranking.grows is not None:
            (self.growing.add if self.ranking.grows(job) else self.growing.discard)(job.key)
