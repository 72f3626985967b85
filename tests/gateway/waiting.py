"""Waiting for a condition, never for a time."""

import asyncio
from collections.abc import Callable

DEADLINE_S = 15.0


async def until(condition: Callable[[], object]) -> None:
    """Return once the condition holds; fail after a deadline that only a hang can reach."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.002)
