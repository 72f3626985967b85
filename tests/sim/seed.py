"""One seed: a day that goes wrong, then one that does not, and what must be true then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from curb.engine.policy import Policy
from tests.scene import NOON
from tests.sim import faults, rules
from tests.sim.day import Day
from tests.sim.endings import picture, same
from tests.sim.holding import Broken
from tests.sim.trace import Trace
from tests.sim.trader import Trader

# Noon, and a minute before the trading day ends, in Chicago.
_BEGINS = (NOON, NOON, NOON + timedelta(hours=4, minutes=59))
_SETTLES_S = 40  # a routine read of one who believes he is flat comes after 30


@dataclass(frozen=True)
class Played:
    """What came of a seed; `broken` is "" where everything held."""

    seed: int
    digest: str
    broken: str
    tail: tuple[str, ...]
    checked: dict[str, int]


def play(seed: int, tell: Callable[[str], None] | None = None) -> Played:
    """Play a seed: the same one comes out the same."""
    rng = Random(seed)  # noqa: S311 - reproducible, no secret
    trace = Trace(tell)
    file, menu, begin = rules.drawn(rng), faults.drawn(rng), rng.choice(_BEGINS)
    trace.note(begin, "seed", seed, menu)
    checked: dict[str, int] = {}
    try:
        day = Day(Policy.of(file), file, begin, rng=rng, faults=menu, trace=trace)
        checked = day.judge.checked
        _go(day, rng)
    except Broken as e:
        return Played(seed, trace.digest, str(e), tuple(trace.tail), checked)
    except Exception as e:  # noqa: BLE001 - an error of the engine is a finding too
        words = f"{type(e).__name__}: {e}"
        return Played(seed, trace.digest, words, tuple(trace.tail), checked)
    return Played(seed, trace.digest, "", (), checked)


def _go(day: Day, rng: Random) -> None:
    trader = Trader(day)
    day.run(rng.choice((20, 60, 120)))
    trader.rest()
    day.heal()
    day.run(_SETTLES_S)
    day.judge.settled(day)
    before = picture(day)
    day.die("on purpose")
    day.run(_SETTLES_S)
    day.judge.settled(day)
    same("I18", before, picture(day), day.now)
