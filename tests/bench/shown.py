"""What a screen does to the way from breach to flatten: none, one that paints, one that stalls."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.breach import Taken, one_round, quoting, settled
from tests.bench.clients import CURB, FLOOR, client
from tests.bench.figures import Figure, quantile
from tests.bench.plain import Plain
from tests.bench.screen import SIZE
from tests.bench.terminal import TRUECOLOR, screen

Tell = Callable[[str], None]

_READY = b"CH-7"  # how the account is called there
_WAYS = ("no screen", "screen on", "terminal stalled")


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """How many rounds of how many samples, at which rates, and how long a terminal stalls."""

    rounds: int = 6
    samples: int = 200
    rates: tuple[int, ...] = (500, 1_000)
    stall_s: float = 30


@dataclass(frozen=True, slots=True)
class _Place:
    config: Path
    state_dir: Path


async def measure_shown(plan: ShownPlan, tell: Tell) -> list[Figure]:
    """Measure the three ways in turn, in another order each round, at every rate."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / name for name in ("curb", "floor")]
        for home in homes:
            home.mkdir()
        ours, bare = Plain(), Plain()
        for gateway in (ours, bare):
            await gateway.start()
        place = _Place(homes[0] / "config.toml", homes[0] / "state")
        async with client(CURB, homes[0], ours), client(FLOOR, homes[1], bare):
            await settled(CURB, ours)
            for rate in plan.rates:
                tell(f"screen on and off: {plan.rounds} rounds at {rate} quotes/s")
                taken = {way: Taken([]) for way in _WAYS}
                floor = Taken([])
                for _ in range(plan.rounds):
                    await one_round(FLOOR, bare, plan.samples, floor)
                    for way in random.sample(_WAYS, len(_WAYS)):
                        async with _screen(way, place, plan), quoting(ours, rate):
                            await one_round(CURB, ours, plan.samples, taken[way])
                found += _figures(rate, taken, floor)
        for gateway in (ours, bare):
            await gateway.stop()
    return found


@asynccontextmanager
async def _screen(way: str, place: _Place, plan: ShownPlan) -> AsyncIterator[None]:
    if way == _WAYS[0]:
        yield
        return
    async with screen(place, SIZE, TRUECOLOR) as terminal:
        await terminal.shows(_READY)
        if way == _WAYS[2]:
            asyncio.get_running_loop().remove_reader(terminal.master)
            await asyncio.sleep(plan.stall_s)
        yield


def _figures(rate: int, taken: dict[str, Taken], floor: Taken) -> list[Figure]:
    quiet = {way: each.quiet() for way, each in taken.items()}
    load = f"at {rate} quotes/s"
    found = [
        Figure(f"{way}, unanswered ({load})", each.lost, "breaches", 0)
        for way, each in taken.items()
    ]
    least = floor.quiet()
    if not least or not all(quiet.values()):
        return found
    none, on, stalled = (quiet[way] for way in _WAYS)
    for way, samples in quiet.items():
        most = 5.0 if (way, rate) == (_WAYS[1], 1_000) else None
        late = quantile(samples, 0.99) / quantile(least, 0.99)
        half = quantile(samples, 0.5) / quantile(least, 0.5)
        found.append(Figure(f"{way}, median ({load})", half, "x floor"))
        found.append(Figure(f"{way}, 99th percentile ({load})", late, "x floor", most))
    for name, samples, base, goals in (
        ("screen on to none", on, none, (1.3, 2.0)),
        ("stalled to screen on", stalled, on, (None, 3.0)),
    ):
        for word, share, goal in zip(
            ("median", "99th percentile"), (0.5, 0.99), goals, strict=True
        ):
            ratio = quantile(samples, share) / quantile(base, share)
            found.append(Figure(f"{name}, {word} ({load})", ratio, "times", goal))
    return found
