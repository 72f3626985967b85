"""Plays a market and a trader on an accelerated clock: hours in a second, nothing sleeps."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from curb.paper.clock import VenueClock
from curb.paper.contracts import Contract, load
from curb.paper.desk import Desk, Trader
from curb.paper.exchange import Exchange
from curb.paper.floor import Account, Floor
from curb.paper.market import Market
from curb.paper.orders import Order
from curb.paper.prices import Tick, generated
from curb.paper.pump import Pump
from curb.paper.record import Record
from curb.wire.codes import OrderType

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
STEP_S = 0.25


class HandClock(VenueClock):
    """A venue's clock that the test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def contracts() -> tuple[Contract, ...]:
    return load(START.date())


def listed(symbol: str) -> Contract:
    return next(each for each in contracts() if each.symbol == symbol)


def new_floor() -> Floor:
    exchange = Exchange(contracts(), first_id=3_000_000_000, position_id=1)
    return Floor(Account(1, "PRAC-V2-PAPER-00001"), exchange, HandClock(), Record())


def played(
    trader: Trader, seed: int, seconds: float, symbols: tuple[str, ...]
) -> Iterator[tuple[float, Floor]]:
    """Yield the floor after each quarter of a second; only the symbols' markets move."""
    floor = new_floor()
    sources: list[Iterator[Tick]] = [generated(listed(symbol), seed) for symbol in symbols]
    pump = Pump(floor, Market(sources), Desk(floor, trader), trader.first_s)
    floor.was_watched = True
    for step in range(int(seconds / STEP_S)):
        now_s = step * STEP_S
        clock = floor.clock
        assert isinstance(clock, HandClock)
        clock.at = max(clock.at, START + timedelta(seconds=now_s))
        while pump.play(now_s):
            pass
        yield now_s, floor


def entries(floor: Floor) -> list[Order]:
    """Return the orders that opened or added, by their fills."""
    opened = {trade.order_id for trade in floor.exchange.trades if trade.pnl is None}
    return [floor.exchange.orders[order_id] for order_id in sorted(opened)]


def nets(floor: Floor) -> dict[str, int]:
    known = floor.exchange.contracts
    return {known[each.contract_id].symbol: each.net for each in floor.exchange.positions.values()}


def stops(floor: Floor, symbol: str) -> int:
    return sum(
        order.ticket.size
        for order in floor.exchange.working()
        if order.ticket.type == OrderType.STOP
        and floor.exchange.contracts[order.ticket.contract_id].symbol == symbol
    )
