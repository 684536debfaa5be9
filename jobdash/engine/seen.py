"""The values that jobs have, most frequent first: of a bounded sample, because completion must not wait."""

from collections import Counter
from itertools import islice

from jobdash.engine.fields import Field
from jobdash.engine.store import Store

SAMPLE = 10_000
MOST = 200


def seen(store: Store, field: Field) -> list[tuple[str, int]]:
    """Up to 200 values with how many of all jobs have each, estimated where there are more than 10,000 jobs."""
    if field.get is None:
        return []
    step = max(1, len(store) // SAMPLE)
    values = Counter(map(field.get, islice(iter(store), 0, None, step)))
    values.pop(None, None)
    return [(str(value), count * step) for value, count in values.most_common(MOST)]
