"""Quotes through the real client and engine, against the ceiling of reading and decoding alone.

A plain gateway floods each; an account event now and then must not be lost. The ceiling is
the product's own socket library with the product's own decoding into a table of last prices.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.breach import quoting, settled
from tests.bench.clients import CURB, Kind, client
from tests.bench.figures import Figure, quantile
from tests.bench.plain import Plain
from tests.bench.process import cpu_s

Tell = Callable[[str], None]

CEILING = Kind("ceiling", ("ceiling.py",))
_RATE = 10_000


@dataclass(frozen=True, slots=True)
class QuotesPlan:
    """How many rounds of how many quotes, and how long the sustained load lasts."""

    rounds: int = 8
    flood: int = 20_000
    sustained_s: float = 10
    rate: int = _RATE


async def measure_quotes(plan: QuotesPlan, tell: Tell) -> list[Figure]:
    """Measure a flood through both in turn, then a steady load through Curb."""
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = Plain(), Plain()
        for gateway in (ours, bare):
            await gateway.start()
        homes = [Path(folder) / name for name in ("curb", "ceiling")]
        for home in homes:
            home.mkdir()
        async with client(CURB, homes[0], ours) as pid, client(CEILING, homes[1], bare) as other:
            await _watching(ours)
            costs: dict[int, list[float]] = {pid: [], other: []}
            for number in range(plan.rounds):
                tell(f"quotes: round {number + 1} of {plan.rounds}")
                for gateway, each in ((ours, pid), (bare, other)):
                    costs[each].append(await _cost(gateway, each, plan))
            tell(f"quotes: {plan.rate} a second for {plan.sustained_s:g} s")
            figures = await _sustained(ours, pid, plan)
        for gateway in (ours, bare):
            await gateway.stop()
    cost, least = quantile(costs[pid], 0.5), quantile(costs[other], 0.5)
    return [
        Figure("ceiling, reading and decoding", 1 / least, "quotes/s of CPU"),
        Figure("client and engine", 1 / cost, "quotes/s of CPU"),
        Figure("client and engine to the ceiling", least / cost, "times", least=0.7),
        *figures,
    ]


async def _watching(gateway: Plain) -> None:
    """Let Curb hold a position within its limits, so that quotes are subscribed."""
    gateway.size = 1
    gateway.publish("user", gateway.position())
    async with asyncio.timeout(30):
        while "SubscribeContractQuotes" not in gateway.subscribed:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)


async def _cost(gateway: Plain, pid: int, plan: QuotesPlan) -> float:
    """Return the seconds of CPU that a quote costs the process."""
    began = cpu_s(pid)
    for number in range(plan.flood):
        gateway.publish("market", gateway.quote(number))
        if number % 100 == 99:
            await gateway.drained("market")
    await _caught_up(pid)
    return max(cpu_s(pid) - began, 1e-6) / plan.flood


async def _caught_up(pid: int) -> None:
    """Wait until the process has nothing left to do."""
    known = -1.0
    end = time.monotonic() + 30
    while (used := cpu_s(pid)) > known + 0.02 and time.monotonic() < end:
        known = used
        await asyncio.sleep(0.25)


async def _sustained(gateway: Plain, pid: int, plan: QuotesPlan) -> list[Figure]:
    """Tell of account events under load; each that arrived shows in what a close names."""
    began, sent = time.monotonic(), 0
    cpu = cpu_s(pid)
    late: list[float] = []
    async with quoting(gateway, plan.rate):
        while time.monotonic() - began < plan.sustained_s:
            start, closed = gateway.breach()
            sent += 1
            try:
                async with asyncio.timeout(5):
                    late.append((await closed - start) / 1e6)
            except TimeoutError:
                pass
            gateway.flat()
            await settled(CURB, gateway)
        took = time.monotonic() - began
    share = (cpu_s(pid) - cpu) / took * 100
    return [
        Figure("account events lost under it", sent - len(late), "events", 0),
        Figure("their answer, 99th percentile", quantile(late, 0.99) if late else 0, "ms"),
        Figure(f"CPU of the engine at {plan.rate} quotes/s", share, "% of a core"),
    ]
