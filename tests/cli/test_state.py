"""What a kill leaves on the disk, and where the anchor of it stands."""

import asyncio
import json
import sqlite3
from pathlib import Path

from tests.cli.live import Desk, Engine, desk, until


def _database(found: Desk) -> Path:
    return found.state_dir / "state.db"


def _delete(found: Desk) -> None:
    for part in found.state_dir.glob("state.db*"):
        part.unlink()


def _reasons(engine: Engine) -> list[str]:
    """Why state was lost, as the audit has it."""
    locks = (r for r in engine.rows if (r["rule"], r["action"]) == ("ENGINE", "lock"))
    return [row["reason"] for row in locks]


def test_a_kill_right_after_a_lock_loses_nothing(tmp_path: Path) -> None:  # X6
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.move("MNQ", "21000")
            found.paper.place("MNQ", "buy", 2)
            found.move("MNQ", "20400")
            await engine.row("RULE-003", "flatten")
            await engine.kill()
            for _ in range(2):
                engine = await found.engine()
                found.paper.place("ES", "buy", 1)
                await engine.row("RULE-003", "close_position", under_lock=True)
                assert found.position("ES") == 0
                assert _reasons(engine) == []
                await engine.kill()

    asyncio.run(scene())


def test_the_embedded_paper_gateways_anchor_stands_with_its_state(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found, found.practice():
            engine = await found.engine()
            anchor = found.state_dir / f"account-{found.paper.account_id}.anchor"
            await until(anchor.exists)
            await engine.kill()
            assert anchor.stat().st_mode & 0o777 == 0o600
            assert not found.anchor.exists()
            _delete(found)
            engine = await found.engine()
            await engine.row("ENGINE", "lock")
            await engine.kill()

    asyncio.run(scene())


def test_timers_go_on_after_a_kill_where_they_were(tmp_path: Path) -> None:
    async def scene() -> None:
        changes = {"rules.no_stop_loss_grace.grace_s": 600, "rules.max_contracts.limit": 9}
        async with desk(tmp_path, **changes) as found:
            engine = await found.engine()
            for _ in range(4):
                found.paper.place("MNQ", "buy", 1)
            await engine.row("RULE-006", "cooldown")
            await until(lambda: len(_timers(found)) == 2)
            before = _timers(found)
            await engine.kill()
            engine = await found.engine()
            found.paper.place("MNQ", "sell", 1)
            await until(lambda: _ceilings(found) == [3])
            assert await engine.stop() == 0
            assert _timers(found) == before

    asyncio.run(scene())


def _timers(found: Desk) -> list[tuple[object, ...]]:
    """When each grace period and each lock began and ends."""
    return _query(
        found,
        "SELECT rule_id, started_at, due_at FROM timers"
        " UNION ALL SELECT rule_id, locked_at, locked_until FROM lockouts",
    )


def _ceilings(found: Desk) -> list[int]:
    rows = _query(found, "SELECT ceilings FROM lockouts")
    return [size for (text,) in rows for size in json.loads(str(text)).values()]


def _query(found: Desk, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(_database(found))
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows
