"""An engine on a state directory that an older program left."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from curb.rules.listing import RULES
from tests.store.migrations import older

from .live import desk

NOT_ENFORCED = {f"rules.{rule.key}.enabled": False for rule in RULES}


@pytest.mark.parametrize(
    ("make", "until", "steps"),
    [
        (older.v1, "2099-01-01 00:00:00", ["v1 to v2", "v2 to v5", "v5 to v6"]),
        (older.v1, None, ["v1 to v2", "v2 to v5", "v5 to v6"]),
        (older.v2, "2099-01-01 00:00:00", ["v2 to v5", "v5 to v6"]),
    ],
    ids=["v1", "v1 without an end", "v2"],
)
def test_its_lock_still_holds(
    tmp_path: Path, make: Callable[..., Path], until: str | None, steps: list[str]
) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **NOT_ENFORCED) as found:
            before = "2026-11-19 15:30:00"
            lock = (found.paper.account_id, 1, "DAILY_LOSS", before, until, "RULE-003", None, None)
            found.state_dir.mkdir(mode=0o700)
            make(found.state_dir / "state.db", {"lockouts": [lock]})
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            row = await engine.row("RULE-003", "close_position", "flatten", under_lock=True)
            assert row["success"]
            assert found.position("MNQ") == 0
            await engine.stop()
            told = (await engine.errors()).splitlines()
            done = [line.split(": ")[2] for line in told if ": schema v" in line]
            assert done == [f"schema {step}" for step in steps]

            engine = await found.engine()
            found.paper.place("ES", "buy", 1)
            await engine.row("RULE-003", "close_position", "flatten", under_lock=True)
            start = await engine.row("ENGINE", "start")
            assert not start["details"].get("lost")
            await engine.stop()
            assert await engine.errors() == ""

    asyncio.run(scene())
