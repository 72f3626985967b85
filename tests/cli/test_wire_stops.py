"""RULE-012 over real sockets: the stop at the venue, where it moves, and how it goes."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from curb.engine.stops import EVERY
from tests.cli.live import Desk, Engine, Row, desk, until
from tests.cli.test_wire import only
from tests.matrix import Proof

SIDES = {0: "buy", 1: "sell"}

MILLISECOND = timedelta(milliseconds=1)  # the audit's precision

Stop = tuple[str, int, Decimal]


def stops(found: Desk) -> list[Stop]:
    """Return side, size and price of the stops that Curb has working at the venue."""
    working = found.paper.exchange.working()
    tickets = [order.ticket for order in working if (order.ticket.tag or "").startswith("curb-")]
    assert all(ticket.type == 4 and ticket.stop is not None for ticket in tickets)
    return [(SIDES[t.side], t.size, Decimal(t.stop or 0)) for t in tickets]


def asked(found: Desk, *paths: str) -> list[Row]:
    """Return the bodies of the requests that the venue got on these paths."""
    wanted = {f"/api/Order/{path}" for path in paths}
    return [row["body"] for row in found.paper.record if row.get("path") in wanted]


async def ended(engine: Engine, action: str, times: int = 1) -> Row:
    """Wait for so many rows of the rule with this action, and return the last."""

    def mine() -> list[Row]:
        return [r for r in engine.rows if (r["rule"], r["action"]) == ("RULE-012", action)]

    await until(lambda: len(mine()) >= times or engine.process.returncode is not None)
    return mine()[times - 1]


async def long_from(found: Desk, symbol: str, price: str, size: int = 2) -> None:
    """Open a position, its quotes followed."""
    found.move(symbol, price)
    found.paper.place(symbol, "buy", size)
    await found.quoted(symbol)


def managed(**changes: Any) -> dict[str, Any]:
    return only("trade_management", **changes)


@pytest.mark.proof(
    "RULE-012",
    near_miss="2 MNQ, 9 ticks in profit",
    breach="1 ES, 10 ticks in profit, then MNQ too",
    recovery="both closed by hand, then 1 NQ",
)
def test_012_a_trigger_places_a_stop_and_a_tick_less_does_not(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed()) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            await long_from(found, "ES", "6000", 1)
            found.move("MNQ", "21002.25")  # a tick short
            await found.shown(lambda account: any(p.ticks == 9 for p in account.positions))
            proof.show("near_miss", found)
            found.move("ES", "6002.50")
            row = await ended(engine, "place_stop")
            assert (row["symbol"], row["success"]) == ("ES", True)
            assert row["execution_time_ms"] is not None
            assert stops(found) == [("sell", 1, Decimal(6000))]
            found.move("MNQ", "21002.50")
            row = await ended(engine, "place_stop", 2)
            assert row["symbol"] == "MNQ"
            assert ("sell", 2, Decimal(21000)) in stops(found)
            assert len(asked(found, "place")) == 2
            assert asked(found, "modify", "cancel") == []
            proof.show("breach", found)
            found.paper.place("MNQ", "sell", 2)
            found.paper.place("ES", "sell", 1)
            await ended(engine, "cancel_orders", 2)
            found.paper.place("NQ", "buy", 1)
            await found.rests(NQ=1)
            proof.show("recovery", found)
            assert stops(found) == []
            await engine.stop()

    asyncio.run(scene())


def test_012_it_trails_shrinks_and_goes_with_the_position(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed()) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            found.move("MNQ", "21005")
            await ended(engine, "place_stop")
            assert stops(found) == [("sell", 2, Decimal("21002.50"))]
            found.move("MNQ", "21010")
            await ended(engine, "move_stop")
            assert stops(found) == [("sell", 2, Decimal("21007.50"))]
            found.move("MNQ", "21008")  # never back
            found.paper.place("MNQ", "sell", 1)
            await ended(engine, "move_stop", 2)
            assert stops(found) == [("sell", 1, Decimal("21007.50"))]
            found.paper.place("MNQ", "sell", 1)
            row = await ended(engine, "cancel_orders")
            assert row["success"]
            assert stops(found) == []
            assert found.position("MNQ") == 0
            found.move("MNQ", "20900")
            await engine.stop()
            assert found.position("MNQ") == 0

    asyncio.run(scene())


def test_012_the_stop_closes_the_position_and_nothing_more(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed()) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            found.move("MNQ", "21005")
            await ended(engine, "place_stop")
            found.move("MNQ", "21002.50")
            await until(lambda: found.position("MNQ") == 0)
            found.move("MNQ", "20990")
            assert found.position("MNQ") == 0
            assert stops(found) == []
            assert len(asked(found, "place", "modify", "cancel")) == 1
            found.move("MNQ", "20980")
            found.paper.place("MNQ", "buy", 2)  # another one begins anew

            def is_placed_again() -> bool:
                # Until the engine knows the position a price is no profit of it.
                found.move("MNQ", "20982.25")
                found.move("MNQ", "20982.50")
                return len(asked(found, "place")) == 2

            await until(is_placed_again)
            await ended(engine, "place_stop", 2)
            assert stops(found) == [("sell", 2, Decimal(20980))]
            await engine.stop()

    asyncio.run(scene())


def test_012_a_short_is_protected_above(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed(offset_ticks=2)) as found:
            engine = await found.engine()
            found.move("MNQ", "21000")
            found.paper.place("MNQ", "sell", 1)
            await found.quoted("MNQ")
            found.move("MNQ", "20997.50")
            await ended(engine, "place_stop")
            assert stops(found) == [("buy", 1, Decimal("20999.50"))]
            await engine.stop()

    asyncio.run(scene())


def test_012_a_stop_by_hand_is_respected_or_moved(tmp_path: Path) -> None:
    async def scene(respect: bool) -> None:
        tmp = tmp_path / str(respect)
        tmp.mkdir()
        async with desk(tmp, **managed(respect_manual_stops=respect)) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            number = found.paper.place("MNQ", "sell", 2, "stop", stop="20990")
            await long_from(found, "ES", "6000", 1)
            found.move("MNQ", "21002.50")
            found.move("ES", "6002.50")
            await ended(engine, "place_stop")
            if not respect:
                await ended(engine, "move_stop")
            assert stops(found) == [("sell", 1, Decimal(6000))]
            price = found.paper.exchange.orders[number].ticket.stop
            assert price == (20990 if respect else 21000)
            await engine.stop()

    asyncio.run(scene(respect=True))
    asyncio.run(scene(respect=False))


def test_012_a_restart_knows_its_stop_and_the_best_price(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed()) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            found.move("MNQ", "21010")
            await ended(engine, "place_stop")
            await engine.kill()
            found.paper.place("MNQ", "sell", 1)  # while nobody watches
            again = await found.engine()
            await ended(again, "move_stop")
            assert stops(found) == [("sell", 1, Decimal("21007.50"))]
            await found.quoted("MNQ", 2)
            found.move("MNQ", "21010.25")
            await ended(again, "move_stop", 2)
            assert stops(found) == [("sell", 1, Decimal("21007.75"))]
            assert len(asked(found, "place")) == 1
            await again.stop()

    asyncio.run(scene())


def test_012_a_fast_market_moves_the_stop_once_a_second(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed()) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            found.move("MNQ", "21005")
            await ended(engine, "place_stop")
            for tick in range(1, 21):
                found.move("MNQ", str(21005 + Decimal(tick) / 4))
                await asyncio.sleep(0.02)
            await ended(engine, "move_stop")
            await until(lambda: stops(found) == [("sell", 2, Decimal("21007.50"))])
            rows = [r for r in engine.rows if r["action"] in ("place_stop", "move_stop")]
            times = [datetime.fromisoformat(row["at"]) for row in rows]
            assert all(late - early >= EVERY - MILLISECOND for early, late in pairwise(times))
            assert len(asked(found, "place", "modify")) == len(rows)
            await engine.stop()

    asyncio.run(scene())


def test_012_warn_only_tells(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **managed(mode="warn")) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            found.move("MNQ", "21002.50")
            row = await ended(engine, "warn")
            assert "breakeven at 10: sell stop 2 @ 21000.00" in row["reason"]
            await engine.stop()
            assert asked(found, "place", "modify") == []

    asyncio.run(scene())


def test_012_a_flatten_takes_the_stop_with_it(tmp_path: Path) -> None:
    async def scene() -> None:
        rules = managed() | {
            "rules.daily_unrealized_loss.enabled": True,
            "rules.daily_unrealized_loss.loss_limit": 50,
            "rules.trade_management.initial_stop_ticks": 400,
        }
        async with desk(tmp_path, **rules) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            await ended(engine, "place_stop")
            assert stops(found) == [("sell", 2, Decimal(20900))]
            found.move("MNQ", "20980")
            found.move("MNQ", "20975")
            await engine.row("RULE-004", "close_position")
            assert (found.position("MNQ"), stops(found)) == (0, [])
            await engine.stop()

    asyncio.run(scene())
