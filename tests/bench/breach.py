"""From the event that breaks a limit to the request that closes: Curb, the floor, and peers.

The gateway stamps the moment before it writes the event and the moment at which the whole
request is there. One breach is under way at a time; clients take turns in rounds, in another
order each; samples during which the hypervisor took time away are left out, and of each
client's rounds the quieter half counts. The gateway has a core to itself, where there are two:
a broker computes on none of the trader's, and a request does not wait for what its sender does
next.
"""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import cores
from tests.bench.clients import BARE, CURB, FLOOR, KINDS, Kind, client, is_installed
from tests.bench.figures import Figure, quantile
from tests.bench.plain import Plain

Tell = Callable[[str], None]

_ANSWER_S = 5.0
_SETTLE_S = 2.0
_GAP_S = (0.002, 0.008)
_REST_S = 0.025
_STEAL_FIELD = 8


@dataclass(frozen=True, slots=True)
class BreachPlan:
    """How many rounds of how many samples, under which load."""

    rounds: int = 10
    samples: int = 120
    rates: tuple[int, ...] = (0, 500, 1_000)
    with_peers: bool = True
    warm_up: int = 20  # breaches that are not counted


@dataclass(slots=True)
class Taken:
    """What one client's rounds gave, in microseconds; `lost` breaches had no answer."""

    rounds: list[list[float]]
    lost: int = 0
    stolen: int = 0

    def quiet(self) -> list[float]:
        """Return the samples of the quieter half of the rounds."""
        whole = sorted((r for r in self.rounds if r), key=lambda r: quantile(r, 0.5))
        return [sample for r in whole[: (len(whole) + 1) // 2] for sample in r]


async def measure_breach(plan: BreachPlan, tell: Tell) -> list[Figure]:
    """Measure every load in turn, all clients in each."""
    kinds = [kind for kind in KINDS if plan.with_peers or not kind.needs]
    found: list[Figure] = []
    ready = []
    for kind in kinds:
        if await is_installed(kind):
            ready.append(kind)
        else:
            tell(f"{kind.name}: not installed, left out")
    with tempfile.TemporaryDirectory() as folder, cores.alone():
        async with AsyncExitStack() as stack:
            desks = [await stack.enter_async_context(_desk(k, Path(folder), plan)) for k in ready]
            for rate in plan.rates:
                tell(f"breach: {plan.rounds} rounds at {rate} quotes/s")
                found += _figures(rate, await _rounds(desks, rate, plan))
    return found


@asynccontextmanager
async def _desk(kind: Kind, folder: Path, plan: BreachPlan) -> AsyncIterator[tuple[Kind, Plain]]:
    home = folder / kind.name.replace(" ", "-").replace(",", "")
    home.mkdir()
    gateway = Plain()
    await gateway.start()
    try:
        async with client(kind, home, gateway):
            await settled(kind, gateway)
            for _ in range(plan.warm_up):
                await _sample(kind, gateway)
            yield kind, gateway
    finally:
        await gateway.stop()


async def _rounds(
    desks: Sequence[tuple[Kind, Plain]], rate: int, plan: BreachPlan
) -> dict[Kind, Taken]:
    taken = {kind: Taken([]) for kind, _ in desks}
    order = list(desks)
    for _ in range(plan.rounds):
        random.shuffle(order)
        for kind, gateway in order:
            # The floor is what an idle machine gives.
            pace = rate if kind is not FLOOR else 0
            async with quoting(gateway, pace):
                await one_round(kind, gateway, plan.samples, taken[kind])
    return taken


async def one_round(kind: Kind, gateway: Plain, samples: int, taken: Taken) -> None:
    """Add a round's samples to what was taken."""
    kept: list[float] = []
    for _ in range(samples):
        stolen = steal_ticks()
        took = await _sample(kind, gateway)
        if took is None:
            taken.lost += 1
        elif steal_ticks() != stolen:
            taken.stolen += 1
        else:
            kept.append(took)
    taken.rounds.append(kept)


async def _sample(kind: Kind, gateway: Plain) -> float | None:
    """Return the microseconds from the breach to its close, None where none came."""
    began, closed = gateway.breach()
    try:
        async with asyncio.timeout(_ANSWER_S):
            ended = await closed
    except TimeoutError:
        gateway.flat()
        return None
    gateway.flat()
    await settled(kind, gateway)
    await asyncio.sleep(random.uniform(*_GAP_S))  # noqa: S311 - out of step with everything
    return (ended - began) / 1000


async def settled(kind: Kind, gateway: Plain) -> None:
    """Wait until Curb has looked twice at what its close did, and asks for nothing more."""
    if not kind.is_curb:
        await asyncio.sleep(_REST_S)  # a process that slept as long is as cold
        return
    end = time.monotonic() + _SETTLE_S
    while time.monotonic() < end:
        before = len(gateway.requests)
        await asyncio.sleep(_REST_S)
        if len(gateway.requests) == before:
            return


@asynccontextmanager
async def quoting(gateway: Plain, rate: int) -> AsyncIterator[None]:
    """Let quotes come meanwhile, `rate` a second, in time with the clock."""
    pump = asyncio.create_task(_pump(gateway, rate)) if rate else None
    try:
        yield
    finally:
        if pump is not None:
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump


async def _pump(gateway: Plain, rate: int) -> None:
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    while True:
        due = int((loop.time() - began) * rate)
        while sent < due:
            gateway.publish("market", gateway.quote(sent))
            sent += 1
        await asyncio.sleep(1 / rate)


def steal_ticks() -> int:
    """Return how many ticks the hypervisor has taken; 0 where nobody tells."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    except OSError:
        return 0
    return int(first[_STEAL_FIELD]) if len(first) > _STEAL_FIELD else 0


def _figures(rate: int, taken: dict[Kind, Taken]) -> list[Figure]:
    floor = taken[FLOOR].quiet()
    if not floor:
        return [Figure("floor, samples left", 0, "", least=1)]
    load = f"at {rate} quotes/s" if rate else "quiet"
    half, worst = quantile(floor, 0.5), quantile(floor, 0.99)
    found = [
        Figure(f"floor, median ({load})", half, "us"),
        Figure(f"floor, 99th percentile ({load})", worst, "us"),
    ]
    for kind, each in taken.items():
        if kind is FLOOR:
            continue
        quiet, goals = each.quiet(), _goals(kind, rate)
        found.append(Figure(f"{kind.name}, unanswered ({load})", each.lost, "breaches", goals[2]))
        found.append(
            Figure(f"{kind.name}, samples ({load})", len(quiet), f"({each.stolen} stolen)")
        )
        if quiet:
            medium, late = quantile(quiet, 0.5) / half, quantile(quiet, 0.99) / worst
            found += [
                Figure(f"{kind.name}, median ({load})", medium, "x floor", goals[0]),
                Figure(f"{kind.name}, 99th percentile ({load})", late, "x floor", goals[1]),
            ]
    return found + _ratios(load, taken)


def _goals(kind: Kind, rate: int) -> tuple[float | None, float | None, float | None]:
    if kind is BARE:
        return (1.5 if not rate else None, 3.0 if not rate else None, 0)
    if kind is CURB:
        return (2.0 if not rate else None, {0: 3.0, 1_000: 5.0}.get(rate), 0)
    return (None, None, None)


def _ratios(load: str, taken: dict[Kind, Taken]) -> list[Figure]:
    """Return Curb against the others of the same rounds."""
    ours = taken[CURB].quiet()
    found = []
    for kind, each in taken.items():
        quiet = each.quiet()
        if kind in (FLOOR, CURB) or not quiet or not ours:
            continue
        most: tuple[float | None, float | None] = (None, None)
        if kind is BARE:
            most = (1.5, None)
        elif kind.name.startswith("project-x-py, pos"):
            most = (1 / 4, 1 / 5)
        for word, share, goal in (("median", 0.5, most[0]), ("99th percentile", 0.99, most[1])):
            ratio = quantile(ours, share) / quantile(quiet, share)
            found.append(Figure(f"Curb to {kind.name}, {word} ({load})", ratio, "times", goal))
    return found
