"""Hubs that are cut again and again are there again, know everything, and leave nothing behind."""

import asyncio
from pathlib import Path

from tests.faults.reconnects import cut, size
from tests.faults.stage import staged


def test_reconnects_leak_nothing(tmp_path: Path) -> None:
    """`python -m tests.faults reconnects` cuts them ten thousand times."""

    async def scene() -> None:
        async with staged(tmp_path, is_hurried=True, at_once=True) as stage:
            for number in range(5):
                await cut(stage, number)
            before = await size(stage)
            for number in range(30):
                await cut(stage, number)
            after = await size(stage)
            assert not after.is_leak_since(before), (before, after)

    asyncio.run(scene())
