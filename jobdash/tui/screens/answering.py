"""What a person has answered to a question so far: what they typed, which answer is marked, whether a yes counts."""

from dataclasses import dataclass, field
from enum import StrEnum

from jobdash.engine.friction import Friction

LONGEST = 200
"""Characters of a reason."""


class Place(StrEnum):
    """Where the keys go, in the order of `tab`; the dialog begins at SAFE."""

    SAFE = "safe"
    COUNT = "count"
    REASON = "reason"
    ACT = "act"


@dataclass(slots=True)
class Answering:
    """`marked` is where the person is; letters are text in COUNT and REASON, and answers elsewhere."""

    friction: Friction
    marked: Place = Place.SAFE
    texts: dict[Place, str] = field(default_factory=lambda: {Place.COUNT: "", Place.REASON: ""})

    @property
    def places(self) -> list[Place]:
        asked = {Place.COUNT: self.friction.typed is not None, Place.REASON: self.friction.reason}
        return [place for place in Place if asked.get(place, True)]

    @property
    def typing(self) -> bool:
        return self.marked in self.texts

    @property
    def missing(self) -> Place | None:
        """What must still be typed before a yes counts."""
        if self.friction.typed is not None and self.texts[Place.COUNT].replace(",", "") != str(self.friction.typed):
            return Place.COUNT
        return Place.REASON if self.friction.reason and not self.texts[Place.REASON].strip() else None

    @property
    def reason(self) -> str | None:
        return self.texts[Place.REASON].strip() or None

    def move(self, steps: int) -> None:
        """To another place, round and round."""
        places = self.places
        self.marked = places[(places.index(self.marked) + steps) % len(places)]

    def type(self, text: str) -> None:
        """Adds to the text that is marked."""
        if self.typing:
            harmless = "".join(char for char in text if char.isprintable())
            self.texts[self.marked] = (self.texts[self.marked] + harmless)[:LONGEST]

    def erase(self, *, all: bool = False) -> None:
        """Takes the last character away, or everything."""
        if self.typing:
            self.texts[self.marked] = "" if all else self.texts[self.marked][:-1]

    def yes(self) -> bool:
        """True when a yes counts; otherwise what is missing is marked."""
        if (missing := self.missing) is not None:
            self.marked = missing
        return missing is None
