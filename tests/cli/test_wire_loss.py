"""RULE-003's rows of the acceptance table over real sockets, the venue's days passing at will.

The venue charges what a row says, nothing where it says nothing: its table of contracts is set.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from curb.wire import names
from tests.cli.live import Desk, Engine, desk, until
from tests.cli.test_wire import only
from tests.cli.test_wire_money import kept_locks

CHICAGO = ZoneInfo("America/Chicago")

PRICE = Decimal(21000)

REFUSALS = 3


def charge(found: Desk, fee: str) -> None:
    """Let a side of one contract of MNQ or ES cost so much from now on."""
    for name in map(found.paper.contract, ("MNQ", "ES")):
        contracts = found.paper.exchange.contracts
        contracts[name] = replace(contracts[name], fee=Decimal(fee))


def turn(found: Desk, result: str, fee: str = "0") -> None:
    """Buy one MNQ at 21000 and sell it with this gross result, the exit for this fee."""
    charge(found, "0")
    found.move("MNQ", str(PRICE))
    found.paper.place("MNQ", "buy", 1)
    charge(found, fee)
    found.move("MNQ", str(PRICE + Decimal(result) / 2))
    found.paper.place("MNQ", "sell", 1)
    charge(found, "0")


def the_next(found: Desk, hour: int) -> datetime:
    """Return when it will be so late in Chicago by the venue's clock."""
    now = found.paper.floor.clock.now().astimezone(CHICAGO)
    at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (at if at > now else at + timedelta(days=1)).astimezone(UTC)


async def pass_to(found: Desk, hour: int) -> None:
    """Let time pass until it is so late in Chicago; the engine hears of it by a round turn."""
    found.paper.pass_time(the_next(found, hour) - found.paper.floor.clock.now())
    reset = the_next(found, 17)
    turn(found, "0")
    await found.shown(
        lambda account: (
            account.pnl.trading_day == reset.astimezone(CHICAGO).date() and account.state == "OPEN"
        )
    )


async def counted(
    found: Desk, realized: str, unrealized: str = "0", *, is_locked: bool = False
) -> None:
    """Wait until so much is realized and open, and the account free, or locked until 17:00."""
    ends = [the_next(found, 17)] if is_locked else []
    await found.shown(
        lambda account: (
            (account.pnl.realized, account.pnl.open) == (Decimal(realized), Decimal(unrealized))
            and account.state == ("LOCKED" if is_locked else "OPEN")
            and [timer.until for timer in account.timers if timer.kind == "LOCK"] == ends
        )
    )


@asynccontextmanager
async def watched(tmp: Path, **changes: Any) -> AsyncIterator[tuple[Desk, Engine]]:
    """Open a gateway that charges nothing, and an engine with RULE-003 alone."""
    async with desk(tmp, **only("daily_realized_loss") | changes) as found:
        charge(found, "0")
        found.move("MNQ", str(PRICE))
        found.move("ES", "5800")
        engine = await found.engine()
        yield found, engine
        await engine.stop()


@dataclass(frozen=True)
class Day:
    """Round turns of a trading day that begin at an hour, and what comes of them."""

    id: str
    results: tuple[str, ...]
    realized: str
    is_locked: bool
    fee: str = "0"
    hour: int = 18


@pytest.mark.parametrize(
    ("basis", "days"),
    [
        (
            "net",
            (
                Day("3.6", ("-600",), "-600", is_locked=True, hour=14),
                Day("3.6", ("-600",), "-600", is_locked=True, hour=18),
                Day("3.2", ("100", "50", "-200"), "-50", is_locked=False),
                Day("3.3", ("-450", "-75.50"), "-525.50", is_locked=True),
                Day("3.4", ("-499.50",), "-499.99", is_locked=False, fee="0.49"),
                Day("3.4", ("-500",), "-500", is_locked=True),
                Day("3.8", ("-498",), "-500.80", is_locked=True, fee="2.80"),
            ),
        ),
        ("gross", (Day("3.8", ("-498",), "-498", is_locked=False, fee="2.80"),)),
    ],
    ids=["3.2 3.3 3.4 3.6 and 3.8", "3.8 gross"],
)
def test_round_turns_of_a_day(tmp_path: Path, basis: str, days: tuple[Day, ...]) -> None:
    async def scene() -> None:
        async with watched(tmp_path, **{"day.pnl_basis": basis}) as (found, _):
            for day in days:
                await pass_to(found, day.hour)
                for result in day.results:
                    assert kept_locks(found) == [], day.id
                    turn(found, result, day.fee)
                await counted(found, day.realized, is_locked=day.is_locked)
            assert found.asked() == []

    asyncio.run(scene())


def test_the_third_loss_flattens_cancels_and_locks(tmp_path: Path) -> None:
    """3.1 +100, -200, -450 beside an ES and a limit order; 3.12 then one MNQ."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            turn(found, "100")
            turn(found, "-200")
            order = found.paper.place("ES", "buy", 1, "limit", limit="5790")
            found.paper.place("ES", "buy", 1)
            await found.rests(ES=1)
            assert found.asked() == []
            turn(found, "-450")
            row = await engine.row("RULE-003", "flatten")
            assert row["details"]["lock"]["kind"] == "lockout"
            assert sorted(found.asked()) == ["cancel ES", "closeContract ES"]
            assert not found.paper.exchange.orders[order].is_working
            await counted(found, "-550", is_locked=True)
            await closed_under_the_lock(found, engine)
            await counted(found, "-550", is_locked=True)

    asyncio.run(scene())


async def closed_under_the_lock(found: Desk, engine: Engine) -> None:
    """3.12 one MNQ bought while locked is closed; the lock is left as it is."""
    began = len(found.asked())
    found.move("MNQ", str(PRICE))
    found.paper.place("MNQ", "buy", 1)
    await until(lambda: len(found.asked()) > began)
    await found.rests()
    row = await engine.row("RULE-003", "close_position", symbol="MNQ", under_lock=True)
    assert row["success"]
    assert found.asked()[began:] == ["closeContract MNQ"]
    assert found.position("MNQ") == 0
    await until(lambda: kept_locks(found) == ["RULE-003"])


@pytest.mark.parametrize(
    ("basis", "realized"),
    [("net", "-0.37"), ("gross", "0")],
    ids=["3.5 net of that half's fees", "3.5 gross"],
)
def test_an_opening_half_has_no_result(tmp_path: Path, basis: str, realized: str) -> None:
    async def scene() -> None:
        async with watched(tmp_path, **{"day.pnl_basis": basis}) as (found, _):
            charge(found, "0.37")
            found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=1)
            assert found.paper.exchange.trades[-1].pnl is None
            await found.shown(lambda account: account.pnl.fees == Decimal("0.37"))
            await counted(found, realized)

    asyncio.run(scene())


@pytest.mark.parametrize("basis", ["total", "realized"], ids=["3.7 total", "3.7 realized"])
def test_what_is_lost_in_an_open_position_counts_or_not(tmp_path: Path, basis: str) -> None:
    async def scene() -> None:
        rule = {"rules.daily_realized_loss.basis": basis}
        async with watched(tmp_path, **rule) as (found, engine):
            turn(found, "-400")
            found.move("MNQ", str(PRICE))
            found.paper.place("MNQ", "buy", 2)
            await found.rests(MNQ=2)
            found.move("MNQ", "20975.25")
            await counted(found, "-400", "-99")
            found.move("MNQ", "20975")
            if basis == "realized":
                await counted(found, "-400", "-100")
                assert found.asked() == []
                return
            row = await engine.row("RULE-003", "flatten")
            details = row["details"]
            assert (details["realized"], details["open"]) == ("-400", "-100")
            assert found.asked() == ["closeContract MNQ"]
            await counted(found, "-500", is_locked=True)

    asyncio.run(scene())


def test_a_trade_told_again_counts_once(tmp_path: Path) -> None:
    """3.9 -300, told three times by the hub and once more by the read after a reconnect."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            turn(found, "-300")
            await counted(found, "-300")
            told = [row for row in found.paper.record if row.get("target") == names.USER_TRADE]
            for _ in range(2):
                topic = (names.USER_TRADE, found.paper.account_id)
                assert found.paper.floor.user.publish(topic, told[-1]["arguments"]) == 1
            reads = trade_reads(found)
            found.paper.drop_hubs()
            await until(
                lambda: any(row["reason"].startswith("user hub back") for row in engine.rows)
            )
            await until(lambda: trade_reads(found) > reads)
            turn(found, "-100")  # so that all before it was heard
            await counted(found, "-400")
            assert found.asked() == []

    asyncio.run(scene())


def trade_reads(found: Desk) -> int:
    """Return how often the day's trades were asked for."""
    return sum(row.get("path") == "/api/Trade/search" for row in found.paper.record)


def test_the_day_outlives_a_restart_and_ends_at_the_reset(tmp_path: Path) -> None:
    """3.10 -400 at 20:00, restarted at 08:00; nothing at 17:00."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            await pass_to(found, 20)
            turn(found, "-400")
            await counted(found, "-400")
            await engine.stop()
            found.paper.pass_time(the_next(found, 8) - found.paper.floor.clock.now())
            again = await found.engine()
            await counted(found, "-400")
            await pass_to(found, 17)
            await counted(found, "0")
            await again.stop()

    asyncio.run(scene())


def test_a_void_restores_the_total_and_leaves_the_lock(tmp_path: Path) -> None:
    """3.11 the exit at -600 void: its position is back, closed where it was bought, and locked."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            turn(found, "-600")
            await counted(found, "-600", is_locked=True)
            found.move("MNQ", str(PRICE))
            found.paper.void(found.paper.exchange.trades[-1].id)
            row = await engine.row("ENGINE", symbol="MNQ")
            assert "was voided: -600.00 taken back, every lock stays" in row["reason"]
            assert row["details"]["locks"] == ["RULE-003"]
            await until(lambda: found.asked() == ["closeContract MNQ"])
            await counted(found, "0", is_locked=True)
            await until(lambda: kept_locks(found) == ["RULE-003"])

    asyncio.run(scene())


def test_the_lock_stands_while_closing_fails_and_closing_goes_on(tmp_path: Path) -> None:
    """3.13 the venue closes before the position can be closed, and opens again."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            found.paper.place("MNQ", "buy", 2)
            await found.quoted("MNQ")
            found.move("MNQ", "20700")
            found.paper.set_hours("closed")
            await until(lambda: refused_closes(found) >= REFUSALS)
            await found.shown(lambda account: "BLOCKED BY THE MARKET" in account.alert)
            await until(lambda: kept_locks(found) == ["RULE-003"])
            assert (found.asked(), found.position("MNQ")) == ([], 2)
            found.paper.set_hours("always")
            row = await engine.row("RULE-003", "flatten")
            assert (row["success"], found.asked()) == (True, ["closeContract MNQ"])
            await counted(found, "-1200", is_locked=True)

    asyncio.run(scene())


def refused_closes(found: Desk) -> int:
    """Return how many closes the venue has refused."""
    path = "/api/Position/closeContract"
    return sum(row.get("path") == path and row["code"] != 0 for row in found.paper.record)
