"""RULE-003, 004 and 005 over real sockets: what is counted in dollars."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from curb.domain.snapshot import AccountView
from tests.cli.live import Desk, desk, until
from tests.cli.test_wire import only
from tests.cli.test_wire_hours import passes
from tests.matrix import Proof


@pytest.mark.proof(
    "RULE-003",
    near_miss="2 ES down 400, limit 500",
    breach="down 525 with a limit order resting, then 2 MNQ sold",
    recovery="2 MNQ after the reset",
)
def test_003_flattens_and_locks_at_the_days_loss(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("ES", "buy", 1, "limit", limit="5900")
            found.paper.place("ES", "buy", 2)
            await found.quoted("ES")
            found.move("ES", "5996")
            await engine.row("RULE-003", "warn")
            proof.show("near_miss", found)
            found.move("ES", "5994.75")
            row = await engine.row("RULE-003", "flatten")
            assert row["details"]["lock"]["kind"] == "lockout"
            found.paper.place("MNQ", "sell", 2)
            await engine.row("RULE-003", "close_position", symbol="MNQ", under_lock=True)
            assert (found.position("ES"), found.position("MNQ")) == (0, 0)
            proof.show("breach", found)
            reset = datetime.fromisoformat(row["details"]["lock"]["until"])
            await passes(found, reset - found.paper.floor.clock.now())
            await engine.row("RULE-003", "unlock")
            found.paper.place("MNQ", "buy", 2)
            await found.rests(MNQ=2)
            proof.show("recovery", found)
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.proof(
    "RULE-004",
    near_miss="2 MNQ down 299, limit 300",
    breach="down 300 beside one ES",
    recovery="2 MNQ again, down 299",
)
def test_004_closes_the_position_at_its_limit_and_no_other(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_unrealized_loss")) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            found.paper.place("ES", "sell", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            found.move("MNQ", "20925.25")
            await engine.row("RULE-004", "warn")
            proof.show("near_miss", found)
            found.move("MNQ", "20925")
            row = await engine.row("RULE-004", "close_position", symbol="MNQ")
            assert Decimal(row["details"]["value"]) == -300
            assert row["execution_time_ms"] is not None
            assert (found.position("ES"), found.position("MNQ")) == (-1, 0)
            proof.show("breach", found)
            found.paper.place("MNQ", "buy", 2)
            await found.rests(ES=-1, MNQ=2)
            found.move("MNQ", "20850.25")
            await engine.row("RULE-004", "warn", times=2)
            proof.show("recovery", found)
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.proof(
    "RULE-005",
    near_miss="2 MNQ up 999, target 1000",
    breach="up 1000 beside one ES",
    recovery="2 MNQ again, up 999",
)
def test_005_takes_the_profit_at_its_target(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_unrealized_profit")) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            found.paper.place("ES", "sell", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            found.move("MNQ", "21249.75")
            await engine.row("RULE-005", "warn")
            proof.show("near_miss", found)
            found.move("MNQ", "21250")
            row = await engine.row("RULE-005", "close_position", symbol="MNQ")
            assert Decimal(row["details"]["value"]) == 1000
            assert (found.position("ES"), found.position("MNQ")) == (-1, 0)
            proof.show("breach", found)
            found.paper.place("MNQ", "buy", 2)
            await found.rests(ES=-1, MNQ=2)
            found.move("MNQ", "21499.75")
            await engine.row("RULE-005", "warn", times=2)
            proof.show("recovery", found)
            await engine.stop()

    asyncio.run(scene())


def test_003_losses_add_up_to_the_limit_and_not_before(tmp_path: Path) -> None:
    rule = only("daily_realized_loss", basis="realized") | {"day.pnl_basis": "gross"}
    total = Decimal(0)

    def is_counted(account: AccountView) -> bool:
        return account.pnl.realized == total

    async def scene() -> None:
        nonlocal total
        async with desk(tmp_path, **rule) as found:
            engine = await found.engine()
            for ticks in (200, 100, -400, -899, -1):  # 0.50 each: 3.2, then to 499.50 and 500
                assert kept_locks(found) == []
                found.move("MNQ", "21000")
                found.paper.place("MNQ", "buy", 1)
                await found.rests(MNQ=1)
                found.move("MNQ", str(21000 + ticks * Decimal("0.25")))
                found.paper.place("MNQ", "sell", 1)
                total += ticks * Decimal("0.5")
                await found.shown(is_counted)
                await found.rests()
            await until(lambda: kept_locks(found) == ["RULE-003"])
            assert found.asked() == []
            found.paper.place("ES", "buy", 1)
            await engine.row("RULE-003", "close_position", under_lock=True)
            assert found.asked() == ["closeContract ES"]
            await engine.stop()

    asyncio.run(scene())


def database(found: Desk) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{found.state_dir / 'state.db'}?mode=ro", uri=True)


def kept_locks(found: Desk) -> list[str]:
    """Return the rules whose locks stand in the database."""
    with closing(database(found)) as connection:
        rows = connection.execute("SELECT rule_id FROM lockouts WHERE is_locked = 1")
        return [rule for (rule,) in rows]


def test_003_the_lock_outlives_a_crash(tmp_path: Path) -> None:
    """X6 kill -9 as soon as the lock is written."""

    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("ES", "buy", 2)
            await found.quoted("ES")
            found.move("ES", "5996")
            found.move("ES", "5994.75")
            await until(lambda: kept_locks(found) == ["RULE-003"])
            await engine.kill()
            found.paper.place("ES", "buy", 1)  # while nobody watches
            again = await found.engine()
            # The flatten goes on; where it had ended, the new position is an attempt.
            await again.row("RULE-003", "flatten", "close_position")
            found.paper.place("MNQ", "sell", 2)  # while it does
            await again.row("RULE-003", "close_position", symbol="MNQ", under_lock=True)
            assert (found.position("ES"), found.position("MNQ")) == (0, 0)
            assert kept_locks(found) == ["RULE-003"]
            await again.stop()

    asyncio.run(scene())


def test_004_by_account_locks(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_unrealized_loss", scope="account")) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.paper.place("ES", "sell", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            found.move("MNQ", "20900")
            found.move("ES", "6002")
            row = await engine.row("RULE-004", "flatten")
            assert row["details"]["lock"]["kind"] == "lockout"
            assert (found.position("ES"), found.position("MNQ")) == (0, 0)
            await engine.stop()

    asyncio.run(scene())


def kept_ticks(found: Desk) -> list[int]:
    """Return the high-water marks in the database."""
    with closing(database(found)) as connection:
        return [ticks for (ticks,) in connection.execute("SELECT ticks FROM marks")]


def test_005_an_armed_position_is_closed_at_breakeven_also_after_a_crash(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_unrealized_profit", exit="breakeven")) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.paper.place("ES", "buy", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            found.move("ES", "6004.75")  # a tick short of arming
            found.move("MNQ", "21005")
            await until(lambda: sorted(kept_ticks(found)) == [19, 20])
            await engine.kill()
            again = await found.engine()
            await found.quoted("MNQ", 2)
            await found.quoted("ES", 2)
            found.move("ES", "5999")
            found.move("MNQ", "21000.25")
            found.move("MNQ", "21000")
            row = await again.row("RULE-005", "close_position", symbol="MNQ")
            assert "after 20 ticks" in row["reason"]
            assert (found.position("MNQ"), found.position("ES")) == (0, 1)
            await until(lambda: kept_ticks(found) == [19])
            await again.stop()

    asyncio.run(scene())
