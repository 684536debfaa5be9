"""Makes jobs share what they have in common: a million jobs have few queues, types and workers, and one key each."""

from operator import attrgetter

from jobdash.model.job import Job

SHARED = ("type", "queue", "worker", "priority", "native_state")
MOST = 4_096
SHORT = 64

NOTHING = (None,) * len(SHARED)

_values = attrgetter(*SHARED)


class Slim:
    """Before anybody has seen a job, its texts are replaced by equal ones that other jobs have; then it is frozen."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def __call__(self, job: Job, known: Job | None) -> Job:
        """The job itself, smaller; `known` is what it will replace."""
        if known is not None and job.key is not known.key:
            object.__setattr__(job, "key", known.key)
        texts = self._texts
        before = _values(known) if known is not None else NOTHING
        for name, text, was in zip(SHARED, _values(job), before, strict=True):
            if text is was or text is None:
                continue
            shared = texts.get(text)
            if shared is None:
                if len(texts) < MOST and len(text) <= SHORT:
                    texts[text] = text
            elif shared is not text:
                object.__setattr__(job, name, shared)
        return job
