"""A token that ends in the middle of a flatten does not keep it from ending flat."""

import asyncio
from pathlib import Path

from tests.faults.stage import staged
from tests.faults.tokens import ENDS, drawn, ended


def test_every_way_to_end_is_drawn() -> None:
    assert {drawn(seed).how for seed in range(100)} == set(ENDS)


def test_tokens_that_end_in_mid_flatten(tmp_path: Path) -> None:
    """`python -m tests.faults tokens` plays more of them, and times each."""

    async def scene() -> None:
        async with staged(tmp_path, is_hurried=True) as stage:
            for seed in range(4):
                await ended(stage, drawn(seed))

    asyncio.run(scene())
