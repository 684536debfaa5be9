"""Judges the shape of a regular expression before it is compiled: which ones could take longer than a lifetime."""

import re
from dataclasses import dataclass

LONGEST = 300
MOST_REPEATS = 4
MOST_WAYS = 256
LONG_REPEAT = 10
LARGEST_COUNT = 1_000

BACKREFERENCE = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}", re.ASCII)
GROUP_START = re.compile(r"\(\?(?:[:=!>]|<[=!]|P<\w+>|[aiLmsux-]+:?)?")


@dataclass(slots=True)
class _Group:
    """What a group holds so far: open repeats, and in how many ways it can match."""

    repeats: int = 0
    ways: int = 1


def danger(pattern: str) -> tuple[int, str | None]:
    """How many open repeats there are, and why the pattern is refused, in one sentence; None when it is not."""
    if len(pattern) > LONGEST:
        return 0, f"the pattern is longer than {LONGEST} characters"
    if BACKREFERENCE.search(pattern):
        return 0, "a pattern that refers back to a group can take forever"
    judge = _Judge(pattern)
    problem = judge.problem()
    return judge.groups[0].repeats, problem


class _Judge:
    """Reads a pattern from left to right; it need not be valid, it must only never look harmless when it is not."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self.groups = [_Group()]

    def problem(self) -> str | None:
        while self._at < len(self._pattern):
            closed = self._item()
            if problem := self._quantified(closed):
                return problem
        while len(self.groups) > 1:
            self._close()
        whole = self.groups[0]
        if whole.repeats > MOST_REPEATS:
            return f"the pattern has more than {MOST_REPEATS} open repeats (`*`, `+`) and could take forever"
        return "the pattern can match in too many ways and could take forever" if whole.ways > MOST_WAYS else None

    def _item(self) -> _Group | None:
        """Steps over one item; a group that has just been closed is given back."""
        char = self._pattern[self._at]
        if char == "\\":
            self._at += 2
        elif char == "[":
            self._class()
        elif char == "(":
            match = GROUP_START.match(self._pattern, self._at)
            self._at = match.end() if match else self._at + 1
            self.groups.append(_Group())
        else:
            self._at += 1
            if char == "|":
                self.groups[-1].ways += 1
            if char == ")" and len(self.groups) > 1:
                return self._close()
        return None

    def _close(self) -> _Group:
        inner = self.groups.pop()
        self.groups[-1].repeats += inner.repeats
        self.groups[-1].ways *= inner.ways
        return inner

    def _class(self) -> None:
        at = self._at + 1
        at += self._pattern.startswith("^", at)
        at += self._pattern.startswith("]", at)
        while at < len(self._pattern) and self._pattern[at] != "]":
            at += 2 if self._pattern[at] == "\\" else 1
        self._at = at + 1

    def _quantified(self, closed: _Group | None) -> str | None:
        least, most = self._count()
        if most == 1 and least == 1:
            return None
        if most > LARGEST_COUNT and most != LARGEST_COUNT + 1:
            return f"the pattern repeats something more than {LARGEST_COUNT:,} times"
        if closed is not None and most > 1 and (closed.repeats or closed.ways > 1):
            return "a repeat around a repeat or a `|` can take forever; use [ab] for (a|b)"
        group = self.groups[-1]
        if most - least > LONG_REPEAT:
            group.repeats += 1
        else:
            group.ways *= most - least + 1
        return None

    def _count(self) -> tuple[int, int]:
        """How often the last item is repeated, at least and at most; open ends are one more than the largest count."""
        open_end = LARGEST_COUNT + 1
        char = self._pattern[self._at : self._at + 1]
        least, most = {"*": (0, open_end), "+": (1, open_end), "?": (0, 1)}.get(char, (1, 1))
        end = self._at + (char in ("*", "+", "?") and char != "")
        if (match := COUNT.match(self._pattern, self._at)) and (match[1] or match[3]):
            least = int(match[1][:9] or 0)
            most = least if not match[2] else int(match[3][:9]) if match[3] else open_end
            end = match.end()
        if end > self._at and self._pattern[end : end + 1] in ("?", "+"):
            end += 1
        self._at = end
        return least, max(least, most)
