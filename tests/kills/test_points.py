"""A real engine is killed at every point that matters; the next one finds all it needs."""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path

import pytest

from tests.kills.play import ALONE, FREE, at_point, at_time, chunks, failures


async def together(plays: Mapping[str, Awaitable[None]]) -> None:
    """Play all of them to their end; raise what failed."""
    if failed := await failures(plays):
        raise ExceptionGroup(", ".join(failed), [*failed.values()])


@pytest.mark.parametrize("names", [*chunks(ALONE, 1), *chunks(FREE)], ids=", ".join)
def test_killed_at_a_point_it_loses_nothing_and_ends_no_lock(
    tmp_path: Path, names: list[str]
) -> None:
    asyncio.run(together({each: at_point(folder(tmp_path, each), each) for each in names}))


@pytest.mark.parametrize("seeds", chunks([*range(20)]), ids=str)
def test_killed_at_any_time_neither(tmp_path: Path, seeds: list[int]) -> None:
    plays = {str(each): at_time(folder(tmp_path, str(each)), each) for each in seeds}
    asyncio.run(together(plays))


def folder(tmp: Path, name: str) -> Path:
    path = tmp / name
    path.mkdir()
    return path
