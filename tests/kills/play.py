"""Plays kills, several beside each other: most of the time is that of their engines' imports."""

import asyncio
import random
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.cli.live import desk, start
from tests.kills.points import POINTS
from tests.kills.stage import LOSS, is_quoted, killed, lose, never, open_position, recovers

BESIDE = 3
# These take the tokens of every gateway in the process.
ALONE = [name for name, point in POINTS.items() if point.scene == "token"]
FREE = [name for name in POINTS if name not in ALONE]

T = TypeVar("T")


def chunks(found: Sequence[T], size: int = BESIDE) -> list[Sequence[T]]:
    """Return what is played beside each other."""
    return [found[at : at + size] for at in range(0, len(found), size)]


async def failures(plays: Mapping[str, Awaitable[None]]) -> dict[str, Exception]:
    """Play all of them to their end; return what failed, by its name."""
    ends = await asyncio.gather(*plays.values(), return_exceptions=True)
    named = zip(plays, ends, strict=True)
    return {name: end for name, end in named if isinstance(end, Exception)}


async def at_point(folder: Path, name: str) -> None:
    """Kill at a named point."""
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
