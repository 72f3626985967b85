"""A real engine looks after an old database, and leaves it alone while anything is open."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from curb.cli.places import database_path
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.actions import Record, SaveAudit, SaveDay, SaveFill
from curb.domain.snapshot import Snapshot
from curb.store import retention
from curb.store.looking import looking
from curb.store.segments import FOLDER, verified_segments
from tests.cli.live import DEADLINE_S, Desk, desk, until
from tests.cli.test_wire import only
from tests.cli.test_wire_hours import ALWAYS, around
from tests.store.samples import FILL, ROW, opened

DRILLED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def old(found: Desk) -> list[Record]:
    """Return rows of long ago, and fills of the three days that stay."""
    now, account = found.paper.floor.clock.now(), found.paper.account_id
    rows = [
        SaveAudit(replace(ROW, id=number, at=now - timedelta(days=500), success=True))
        for number in range(1, 1_001)
    ]
    later = SaveAudit(replace(ROW, id=1_001, at=now - timedelta(days=300), success=True))
    fills = [
        SaveFill(
            replace(FILL, id=ago, account_id=account, at=now - timedelta(days=ago)),
            (now - timedelta(days=ago)).date(),
        )
        for ago in (40, 39, 30, 29, 28)
    ]
    days = [
        SaveDay(account, (now - timedelta(days=ago)).date(), Decimal(-1), now)
        for ago in (200, 100, 50)
    ]
    return [*rows, later, *fills, *days]


def counts(path: Path) -> tuple[int, ...]:
    """Return how many fills, days and old rows of the audit there are."""
    with looking(path) as connection:
        return tuple(
            connection.execute(sql).fetchone()[0]
            for sql in (
                "SELECT count(*) FROM trade_history WHERE id < 100",
                "SELECT count(*) FROM daily_pnl WHERE realized_pnl_micros = -1000000",
                "SELECT count(*) FROM enforcement_log WHERE id <= 1001",
            )
        )


async def drilled(found: Desk) -> None:
    """Wait until the engine shows when the last drill was."""
    async with connect(socket_path(found.state_dir)) as client, asyncio.timeout(DEADLINE_S):
        while True:
            reply = await client.command("status", timeout_s=DEADLINE_S)
            if codec.decode(Snapshot, reply.data).health.drill_at == DRILLED:
                return
            await asyncio.sleep(0.1)


def test_an_old_database_is_pruned_once_flat_outside_the_session(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            path = database_path(found.state_dir)
            async with opened(path) as database:
                await database.save(old(found))
            drill = found.state_dir / "backups" / "last-drill.json"
            drill.parent.mkdir()
            held = {"at": DRILLED.isoformat(), "ok": True, "name": "x", "seconds": 1, "words": ""}
            drill.write_text(json.dumps(held))
            hours = around(found, -7200, 10_800)
            rule = only("session_block_outside", **ALWAYS, **hours)
            found.write(**rule | {"rules.session_block_outside.mode": "warn"})
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=1)
            # It has looked once, and has the time to look again: what is open is left alone.
            await drilled(found)
            await asyncio.sleep(6)
            assert counts(path) == (5, 3, 1_001)
            assert not any(row["action"] == "upkeep" for row in engine.rows)
            found.paper.place("MNQ", "sell", 1)
            await found.rests()
            sealed = await engine.row("ENGINE", "upkeep", months=2)
            assert sealed["reason"].startswith("sealed 2 months of the audit")
            row = await engine.row("ENGINE", "upkeep", enforcement_log=1_000)
            assert row["details"]["trade_history"] == 3
            assert row["details"]["daily_pnl"] == 2
            assert counts(path) == (2, 1, 1)
            assert row["reason"] == (
                "took out what is old: 3 fills, 2 days, 1,000 rows of the audit"
            )
            with looking(path) as connection:
                (verdict, *_) = verified_segments(connection, found.state_dir / FOLDER)
            assert verdict.words == ""
            await until(lambda: retention.runs(path)[0].keys() >= {"prune", "seal", "optimize"})
            await engine.stop()

    asyncio.run(scene())
