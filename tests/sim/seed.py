"""One seed: a day that goes wrong, then one that does not, and what must be true then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tests.scene import NOON
from tests.sim import plans, rules
from tests.sim.checks import AT_EVENTS
from tests.sim.day import Day
from tests.sim.endings import picture, same, settled
from tests.sim.holding import Broken
from tests.sim.judge import Judge
from tests.sim.network import instead_of_sockets
from tests.sim.plans import Menu
from tests.sim.trace import Trace
from tests.sim.trader import Trader
from tests.sim.virtual import run

# Noon, and a minute before the trading day ends, in Chicago.
_BEGINS = (NOON, NOON, NOON + timedelta(hours=4, minutes=59))
_BEGINS_S = 2.0  # the first start is in peace
# Fills that no hub told are read every 45 s by one who is flat, with the next routine read;
# a hub that failed is tried again after 36 at most.
_SETTLES_S = 60.0
_RESTARTS_S = 15.0  # in peace: the first read comes at once


@dataclass
class Played:
    """What came of a seed; `broken` is "" where everything held."""

    seed: int
    digest: str = ""
    broken: str = ""
    tail: tuple[str, ...] = ()
    checked: dict[str, int] = field(default_factory=dict)
    fired: dict[str, int] = field(default_factory=dict)
    deaths: int = 0


def play(seed: int, tell: Callable[[str], None] | None = None, menu: Menu | None = None) -> Played:
    """Play a seed: the same one comes out the same. `menu` plays it with these faults."""
    rng = Random(f"{seed} day")  # noqa: S311 - reproducible, no secret
    trace = Trace(tell)
    played = Played(seed)
    file, drawn, begin = rules.drawn(rng), plans.drawn(rng, seed), rng.choice(_BEGINS)
    menu = menu or drawn
    trace.note(begin, "seed", seed, menu)

    async def work() -> None:
        day = Day(seed, file, menu, trace, Judge(AT_EVENTS))
        try:
            await _go(day, rng)
        finally:
            played.checked = day.judge.checked
            played.fired = {knob: n for knob, n in day.broker.fired.items() if n}
            played.deaths = day.deaths
            day.disk.close()

    try:
        with instead_of_sockets():
            run(work(), begin, seed)
    except Broken as e:
        played.broken = str(e)
    except Exception as e:  # noqa: BLE001 - an error of the engine is a finding too
        played.broken = f"{type(e).__name__}: {e}"
    played.digest = trace.digest
    played.tail = tuple(trace.tail) if played.broken else ()
    return played


async def _go(day: Day, rng: Random) -> None:
    await day.run(_BEGINS_S)
    day.lay()
    trader = Trader(day)
    await day.run(rng.choice((20, 60, 120)))
    trader.rest()
    day.heal()
    await day.run(_SETTLES_S)
    await settled(day)
    before = picture(day)
    day.die("on purpose")
    await day.run(_RESTARTS_S)
    await settled(day)
    if not day.broker.fired["contract.mutate"]:
        # Who starts learns tick values that changed meanwhile, and judges by them.
        same("I18", before, picture(day), day.now)
