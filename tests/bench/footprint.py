"""What Curb takes of a machine: imports, first frame, memory of both processes, idle CPU."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure, quantile, slope
from tests.bench.process import cpu_s, rss_mb
from tests.bench.screen import SIZE
from tests.bench.terminal import TRUECOLOR, Terminal, screen
from tests.bench.venue import quoting, venue
from tests.cli.live import Desk, desk

Tell = Callable[[str], None]

_READY = b"ARMED"
_RATE = 500
_TEN_MINUTES_S = 600


@dataclass(frozen=True, slots=True)
class FootprintPlan:
    """How often, and for how long; `slope_s` of 0 leaves the growth of memory out."""

    starts: int = 10
    idle_s: float = 30
    warm_up_s: float = 20
    slope_s: float = 0
    slope_warm_up_s: float = 180


async def measure_footprint(plan: FootprintPlan, tell: Tell) -> list[Figure]:
    """Measure each part in turn."""
    found = _imports(plan, tell)
    with tempfile.TemporaryDirectory() as folder:
        found += await _without_engine(Path(folder), plan, tell)
    with tempfile.TemporaryDirectory() as folder:
        async with venue(Path(folder)) as (place, engine):
            pid = engine.process.pid
            found += await _with_engine(place, plan, tell)
            async with quoting(place, _RATE), screen(place, SIZE, TRUECOLOR) as terminal:
                await terminal.shows(_READY)
                tell(f"memory at {_RATE} quotes/s")
                await asyncio.sleep(plan.warm_up_s)
                found += _memory(pid, terminal)
                if plan.slope_s:
                    await asyncio.sleep(plan.slope_warm_up_s)
                    found += await _growth(pid, terminal, plan)
            found += await _idle(place, pid, plan, tell)
    return found


def _imports(plan: FootprintPlan, tell: Tell) -> list[Figure]:
    tell("imports")
    names = {"engine": "curb.cli.engine", "screen": "curb.tui.app"}
    return [
        Figure(f"import of the {who}", _import_s(module, plan.starts), "s")
        for who, module in names.items()
    ]


def _import_s(module: str, times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        took.append(time.perf_counter() - began)
    return quantile(took, 0.5)


async def _without_engine(folder: Path, plan: FootprintPlan, tell: Tell) -> list[Figure]:
    """Measure a start from nothing: the screen starts the engine, too."""
    tell(f"first frame without an engine: {plan.starts} starts")
    took = []
    async with desk(folder) as place, place.practice():
        for number in range(plan.starts):
            place.state_dir = folder / f"state-{number}"
            async with _from_nothing(place, folder) as terminal:
                began = time.perf_counter()
                await terminal.shows(_READY)
                took.append(time.perf_counter() - began)
    return [Figure("first frame without an engine, median", quantile(took, 0.5), "s", 2.5)]


@asynccontextmanager
async def _from_nothing(place: Desk, folder: Path) -> AsyncIterator[Terminal]:
    """Start a screen where no engine runs, and end the engine that it started."""
    place.state_dir.mkdir(mode=0o700)
    key = (folder / "state" / "paper.json").read_text(encoding="utf-8")
    (place.state_dir / "paper.json").write_text(key, encoding="utf-8")
    try:
        async with screen(place, SIZE, TRUECOLOR) as terminal:
            yield terminal
    finally:
        for pid in _engines(place.state_dir):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)


def _engines(state_dir: Path) -> list[int]:
    """Return the engines of a state directory, by their command lines."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            if str(state_dir).encode() in words and b"curb" in words and b"run" in words:
                found.append(int(entry.name))
    return found


async def _with_engine(place: Desk, plan: FootprintPlan, tell: Tell) -> list[Figure]:
    tell(f"first frame: {plan.starts} starts")
    took = []
    for _ in range(plan.starts):
        began = time.perf_counter()
        async with screen(place, SIZE, TRUECOLOR) as terminal:
            await terminal.shows(_READY)
            took.append(time.perf_counter() - began)
    return [Figure("first frame with an engine, median", quantile(took, 0.5), "s", 1.0)]


def _memory(pid: int, terminal: Terminal) -> list[Figure]:
    engine, shown = rss_mb(pid), rss_mb(terminal.process.pid)
    return [
        Figure("memory of the engine", engine, "MB", 60),
        Figure("memory of the screen", shown, "MB"),
        Figure("memory of both", engine + shown, "MB", 100),
    ]


async def _growth(pid: int, terminal: Terminal, plan: FootprintPlan) -> list[Figure]:
    """Return the growth of each process, from so many minutes of the same load."""
    pids = {"engine": pid, "screen": terminal.process.pid}
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in pids}
    start = time.monotonic()
    while (age_s := time.monotonic() - start) < plan.slope_s:
        for name, each in pids.items():
            points[name].append((age_s / _TEN_MINUTES_S, rss_mb(each)))
        await asyncio.sleep(min(5, plan.slope_s / 10))
    return [
        Figure(f"growth of the {name}", slope(each), "MB in 10 minutes", 1)
        for name, each in points.items()
    ]


async def _idle(place: Desk, pid: int, plan: FootprintPlan, tell: Tell) -> list[Figure]:
    """Measure the engine while positions are open and no market moves."""
    tell(f"idle: {plan.idle_s:g} s")
    known, cpu, began = _requests(place), cpu_s(pid), time.monotonic()
    await asyncio.sleep(plan.idle_s)
    took = time.monotonic() - began
    return [
        Figure("CPU of an idle engine", (cpu_s(pid) - cpu) / took * 100, "% of a core"),
        Figure("requests a minute in positions", (_requests(place) - known) / took * 60, "", 200),
    ]


def _requests(place: Desk) -> int:
    return sum(1 for row in place.paper.record if row["kind"] == "request" and row.get("path"))
