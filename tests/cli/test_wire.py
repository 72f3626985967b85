"""The rules over real sockets: the breach, the close at the venue, the row that tells."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from curb.domain.windows import WEEKDAYS
from curb.rules.listing import RULES
from tests.cli.live import Desk, config_text, desk, until
from tests.cli.test_commands import curb

OFF = {f"rules.{rule.key}.enabled": False for rule in RULES}


def only(key: str, **changes: Any) -> dict[str, Any]:
    """Return a configuration in which one rule watches."""
    return (
        OFF | {f"rules.{key}.enabled": True} | {f"rules.{key}.{k}": v for k, v in changes.items()}
    )


def test_001_flattens_when_too_many_contracts_are_open(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_contracts")) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 4)
            found.paper.place("ES", "buy", 2)
            row = await engine.row("RULE-001", "flatten")
            assert "6 contracts" in row["reason"]
            assert row["execution_time_ms"] is not None
            assert (found.position("MNQ"), found.position("ES")) == (0, 0)
            assert await engine.stop() == 0

    asyncio.run(scene())


def test_002_cuts_a_symbol_to_its_limit(tmp_path: Path) -> None:
    async def scene() -> None:
        rule = only("max_contracts_per_instrument", limits={"MNQ": 2})
        async with desk(tmp_path, **rule) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "sell", 3)
            await engine.row("RULE-002", "reduce_position")
            assert found.position("MNQ") == -2
            found.paper.place("RTY", "buy", 1)
            await engine.row("RULE-002", "close_position")
            assert found.position("RTY") == 0
            await engine.stop()

    asyncio.run(scene())


def test_003_locks_for_the_day_and_the_lock_outlives_a_crash(tmp_path: Path) -> None:
    """X6 kill -9 while locked."""

    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("ES", "buy", 2)
            await found.quoted("ES")
            found.move("ES", "5996")
            found.move("ES", "5994.75")
            row = await engine.row("RULE-003", "flatten")
            assert row["details"]["lock"]["kind"] == "lockout"
            assert found.position("ES") == 0
            await engine.kill()
            found.paper.place("ES", "buy", 1)  # while nobody watches
            again = await found.engine()
            await again.row("RULE-003", "close_position", symbol="ES", under_lock=True)
            found.paper.place("MNQ", "sell", 2)  # while it does
            await again.row("RULE-003", "close_position", symbol="MNQ", under_lock=True)
            assert (found.position("ES"), found.position("MNQ")) == (0, 0)
            await again.stop()

    asyncio.run(scene())


def test_006_cools_down_and_closes_what_is_added(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("trade_frequency_limit")) as found:
            engine = await found.engine()
            for _ in range(4):
                found.paper.place("MNQ", "buy", 1)
            await engine.row("RULE-006", "cooldown")
            found.paper.place("MNQ", "buy", 2)
            row = await engine.row("RULE-006", "reduce_position", under_lock=True)
            assert row["details"]["targets"] == {found.paper.contract("MNQ"): 4}
            assert found.position("MNQ") == 4
            await engine.stop()

    asyncio.run(scene())


def closes(found: Desk, symbol: str) -> int:
    """Return how many closes of the symbol the venue was asked for."""
    contract = found.paper.contract(symbol)
    paths = ("/api/Position/closeContract", "/api/Position/partialCloseContract")
    asked = (row for row in found.paper.record if row.get("path") in paths)
    return sum(row["body"]["contractId"] == contract for row in asked)


def test_004_closes_the_position_at_its_limit_and_no_other(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_unrealized_loss")) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            found.paper.place("ES", "sell", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            found.move("MNQ", "20925.25")  # a dollar short
            found.move("ES", "6006")
            row = await engine.row("RULE-004", "close_position", symbol="ES")
            assert Decimal(row["details"]["open"]) == -300
            assert row["execution_time_ms"] is not None
            assert (found.position("ES"), found.position("MNQ")) == (0, 2)
            assert closes(found, "MNQ") == 0
            found.paper.place("ES", "sell", 1)  # nothing is locked
            found.move("MNQ", "20925")
            await engine.row("RULE-004", "close_position", symbol="MNQ")
            assert (found.position("ES"), found.position("MNQ")) == (-1, 0)
            assert (closes(found, "ES"), closes(found, "MNQ")) == (1, 1)
            await engine.stop()

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


def test_005_takes_the_profit_at_its_target(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_unrealized_profit")) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            found.paper.place("ES", "sell", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            found.move("MNQ", "21249.75")  # a dollar short
            found.move("ES", "5980")
            row = await engine.row("RULE-005", "close_position", symbol="ES")
            assert Decimal(row["details"]["open"]) == 1000
            assert (found.position("ES"), found.position("MNQ")) == (0, 2)
            assert closes(found, "MNQ") == 0
            found.paper.place("ES", "sell", 1)  # nothing is locked
            found.move("MNQ", "21250")
            await engine.row("RULE-005", "close_position", symbol="MNQ")
            assert (found.position("ES"), found.position("MNQ")) == (-1, 0)
            assert (closes(found, "ES"), closes(found, "MNQ")) == (1, 1)
            await engine.stop()

    asyncio.run(scene())


def kept_ticks(found: Desk) -> list[int]:
    """Return the high-water marks in the database."""
    path = found.state_dir / "state.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
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
            assert closes(found, "ES") == 0
            await until(lambda: kept_ticks(found) == [19])
            await again.stop()

    asyncio.run(scene())


def test_007_cools_down_after_a_loss_and_not_after_a_smaller_one(tmp_path: Path) -> None:
    tiers = [{"loss": 100, "cooldown_s": 9}, {"loss": 200, "cooldown_s": 10}]

    async def scene() -> None:
        async with desk(tmp_path, **only("cooldown_after_loss", tiers=tiers)) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.move("MNQ", "20955")
            found.paper.place("MNQ", "sell", 1)  # 90 and its fees: not enough
            found.paper.place("ES", "buy", 2)
            found.move("ES", "5997.75")
            found.paper.place("ES", "sell", 1)
            row = await engine.row("RULE-007", "cooldown", symbol="ES", cooldown_s=9)
            assert [r["rule"] for r in engine.rows].count("RULE-007") == 1
            assert row["details"]["lock"]["kind"] == "cooldown"
            found.paper.place("ES", "buy", 1)
            row = await engine.row("RULE-007", "reduce_position", under_lock=True)
            assert row["details"]["targets"] == {found.paper.contract("ES"): 1}
            assert found.position("ES") == 1
            await engine.row("RULE-007", "unlock")
            closed = closes(found, "ES")
            found.paper.place("ES", "buy", 2)
            found.move("ES", "5995.25")
            found.paper.place("ES", "sell", 2)  # the next loss, so that all before it was seen
            await engine.row("RULE-007", "cooldown", cooldown_s=10)
            assert (found.position("ES"), closes(found, "ES")) == (1, closed)
            assert closes(found, "MNQ") == 0
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.parametrize("has_stop", [False, True], ids=["without a stop", "with one"])
def test_008_closes_what_has_no_stop(tmp_path: Path, has_stop: bool) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("no_stop_loss_grace", grace_s=1)) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            if has_stop:
                found.paper.place("MNQ", "buy", 1)
                found.paper.place("MNQ", "sell", 1, "stop", stop="20950")
            found.paper.place("ES", "buy", 1)
            row = await engine.row("RULE-008", "close_position")
            assert row["symbol"] == "ES"
            assert found.position("ES") == 0
            assert found.position("MNQ") == (1 if has_stop else 0)
            await engine.stop()

    asyncio.run(scene())


def around(found: Desk, before_s: int, after_s: int) -> dict[str, str]:
    """Return hours in UTC that begin and end so many seconds from now."""
    now = found.paper.floor.clock.now()
    begin, end = (now + timedelta(seconds=s) for s in (-before_s, after_s))
    return {"start": f"{begin:%H:%M}", "end": f"{end:%H:%M}"}


# Every day is a session's, whenever the test runs.
ALWAYS = {"timezone": "UTC", "days": list(WEEKDAYS), "holidays": [], "early_closes": {}}


def test_009_flattens_at_the_sessions_end_and_locks_until_the_next(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            hours = around(found, 3600, 3600)
            found.write(**only("session_block_outside", **ALWAYS, **hours))
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            order = found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            await found.quoted("MNQ")
            assert closes(found, "MNQ") == 0  # inside the hours
            found.paper.pass_time(timedelta(minutes=90))
            row = await engine.row("RULE-009", "flatten")
            assert f"is outside {hours['start']}-{hours['end']}" in row["reason"]
            assert row["details"]["lock"]["kind"] == "lockout"
            assert (found.position("MNQ"), closes(found, "MNQ")) == (0, 1)
            assert not found.paper.exchange.orders[order].is_working
            found.paper.place("ES", "sell", 1)
            await engine.row("RULE-009", "close_position", symbol="ES", under_lock=True)
            until_next = datetime.fromisoformat(row["details"]["lock"]["until"])
            found.paper.pass_time(until_next - found.paper.floor.clock.now())
            found.paper.place("NQ", "buy", 1)  # asks the venue, and so hears the time
            await engine.row("RULE-009", "unlock")
            found.paper.place("GC", "buy", 1)
            await found.quoted("GC")
            await engine.stop()
            assert (found.position("GC"), closes(found, "GC")) == (1, 0)

    asyncio.run(scene())


def test_009_with_symbols_of_their_own_hours_locks_each_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            closed = around(found, -2 * 3600, 3 * 3600)
            sessions = {"ES": around(found, 3600, 3600), "RTY": closed}
            rule = only("session_block_outside", **ALWAYS, **closed, sessions=sessions)
            found.write(**rule)
            engine = await found.engine()
            await engine.row("RULE-009", "lock", symbol="RTY")  # listed, and flat
            found.paper.place("ES", "buy", 1)
            await found.quoted("ES")
            found.paper.place("NQ", "buy", 1)
            # The order may be told first: it sets the lock, and its fill is an attempt under it.
            row = await engine.row("RULE-009", "close_position", symbol="NQ")
            assert (found.position("NQ"), closes(found, "NQ")) == (0, 1)
            locked = {r["symbol"] for r in engine.rows if "lock" in r["details"]}
            assert locked == {"NQ", "RTY"}
            assert row["execution_time_ms"] is not None
            await engine.kill()
            found.paper.place("RTY", "sell", 1)  # while nobody watches
            again = await found.engine()
            await again.row("RULE-009", "close_position", symbol="RTY", under_lock=True)
            await again.stop()
            assert (found.position("RTY"), found.position("ES")) == (0, 1)
            assert closes(found, "ES") == 0

    asyncio.run(scene())


def test_010_locks_while_the_account_may_not_trade(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("auth_loss_guard")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            order = found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            found.paper.set_can_trade(True)  # said again: no breach
            found.paper.set_can_trade(False)
            row = await engine.row("RULE-010", "flatten")
            assert row["details"]["lock"]["until"] is None
            assert found.position("MNQ") == 0
            assert not found.paper.exchange.orders[order].is_working
            with pytest.raises(ValueError, match="not allowed"):
                found.paper.place("MNQ", "buy", 1)
            found.paper.set_can_trade(True)
            await engine.row("RULE-010", "unlock")
            found.paper.place("ES", "buy", 1)
            await found.quoted("ES")
            await engine.stop()
            assert [r["action"] for r in engine.rows if r["rule"] == "RULE-010"] == [
                "flatten",
                "unlock",
            ]
            assert found.position("ES") == 1

    asyncio.run(scene())


def test_011_closes_a_blocked_symbol_until_it_leaves_the_list(tmp_path: Path) -> None:
    async def scene() -> None:
        blocked = only("symbol_blocks", blocked=["rty"])
        async with desk(tmp_path) as found, found.practice(**blocked):
            found.move("RTY", "2400")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.paper.place("RTY", "sell", 2)
            # The order may be told first: it sets the lock, and its fill is an attempt under it.
            row = await engine.row("RULE-011", symbol="RTY")
            assert row["details"]["lock"]["symbol"] == "RTY"
            await engine.row("RULE-011", "close_position", symbol="RTY")
            assert (found.position("RTY"), found.position("MNQ")) == (0, 1)
            order = found.paper.place("RTY", "buy", 1, "limit", limit="2390")
            await engine.row("RULE-011", "cancel_orders", symbol="RTY", under_lock=True)
            assert not found.paper.exchange.orders[order].is_working
            found.config.write_text(config_text(**(blocked | {"rules.symbol_blocks.blocked": []})))
            assert (await curb(found, "reload"))[0] == 0
            await engine.row("RULE-011", "unlock", symbol="RTY")
            found.paper.place("RTY", "buy", 1)
            # Its quotes and orders are followed once more, and nothing closes it.
            assert (await curb(found, "flatten", "MNQ"))[0] == 0
            await engine.row("MANUAL", "close_position")
            assert (found.position("RTY"), found.position("MNQ")) == (1, 0)
            await engine.kill()

    asyncio.run(scene())


def test_flatten_cancels_what_could_open_a_new_position(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_contracts", limit=1)) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "sell", 2, "stop", stop="20900")
            found.paper.place("MNQ", "buy", 2)
            await engine.row("RULE-001", "flatten")
            found.move("MNQ", "20890")
            assert found.position("MNQ") == 0
            await engine.stop()

    asyncio.run(scene())


def test_a_dropped_hub_comes_back_and_what_happened_meanwhile_counts(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_contracts")) as found:
            engine = await found.engine()
            found.paper.drop_hubs()
            found.paper.place("MNQ", "buy", 6)
            await engine.row("RULE-001", "flatten")
            assert found.position("MNQ") == 0
            await engine.row("LINK", "gap")
            await engine.stop()

    asyncio.run(scene())
