"""The engine's own rows of the acceptance table over real sockets: X3, X4, X7 and X9."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from curb.engine.escalation import ALARM_PASSES
from curb.paper.answer import Answer
from curb.paper.exchange import Exchange
from curb.paper.orders import Ticket
from curb.wire import names
from curb.wire.codes import OrderSide, OrderType
from tests.cli.live import desk, until
from tests.cli.test_wire import only
from tests.cli.test_wire_loss import charge
from tests.cli.test_wire_money import kept_locks


def test_a_reconnect_counts_missed_fills_once(tmp_path: Path) -> None:
    """X3 three fills missed, told by the read and by the hub again."""

    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            charge(found, "0")
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 3)
            await found.rests(MNQ=3)
            found.move("MNQ", "20975")
            found.paper.drop_hubs()
            seen = len(found.paper.record)
            for _ in range(3):
                found.paper.place("MNQ", "sell", 1)
            missed = [r for r in found.paper.record[seen:] if r.get("target") == names.USER_TRADE]
            assert len(missed) == 3
            await found.shown(lambda account: account.pnl.realized == -150)
            topic = (names.USER_TRADE, found.paper.account_id)
            await until(lambda: found.paper.floor.user.wants(topic))
            for row in missed:
                assert found.paper.floor.user.publish(topic, row["arguments"]) == 1
            found.paper.place("MNQ", "buy", 1)  # so that all before it was heard
            await found.rests(MNQ=1)
            await found.shown(lambda account: account.pnl.realized == -150)
            assert found.asked() == []
            await engine.stop()

    asyncio.run(scene())


class Robot:
    """Buys again after each close until it is stopped, and nothing tells it."""

    def __init__(self, exchange: Exchange, contract_id: str) -> None:
        self.is_on = True
        self._exchange = exchange
        self._close = exchange.close
        self._ticket = Ticket(contract_id, OrderType.MARKET, OrderSide.BID, 2, source="trader")

    def close(self, contract_id: str, now: datetime) -> Answer:
        """Close as the exchange does; what follows is done once that has been told."""
        answer = self._close(contract_id, now)
        if self.is_on and not answer.code:
            asyncio.get_running_loop().call_soon(self._buy, now)
        return answer

    def _buy(self, now: datetime) -> None:
        assert not self._exchange.place(self._ticket, now).code
        self._exchange.drain()


def test_what_a_verify_pass_finds_is_closed_and_the_third_time_alarms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X4 the position is back after every close, told by no event, until the alarm came."""

    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            exchange = found.paper.exchange
            robot = Robot(exchange, found.paper.contract("MNQ"))
            monkeypatch.setattr(exchange, "close", robot.close)
            found.paper.place("MNQ", "buy", 2)
            await found.quoted("MNQ")
            found.move("MNQ", "20700")
            await found.shown(lambda account: "NOT FLAT" in account.alert)
            assert len(found.asked()) >= ALARM_PASSES
            robot.is_on = False
            row = await engine.row("RULE-003", "flatten")
            assert row["success"]
            assert set(found.asked()) == {"closeContract MNQ"}
            assert exchange.positions == {}
            await engine.stop()

    asyncio.run(scene())


def test_a_contract_without_tick_data_has_no_value(tmp_path: Path) -> None:
    """X7 the venue tells no tick value of MNQ: shown as unknown, never as 0."""

    async def scene() -> None:
        async with desk(tmp_path, **only("daily_unrealized_loss")) as found:
            name = found.paper.contract("MNQ")
            contracts = found.paper.exchange.contracts
            contracts[name] = replace(contracts[name], tick_value=Decimal(0))
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            await found.shown(lambda account: len(account.positions) == 1)
            found.move("MNQ", "20700")
            row = await engine.row("RULE-004", "not_evaluated")
            assert "MNQ" in row["reason"]
            await found.shown(
                lambda account: (
                    (account.pnl.open, account.pnl.total) == (None, None)
                    and account.pnl.is_open_partial
                    and [position.unrealized for position in account.positions] == [None]
                )
            )
            assert (found.asked(), found.position("MNQ")) == ([], 2)
            await engine.stop()

    asyncio.run(scene())


def test_two_rules_on_one_quote_are_one_flatten_two_rows_and_two_locks(tmp_path: Path) -> None:
    """X9 RULE-003 and RULE-004 on one quote."""

    async def scene() -> None:
        rules = only("daily_realized_loss") | {
            "rules.daily_unrealized_loss.enabled": True,
            "rules.daily_unrealized_loss.scope": "account",
        }
        async with desk(tmp_path, **rules) as found:
            found.move("MNQ", "21000")
            found.move("ES", "5800")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            found.paper.place("ES", "buy", 1)
            await found.quoted("MNQ")
            await found.quoted("ES")
            await found.rests(MNQ=2, ES=1)
            found.move("MNQ", "20700")
            rows = [await engine.row(rule, "flatten") for rule in ("RULE-003", "RULE-004")]
            assert rows[0]["details"]["event"] == rows[1]["details"]["event"]
            assert [row["details"]["lock"]["kind"] for row in rows] == ["lockout", "lockout"]
            assert sorted(found.asked()) == ["closeContract ES", "closeContract MNQ"]
            await until(lambda: sorted(kept_locks(found)) == ["RULE-003", "RULE-004"])
            await engine.stop()
            flattens = [row["rule"] for row in engine.rows if row["action"] == "flatten"]
            assert sorted(flattens) == ["RULE-003", "RULE-004"]

    asyncio.run(scene())
