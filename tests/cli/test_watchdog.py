"""The watchdog: what counts as standing still, and a real engine that does."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from curb.cli.watchdog import STALLED, Stall, Watchdog
from tests.cli.live import ROOT, desk, spawned
from tests.cli.test_wire import only
from tests.kills.stage import HIGH, lose, never, open_position


@pytest.mark.parametrize(
    ("looks", "seconds"),
    [
        ([(1, 0.25), (2, 0.5)], [0, 0]),
        ([(0, 0.25), (0, 0.5), (0, 0.75)], [0.25, 0.5, 0.75]),
        # It goes on: what was is over.
        ([(0, 0.25), (1, 0.5), (1, 0.75)], [0.25, 0, 0.25]),
        # Stopped by a signal for an hour, both slept: one look does not count as an hour.
        ([(0, 3600.0), (0, 3600.25)], [1, 1.25]),
        ([(0, 3600.0), (1, 3600.25)], [1, 0]),
    ],
)
def test_a_stall_is_what_the_thread_saw_itself(
    looks: Sequence[tuple[int, float]], seconds: list[float]
) -> None:
    stall = Stall(0.0)
    assert [stall.look(beats, now) for beats, now in looks] == seconds


@pytest.mark.parametrize(
    ("late_s", "told"),
    [
        (0.0, []),
        (2.0, []),
        (2.1, ["nothing was decided for 2.1 s: the engine stood still"]),
        (9.96, ["nothing was decided for 10.0 s: the engine stood still"]),
    ],
)
def test_a_late_beat_is_told(late_s: float, told: list[str]) -> None:
    said: list[str] = []
    Watchdog(said.append).beat(late_s)
    assert said == told


@pytest.mark.parametrize(("seconds", "code"), [(3, 0), (60, STALLED)])
def test_an_engine_that_stands_still_tells_it_or_ends(
    tmp_path: Path, seconds: int, code: int
) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            open_position(found)
            flags = ("--config", str(found.config), "--state-dir", str(found.state_dir))
            line = ("-m", "tests.kills.stalled", str(seconds), "--json", *flags)
            engine = await spawned(*line, env=found.env, cwd=ROOT)
            await engine.row("ENGINE", "start")
            if code == 0:
                told = asyncio.create_task(engine.row("ENGINE", "warn"))
                await lose(found, engine, told.done)
                assert "the engine stood still" in (await told)["reason"]
                assert await engine.stop() == 0
                return
            await lose(found, engine, never)
            assert await engine.stop() == code
            *_, stack, words = (await engine.errors()).splitlines()
            assert words.startswith("curb: expected the engine to go on, it stood still for 10 s")
            assert stack.startswith("  File ")
            assert HIGH not in await engine.errors()

    asyncio.run(scene())


def test_an_engine_whose_every_thread_stands_still_ends_too(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            open_position(found)
            flags = ("--config", str(found.config), "--state-dir", str(found.state_dir))
            line = ("-m", "tests.kills.stalled", "held", "--json", *flags)
            engine = await spawned(*line, env=found.env, cwd=ROOT)
            await engine.row("ENGINE", "start")
            await lose(found, engine, never)
            assert await engine.stop() == -signal.SIGPROF
            said = await engine.errors()
            assert "Current thread" in said
            assert "stalled.py" in said
            assert HIGH not in said

    asyncio.run(scene())
