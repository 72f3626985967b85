"""How long an engine that was killed leaves nobody guarding: until locks, a snapshot, all links."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.errors import Busy, LinkLost
from curb.domain.snapshot import Snapshot
from tests.bench.figures import Figure, quantile
from tests.bench.process import cpu_s
from tests.cheats.stage import LOSING, Stage
from tests.cli.live import DEADLINE_S, Desk, desk, start

_LOCKED_S, _SNAPSHOT_S, _LIVE_S = 1.5, 3.0, 5.0


async def measure_restart(starts: int, tell: Callable[[str], None]) -> list[Figure]:
    """Kill a locked engine and start the next, a position open that it has to close."""
    found: dict[str, list[float]] = {"lock enforced": [], "first snapshot": [], "live": []}
    busy: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with desk(Path(folder), **LOSING) as place:
            stage = Stage(place)
            await stage.start()
            await stage.lose()
            for number in range(starts):
                tell(f"restart {number + 1} of {starts}")
                await stage.engine.kill()
                place.paper.place("ES", "buy", 1)
                began = time.monotonic()
                stage.started = await start(place.config, place.state_dir, env=place.env)
                ends = await asyncio.gather(_closed(place), *(_told(place, w) for w in _WORDS))
                for samples, end in zip(found.values(), ends, strict=True):
                    samples.append(end - began)
                busy.append(cpu_s(stage.engine.process.pid))
                await asyncio.sleep(2)  # the venue counts its requests
            await stage.stop()
    budgets = dict(zip(found, (_LOCKED_S, _SNAPSHOT_S, _LIVE_S), strict=True))
    return [
        Figure("processor of a restart until live, median", quantile(busy, 0.5), "s"),
        *_figures(found, budgets),
    ]


def _figures(found: Mapping[str, Sequence[float]], budgets: Mapping[str, float]) -> list[Figure]:
    return [
        figure
        for name, samples in found.items()
        for figure in (
            Figure(f"restart to {name}, median", quantile(samples, 0.5), "s", budgets[name]),
            Figure(f"restart to {name}, worst", max(samples), "s"),
        )
    ]


def _is_locked(snapshot: Snapshot) -> bool:
    return snapshot.accounts[0].state in ("LOCKED", "FLATTENING")


def _is_live(snapshot: Snapshot) -> bool:
    links = (snapshot.rest, snapshot.user_hub, snapshot.market_hub)
    return snapshot.is_ready and all(link.word == "ok" for link in links)


_WORDS = (_is_locked, _is_live)


async def _closed(found: Desk) -> float:
    async with asyncio.timeout(DEADLINE_S):
        while found.position("ES"):
            await asyncio.sleep(0.002)
    return time.monotonic()


async def _told(found: Desk, is_met: Callable[[Snapshot], bool]) -> float:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            with contextlib.suppress(Busy, LinkLost):
                async with connect(socket_path(found.state_dir)) as client:
                    reply = await client.command("status")
                    if is_met(codec.decode(Snapshot, reply.data)):
                        return time.monotonic()
            await asyncio.sleep(0.01)
