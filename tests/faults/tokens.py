"""Tokens that end in the middle of a flatten: at a seeded moment, in a seeded way."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

from curb.wire import names
from tests.faults.stage import Stage

# How a token may end; beside each what else is laid.
ENDS = ("revoked", "expired", "rotated", "burst", "refused again", "hubs too")

_PATHS = (names.POSITION_CLOSE, names.POSITION_SEARCH_OPEN, names.ORDER_QUERY, names.ORDER_CANCEL)

# A flatten under a single fault (I1), and what a busy machine takes.
FLAT_S = 5.0


@dataclass(frozen=True, slots=True)
class Ending:
    """One seed: how the token ends, at which request, and when the breach comes."""

    seed: int
    how: str
    plan: tuple[dict[str, Any], ...]
    breach_after_s: float

    def __str__(self) -> str:
        """Return the seed and what it draws."""
        return f"seed {self.seed}: {self.how}"


def drawn(seed: int) -> Ending:
    """Return the ending of a seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    how = chance.choice(ENDS)
    return Ending(seed, how, tuple(_plan(how, chance)), chance.uniform(0, 0.5))


def _plan(how: str, chance: random.Random) -> Iterator[dict[str, Any]]:
    where, nth = chance.choice(_PATHS), chance.randint(1, 3)
    match how:
        case "revoked":
            yield {"knob": "auth.revoke", "where": where, "nth": nth}
        case "expired":
            yield {"knob": "auth.revoke", "times": 1}
            yield {"knob": "auth.ttl", "times": 1, "has": {"seconds": chance.uniform(0.1, 1.5)}}
        case "rotated":
            yield {"knob": "auth.revoke", "times": 1}
            yield {"knob": "auth.ttl", "times": 1, "has": {"seconds": chance.uniform(0.5, 3)}}
            yield {"knob": "auth.rotate"}
        case "burst":
            yield {"knob": "auth.burst", "where": where, "times": nth}
        case "refused again":
            yield {"knob": "auth.revoke", "where": where, "nth": nth}
            yield {"knob": "auth.validate_fail"}
            yield {"knob": "auth.burst", "where": names.POSITION_CLOSE, "times": 1}
        case _:
            yield {"knob": "auth.revoke", "where": where, "nth": nth}
            yield {"knob": "hub.drop", "times": 2, "has": {"seconds": chance.uniform(0.1, 0.5)}}


async def ended(stage: Stage, ending: Ending) -> float:
    """Let the token end while a breach is closed; return in how many seconds it was flat."""
    stage.lay(*ending.plan)
    await stage.wait(ending.breach_after_s)
    stage.breach(is_protected=ending.seed % 2 == 0)
    began = monotonic()
    await stage.flat()
    took = monotonic() - began
    stage.lay()
    stage.tidy()
    await stage.healed()
    return took
