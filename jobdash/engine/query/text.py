"""Compares texts: whole, by glob, or by looking into them; upper and lower case are the same."""

import re
from collections.abc import Callable
from fnmatch import translate

from jobdash.engine.query.pattern import Pattern, Timer
from jobdash.engine.query.tree import Op, Regex, Value

Verdict = Callable[[str], bool]

REMEMBERED = 4_096
GLOB = re.compile(r"[*?]")


def verdict(value: Value, *, inside: bool, timer: Timer, patterns: list[Pattern]) -> Verdict:
    """Whether a text fits `value`; `inside` is True when it need only contain it. Patterns are added to the list."""
    if isinstance(value, Regex):
        pattern = Pattern(value.pattern, value.position, timer)
        patterns.append(pattern)
        return pattern.found_in
    wanted = value.text.casefold()
    if not value.quoted and GLOB.search(wanted):
        return _glob(wanted, inside)
    if inside:
        return lambda text: wanted in text.casefold()
    return lambda text: text.casefold() == wanted


def compared(op: Op, wanted: str) -> Verdict:
    """Whether a text comes before or after `wanted` in the alphabet."""
    wanted = wanted.casefold()
    match op:
        case Op.LESS:
            return lambda text: text.casefold() < wanted
        case Op.AT_MOST:
            return lambda text: text.casefold() <= wanted
        case Op.MORE:
            return lambda text: text.casefold() > wanted
        case _:
            return lambda text: text.casefold() >= wanted


def any_of(verdicts: list[Verdict]) -> Verdict:
    """Whether a text fits one of them."""
    return verdicts[0] if len(verdicts) == 1 else lambda text: any(fits(text) for fits in verdicts)


def remembered(fits: Verdict) -> Verdict:
    """The same for texts that are few and come again and again."""
    known: dict[str, bool] = {}

    def recall(text: str) -> bool:
        answer = known.get(text)
        if answer is None:
            if len(known) >= REMEMBERED:
                known.clear()
            answer = known[text] = fits(text)
        return answer

    return recall


def _glob(wanted: str, inside: bool) -> Verdict:
    """Stars next to each other say no more than one, and many of them cost too much to look for at once."""
    simple = re.sub(r"\*[*?]*\*", "*", wanted).replace("[", "[[]")
    if inside:
        simple = f"*{simple.strip('*')}*"
    match = re.compile(translate(simple)).match
    return lambda text: match(text.casefold()) is not None
