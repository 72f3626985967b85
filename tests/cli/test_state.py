"""State that was lost or tampered with between two starts: locked until the reset, never freed."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.live import Desk, Engine, desk, until

Cheat = Callable[[Desk], None]


def _database(found: Desk) -> Path:
    return found.state_dir / "state.db"


def _delete(found: Desk) -> None:
    for part in found.state_dir.glob("state.db*"):
        part.unlink()


def _delete_everything(found: Desk) -> None:
    shutil.rmtree(found.state_dir)


def _empty(found: Desk) -> None:
    _database(found).write_bytes(b"")


def _truncate(found: Desk) -> None:
    _database(found).write_bytes(_database(found).read_bytes()[:7000])


def _overwrite(found: Desk) -> None:
    _database(found).write_bytes(b"a note to myself\n" * 500)


def _other_directory(found: Desk) -> None:
    found.state_dir = found.state_dir.with_name("fresh")


def _delete_anchor(found: Desk) -> None:
    found.anchor.unlink()


def _break_anchor(found: Desk) -> None:
    found.anchor.write_text("{}")


def _swap_anchor(found: Desk) -> None:
    kept = found.state_dir / "kept"
    shutil.move(found.anchor, kept)
    found.anchor.symlink_to(kept)


def _sql(*statements: str) -> Cheat:
    def edit(found: Desk) -> None:
        connection = sqlite3.connect(_database(found), isolation_level=None)
        for sql in statements:
            connection.execute(sql)
        connection.close()

    return edit


CHEATS = {
    "delete the database": _delete,
    "delete the state directory": _delete_everything,
    "empty the database": _empty,
    "truncate the database": _truncate,
    "overwrite the database": _overwrite,
    "use another state directory": _other_directory,
    "delete the anchor": _delete_anchor,
    "break the anchor": _break_anchor,
    "put a link in the anchor's place": _swap_anchor,
    "unlock the lock row": _sql("UPDATE lockouts SET is_locked = 0"),
    "delete the lock row": _sql("DELETE FROM lockouts"),
    "end the lock sooner": _sql("UPDATE lockouts SET locked_until = locked_at"),
    "turn the kept clock forward": _sql(
        "REPLACE INTO engine_state VALUES ('last_seen_at', '2036-01-01T00:00:00.000000+00:00')"
    ),
    "plant a trigger": _sql(
        "CREATE TRIGGER t AFTER INSERT ON lockouts BEGIN DELETE FROM lockouts; END"
    ),
    "make a row unreadable": _sql("UPDATE lockouts SET locked_until = 'never'"),
    "forget what was sealed": _sql(
        "DELETE FROM lockouts", "DELETE FROM engine_state WHERE key LIKE 'anchor%'"
    ),
}


async def _locked(found: Desk) -> None:
    """Lose the day's limit, and stop in order."""
    engine = await found.engine()
    assert (await engine.row("ENGINE", "start"))["details"]["first"] is True
    found.move("MNQ", "21000")
    found.paper.place("MNQ", "buy", 2)
    found.move("MNQ", "20400")
    await engine.row("RULE-003", "flatten")
    assert await engine.stop() == 0


def _reasons(engine: Engine) -> list[str]:
    """Why state was lost, as the audit has it."""
    locks = (r for r in engine.rows if (r["rule"], r["action"]) == ("ENGINE", "lock"))
    return [row["reason"] for row in locks]


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_lost_or_tampered_state_locks_until_the_reset(tmp_path: Path, cheat: Cheat) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            await _locked(found)
            cheat(found)
            found.paper.place("ES", "buy", 1)
            engine = await found.engine()
            row = await engine.row("ENGINE", "lock")
            assert row["details"]["lock"]["kind"] == "lockout"
            assert row["details"]["lock"]["until"] is not None
            assert "first" not in engine.rows[0]["details"]
            await until(lambda: found.position("ES") == 0)
            await engine.stop()

    asyncio.run(scene())


def test_lost_state_is_not_forgotten_by_another_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            await _locked(found)
            _delete(found)
            for _ in range(2):  # killed at once, perhaps before anything is on the disk
                engine = await found.engine()
                await engine.kill()
            engine = await found.engine()
            found.paper.place("ES", "buy", 1)
            await engine.row("ENGINE", "close_position", under_lock=True)
            assert found.position("ES") == 0
            assert await engine.stop() == 0

            engine = await found.engine()
            found.paper.place("ES", "buy", 1)
            await engine.row("ENGINE", "close_position", under_lock=True)
            assert _reasons(engine) == []
            await engine.stop()

    asyncio.run(scene())


def test_an_older_copy_of_the_database_is_told_as_such(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            assert await engine.stop() == 0
            early = _database(found).read_bytes()
            engine = await found.engine()
            assert await engine.stop() == 0
            _database(found).write_bytes(early)
            engine = await found.engine()
            await engine.row("ENGINE", "lock")
            assert _reasons(engine)[0].startswith("the database was rolled back")
            await engine.stop()

    asyncio.run(scene())


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
