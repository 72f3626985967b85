"""Enforcing goes on while a terminal is mistreated; the bound is generous, the bench measures."""

import asyncio
from pathlib import Path

from tests.bench.ordeals import Ordeal, guarding, stopped, storm, suffer, unread
from tests.bench.restart import measure_restart
from tests.bench.terminal import Terminal

BOUND_S = 5.0


def test_a_storm_of_sizes_and_a_stop_keep_no_breach_waiting(tmp_path: Path) -> None:
    async def rough(terminal: Terminal) -> None:
        await storm(terminal, seconds=1.0)
        await unread(terminal, seconds=1.0)

    async def scene() -> None:
        async with guarding(tmp_path) as (found, engine):
            gap, wrong = await suffer(found, Ordeal("rough", rough))
            assert gap.value < BOUND_S
            assert wrong.value == 0
            after = await stopped(found, engine, 1.0)
            assert after.value < BOUND_S

    asyncio.run(scene())


def test_every_step_of_a_restart_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_restart(1, told.append))
    assert told == ["restart 1 of 1"]
    names = [figure.name for figure in found if figure.most is not None]
    assert names == [
        *("restart to lock enforced, median", "restart to first snapshot, median"),
        "restart to live, median",
    ]
    assert all(figure.value > 0 for figure in found)
