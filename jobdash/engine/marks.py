"""The jobs that a person has marked: by identity, so that filtering, sorting and changes leave them alone."""

from collections.abc import Iterable, Iterator

from jobdash.model.job import JobKey


class Marks:
    """A set of keys; a job that is forgotten takes its mark along."""

    def __init__(self) -> None:
        self._keys: set[JobKey] = set()

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[JobKey]:
        return iter(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def toggle(self, key: JobKey) -> bool:
        """Marks a job or takes the mark away; True when it is marked now."""
        if key in self._keys:
            self._keys.remove(key)
            return False
        self._keys.add(key)
        return True

    def add(self, keys: Iterable[JobKey]) -> None:
        self._keys.update(keys)

    def drop(self, key: JobKey) -> bool:
        """Takes the mark of a job away; False when it had none."""
        if key not in self._keys:
            return False
        self._keys.remove(key)
        return True

    def clear(self) -> None:
        self._keys.clear()
