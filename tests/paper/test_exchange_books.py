"""Random orders of every kind, the books recomputed from nothing but the half-turns."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest

from curb.paper.customs import Customs, Orphans
from curb.paper.exchange import START_BALANCE, Exchange
from curb.paper.orders import Bracket, Order, Ticket, Touch
from curb.paper.trades import OrderChanged, Trade, TradeCorrected, Traded
from curb.wire.codes import OrderSide, OrderStatus, OrderType
from tests.paper.play import START, contracts, listed

ES, CL = listed("ES"), listed("CL")
KINDS = (
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.TRAILING_STOP,
)

# Profits are told with 8 places.
NEAR = Fraction(1, 10**5)


class Books:
    """What the exchange told, and nothing else."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.trades: dict[int, Trade] = {}
        self.orders: dict[int, Order] = {}

    def read(self) -> None:
        for change in self.exchange.drain():
            if isinstance(change, OrderChanged):
                self.orders[change.order.id] = change.order
            elif isinstance(change, Traded | TradeCorrected):
                self.trades[change.trade.id] = change.trade

    def check(self) -> None:
        self.check_money()
        self.check_orders()
        self.check_exits()

    def check_money(self) -> None:
        """Cash spent and received, and what is open at its price, make the balance."""
        equity, cash = Fraction(self.exchange.balance), Fraction(START_BALANCE)
        nets: dict[str, int] = {}
        for trade in self.trades.values():
            if trade.is_voided:
                continue
            contract = self.exchange.contracts[trade.contract_id]
            point = Fraction(contract.tick_value) / Fraction(contract.tick_size)
            signed = trade.size if trade.side == OrderSide.BID else -trade.size
            nets[contract.id] = nets.get(contract.id, 0) + signed
            cash -= signed * Fraction(trade.price) * point + Fraction(trade.fees)
        for position in self.exchange.positions.values():
            contract = self.exchange.contracts[position.contract_id]
            point = Fraction(contract.tick_value) / Fraction(contract.tick_size)
            equity -= position.cost * point * (1 if position.net > 0 else -1)
        assert abs(equity - cash) < NEAR
        held = {each.contract_id: each.net for each in self.exchange.positions.values()}
        assert held == {key: net for key, net in nets.items() if net}

    def check_orders(self) -> None:
        assert self.orders == self.exchange.orders
        fills: dict[int, list[Trade]] = {order_id: [] for order_id in self.orders}
        for trade in self.trades.values():
            fills[trade.order_id].append(trade)
        for order in self.orders.values():
            mine = fills[order.id]
            assert sum(each.size for each in mine) == order.filled
            paid = sum(Fraction(each.price) * each.size for each in mine)
            assert abs(Fraction(order.fill_price or 0) * order.filled - paid) < NEAR
            assert (order.status == OrderStatus.FILLED) == (order.filled == order.ticket.size > 0)
            assert order.status != OrderStatus.PENDING

    def check_exits(self) -> None:
        """The exits that work close what their entry holds, no more and no less."""
        for parent in self.orders.values():
            legs = [each for each in self.orders.values() if each.parent_id == parent.id]
            if not legs:
                continue
            waiting = [each for each in legs if each.status == OrderStatus.SUSPENDED]
            assert not waiting or (parent.is_working and not parent.filled)
            working = [each for each in legs if each.status == OrderStatus.OPEN]
            left = parent.filled - sum(each.filled for each in legs)
            assert all(each.remaining == left for each in working)
            assert not any(each.status == OrderStatus.FILLED for each in legs) or not working


def ticket(chance: random.Random, exchange: Exchange) -> Ticket:
    """Return an order near the market, sometimes with brackets."""
    contract = chance.choice((ES, CL))
    last = exchange.touches[contract.id].last

    def near() -> Decimal:
        return last + chance.randint(-6, 6) * contract.tick_size

    side = chance.choice((OrderSide.BID, OrderSide.ASK))
    up = 1 if side == OrderSide.BID else -1
    stop = Bracket(-up * chance.randint(4, 9), chance.choice((OrderType.STOP, 5)))
    target = Bracket(up * chance.randint(1, 9), OrderType.LIMIT)
    return Ticket(
        contract.id,
        chance.choice(KINDS),
        side,
        chance.randint(1, 5),
        limit=near(),
        stop=near(),
        trail=near(),
        stop_loss=stop if chance.random() < 0.4 else None,
        take_profit=target if chance.random() < 0.4 else None,
    )


def step(chance: random.Random, exchange: Exchange) -> None:
    """Do one thing by chance."""
    working = exchange.working()
    contract = chance.choice((ES, CL))
    what = chance.random()
    if what < 0.45:
        tick = contract.tick_size
        last = exchange.touches[contract.id].last + chance.randint(-4, 4) * tick
        gap = chance.randint(0, 2) * tick
        exchange.move(contract.id, Touch(last - gap, last + gap, last), START)
    elif what < 0.7:
        exchange.place(ticket(chance, exchange), START)
    elif what < 0.78 and working:
        # Taking one exit away by hand is the trader's own business; the rest must add up.
        entries = [each for each in working if each.parent_id is None]
        if entries:
            exchange.cancel(chance.choice(entries).id, START)
    elif what < 0.86 and working:
        changed = chance.choice(working)
        size = changed.ticket.size + 1 if changed.parent_id is None else None
        price = exchange.touches[changed.ticket.contract_id].last
        words = {
            OrderType.LIMIT: "limit",
            OrderType.STOP: "stop",
            OrderType.STOP_LIMIT: "stop",
            OrderType.TRAILING_STOP: "trail",
        }
        word = words.get(OrderType(changed.ticket.type))
        given = {word: price + chance.randint(-5, 5) * contract.tick_size} if word else {}
        exchange.modify(changed.id, START, size=size, **given)
    elif what < 0.9:
        exchange.close(contract.id, START)
    elif what < 0.93:
        exchange.close_part(contract.id, 1, START)
    elif what < 0.96 and exchange.trades:
        exchange.void(chance.choice(list(exchange.trades)).id)


@pytest.mark.parametrize("orphans", get_args(Orphans))
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_the_books_stand_after_random_orders(seed: int, depth: int, orphans: Orphans) -> None:
    chance = random.Random(f"{seed} {depth} {orphans}")  # noqa: S311 - repeats itself
    customs = Customs(orphans=orphans, depth=depth)
    exchange = Exchange(contracts(), first_id=3_000_000_000, position_id=1, customs=customs)
    books = Books(exchange)
    for _ in range(250):
        step(chance, exchange)
        books.read()
        books.check()
    kinds = {books.orders[each.order_id].ticket.type for each in books.trades.values()}
    assert len(books.trades) > 50
    assert kinds == set(KINDS)
