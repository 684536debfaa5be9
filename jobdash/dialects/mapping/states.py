"""The state table: a server's word to jobdash's state and the word to show, and back."""

from jobdash.dialects.mapping.tables import StateTable
from jobdash.model.state import State

DEFAULT = "default"


class States:
    """An unknown word is shown as it is; it means `default`, or State.UNKNOWN where the table has none."""

    def __init__(self, table: dict[str, StateTable]) -> None:
        self._default = table[DEFAULT].state if DEFAULT in table else State.UNKNOWN
        self._known = {native: (row.state, row.name or native) for native, row in table.items() if native != DEFAULT}
        self._folded = {native.casefold(): found[0] for native, found in self._known.items()}
        self._natives = {row.name: native for native, row in table.items() if row.name}

    @property
    def live(self) -> tuple[str, ...]:
        """The server's own words for states of jobs that have not ended."""
        return tuple(native for native, (state, _) in self._known.items() if not state.ended)

    def read(self, native: str) -> tuple[State, str]:
        """The state and the word to show; upper and lower case are the same where the table does not tell them."""
        return self._known.get(native) or (self._folded.get(native.casefold(), self._default), native)

    def native(self, shown: str) -> str:
        """The server's own word for a shown one."""
        return self._natives.get(shown, shown)

    def shown(self, word: str) -> str:
        """The word that is shown for what a mapping's author wrote, which may be either."""
        return self._known[word][1] if word in self._known else word
