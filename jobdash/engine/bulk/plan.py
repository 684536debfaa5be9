"""What a bulk would do, fixed at one moment: which jobs, as they were seen, and why others are left alone."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jobdash.model.command import Action, Command
from jobdash.model.job import Job, JobKey

AT_ONCE = 2_000
"""Jobs that are looked at before others may do something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The frozen set. `whys` says how many are left alone for which reason; `request` is how one will be sent."""

    action: Action
    commands: tuple[Command, ...]
    whys: Mapping[str, int]
    by_state: Mapping[str, int]
    by_server: Mapping[str, int]
    by_type: Mapping[str, int]
    request: str | None = None

    @property
    def left_out(self) -> int:
        """How many were meant, but cannot be asked for."""
        return sum(self.whys.values())


async def plan(
    action: Action,
    keys: Sequence[JobKey],
    *,
    job: Callable[[JobKey], Job | None],
    refusal: Callable[[Action, JobKey], str | None],
    request: Callable[[Command], str | None] = lambda command: None,
) -> Plan:
    """The plan for these jobs, each as it is known now."""
    commands: list[Command] = []
    whys: Counter[str] = Counter()
    states: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for number, key in enumerate(dict.fromkeys(keys), 1):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
        seen = job(key)
        why = refusal(action, key)
        if seen is None or why is not None:
            whys[why or f"job {key} is not known"] += 1
            continue
        states[seen.native_state] += 1
        types[seen.type or ""] += 1
        commands.append(
            Command(key=key, action=action, seen_native_state=seen.native_state, seen_attempts=seen.attempts)
        )
    return Plan(
        action=action,
        commands=tuple(commands),
        whys=dict(whys.most_common()),
        by_state=dict(states.most_common()),
        by_server=dict(Counter(command.key.server for command in commands).most_common()),
        by_type=dict(types.most_common()),
        request=request(commands[0]) if commands else None,
    )
