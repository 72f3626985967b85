"""What the screen costs: CPU, bytes to the terminal, key to paint, first frame, memory."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure, quantile, slope
from tests.bench.process import cpu_s, rss_mb
from tests.bench.terminal import SIXTEEN, TRUECOLOR, Terminal, screen
from tests.bench.venue import quoting, venue
from tests.cli.live import Desk

SIZE = (120, 40)
_READY = b"ARMED"
_MEMORY_RATE = 500
_TEN_MINUTES_S = 600
# Pane titles that a key brings at once, and the next one takes away again.
_KEYS = ((b"2", "▸ 2 Daily".encode()), (b"5", "▸ 5 Audit".encode()))

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each part is measured."""

    rates: tuple[float, ...] = (50, 1000)
    seconds: float = 20
    keys: int = 200
    starts: int = 10
    warm_up_s: float = 5
    memory_s: float = 0  # 0: not measured
    memory_warm_up_s: float = 180


async def measure(plan: Plan, tell: Tell) -> list[Figure]:
    """Measure every part in turn, each on the same engine; `tell` hears of the progress."""
    with tempfile.TemporaryDirectory() as folder:
        async with venue(Path(folder)) as (found, engine):
            figures = await _first_frames(found, plan, tell)
            for rate in plan.rates:
                for name, depth, kb in (("truecolor", TRUECOLOR, 20), ("16 colors", SIXTEEN, 8)):
                    tell(f"{rate:g} quotes/s, {name}: {plan.seconds:g} s")
                    async with quoting(found, rate), screen(found, SIZE, depth) as terminal:
                        await terminal.shows(_READY)
                        await asyncio.sleep(plan.warm_up_s)
                        words = f"at {rate:g} quotes/s, {name}"
                        figures += await _steady(terminal, plan, words, kb)
            if plan.memory_s:
                figures += await _memory(found, engine.process.pid, plan, tell)
            return figures


async def _first_frames(found: Desk, plan: Plan, tell: Tell) -> list[Figure]:
    tell(f"first frame: {plan.starts} starts")
    took = []
    for _ in range(plan.starts):
        start = time.perf_counter()
        async with screen(found, SIZE, TRUECOLOR) as terminal:
            await terminal.shows(_READY)
            took.append(time.perf_counter() - start)
    return [
        Figure("first frame, median", quantile(took, 0.5), "s", 1.0),
        Figure("first frame, worst", max(took), "s"),
    ]


async def _steady(terminal: Terminal, plan: Plan, words: str, kb: float) -> list[Figure]:
    pid = terminal.process.pid
    cpu, written, start = cpu_s(pid), terminal.written, time.perf_counter()
    await asyncio.sleep(plan.seconds)
    took_s = time.perf_counter() - start
    share = (cpu_s(pid) - cpu) / took_s * 100
    rate = (terminal.written - written) / took_s / 1000
    late = []
    for i in range(plan.keys):
        late.append(await terminal.painted(*_KEYS[i % 2]) * 1000)
        # Not in step with the painter.
        await asyncio.sleep(0.013 * (i % 11))
    return [
        Figure(f"CPU of the screen {words}", share, "% of a core", 8),
        Figure(f"to the terminal {words}", rate, "kB/s", kb),
        Figure(f"key to paint, median {words}", quantile(late, 0.5), "ms"),
        Figure(f"key to paint, 95th percentile {words}", quantile(late, 0.95), "ms", 50),
    ]


async def _memory(found: Desk, engine: int, plan: Plan, tell: Tell) -> list[Figure]:
    minutes = (plan.memory_warm_up_s + plan.memory_s) / 60
    tell(f"memory at {_MEMORY_RATE} quotes/s: {minutes:g} minutes")
    async with quoting(found, _MEMORY_RATE), screen(found, SIZE, TRUECOLOR) as terminal:
        await terminal.shows(_READY)
        await asyncio.sleep(plan.memory_warm_up_s)
        pids = {"screen": terminal.process.pid, "engine": engine}
        points: dict[str, list[tuple[float, float]]] = {name: [] for name in pids}
        start = time.monotonic()
        while (age_s := time.monotonic() - start) < plan.memory_s:
            for name, pid in pids.items():
                points[name].append((age_s / _TEN_MINUTES_S, rss_mb(pid)))
            await asyncio.sleep(min(5, plan.memory_s / 10))
    return [
        figure
        for name, found_points in points.items()
        for figure in (
            Figure(f"memory of the {name}", found_points[-1][1], "MB"),
            Figure(f"growth of the {name}", slope(found_points), "MB in 10 minutes", 1),
        )
    ]
