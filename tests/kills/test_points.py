"""A real engine is killed at every point that matters; the next one finds all it needs."""

import asyncio
import random
from collections.abc import Awaitable, Iterable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.cli.live import desk, start
from tests.kills.points import POINTS
from tests.kills.stage import (
    LOSS,
    is_quoted,
    killed,
    lose,
    never,
    open_position,
    recovers,
)

# Played beside each other: most of the time is that of the imports of their engines.
_BESIDE = 3
# These take the tokens of every gateway in the process.
_ALONE = [[name] for name, point in POINTS.items() if point.scene == "token"]
_FREE = [name for name, point in POINTS.items() if point.scene != "token"]
_TIMES = [*range(20)]


T = TypeVar("T")


def chunks(found: list[T]) -> list[list[T]]:
    return [found[at : at + _BESIDE] for at in range(0, len(found), _BESIDE)]


async def together(plays: Iterable[Awaitable[None]]) -> None:
    """Play all of them to their end; raise what failed."""
    ends = await asyncio.gather(*plays, return_exceptions=True)
    failed = [end for end in ends if isinstance(end, Exception)]
    if failed:
        raise ExceptionGroup("played beside each other", failed)


async def at_point(folder: Path, name: str) -> None:
    async with killed(folder, name) as (found, dead):
        await recovers(found, dead, POINTS[name].scene)


async def at_time(folder: Path, seed: int) -> None:
    """Kill while it starts, or soon after the loss has broken the rule."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    async with desk(folder, **LOSS) as found:
        open_position(found)
        engine = await start(found.config, found.state_dir, "--json", env=found.env)
        if seed % 2:
            while not (found.is_watched() and is_quoted(found)):
                await asyncio.sleep(0.01)
            wait_s = chance.uniform(0, 0.2)
        else:
            wait_s = chance.uniform(0, 3)
        losing = asyncio.create_task(lose(found, engine, never))
        await asyncio.sleep(wait_s)
        await engine.kill()
        await losing
        await recovers(found, engine, "breach")


@pytest.mark.parametrize("names", [*_ALONE, *chunks(_FREE)], ids=", ".join)
def test_killed_at_a_point_it_loses_nothing_and_ends_no_lock(
    tmp_path: Path, names: list[str]
) -> None:
    asyncio.run(together(at_point(folder(tmp_path, each), each) for each in names))


@pytest.mark.parametrize("seeds", chunks(_TIMES), ids=str)
def test_killed_at_any_time_neither(tmp_path: Path, seeds: list[int]) -> None:
    plays = (at_time(folder(tmp_path, str(each)), each) for each in seeds)
    asyncio.run(together(plays))


def folder(tmp: Path, name: str) -> Path:
    path = tmp / name
    path.mkdir()
    return path
