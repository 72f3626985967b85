from decimal import Decimal
from typing import Any

import pytest

from curb.paper.customs import Customs
from curb.paper.exchange import Exchange
from curb.paper.orders import Bracket, Ticket, Touch
from curb.wire.codes import ModifyCode, OrderSide, OrderStatus, OrderType
from tests.paper.play import START, contracts, listed

ES = listed("ES")
BUY, SELL = OrderSide.BID, OrderSide.ASK
LIMIT, STOP = OrderType.LIMIT, OrderType.STOP
STOP_LIMIT, TRAILING = OrderType.STOP_LIMIT, OrderType.TRAILING_STOP


def venue(depth: int = 0) -> Exchange:
    exchange = Exchange(
        contracts(), first_id=3_000_000_000, position_id=1, customs=Customs(depth=depth)
    )
    move(exchange, "6600")
    return exchange


def move(exchange: Exchange, last: str) -> None:
    price = Decimal(last)
    exchange.move(ES.id, Touch(price, price, price), START)


def resting(exchange: Exchange, kind: OrderType) -> int:
    """Place a purchase of 2 that rests."""
    limit = {LIMIT: Decimal(6590), STOP_LIMIT: Decimal(6611)}.get(kind)
    stop = Decimal(6610) if kind in (STOP, STOP_LIMIT) else None
    trail = Decimal(6610) if kind == TRAILING else None
    ticket = Ticket(ES.id, kind, BUY, 2, limit=limit, stop=stop, trail=trail)
    order_id = exchange.place(ticket, START).order_id
    assert order_id is not None
    return order_id


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (LIMIT, {"limit": "6580"}, None),
        (LIMIT, {"stop": "6580"}, "Invalid stop price. The order has none."),
        (LIMIT, {"trail": "6580"}, "Invalid trail price. The order has none."),
        (STOP, {"stop": "6620"}, None),
        (STOP, {"limit": "6620"}, "Invalid limit price. The order has none."),
        (STOP, {"stop": "6620.10"}, "not aligned"),
        (STOP_LIMIT, {"stop": "6620", "limit": "6621"}, None),
        (STOP_LIMIT, {"limit": "0"}, "allowed range"),
        (TRAILING, {"trail": "6605"}, None),
        (TRAILING, {"stop": "6605"}, "Invalid stop price. The order has none."),
        (TRAILING, {"trail": "6600"}, "Trail Distance not set."),
        (STOP, {"size": 3}, None),
        (STOP, {"size": 0}, "order size"),
        (STOP, {"size": 10_001}, "order size"),
    ],
)
def test_an_order_takes_the_changes_of_its_kind(
    kind: OrderType, change: dict[str, Any], words: str | None
) -> None:
    exchange = venue()
    order_id = resting(exchange, kind)
    before = exchange.orders[order_id]
    given: dict[str, Any] = {
        word: value if word == "size" else Decimal(value) for word, value in change.items()
    }
    answer = exchange.modify(order_id, START, **given)
    after = exchange.orders[order_id]
    assert answer.code == (ModifyCode.SUCCESS if words is None else ModifyCode.REJECTED)
    assert words is None or words in str(answer.message)
    assert (after != before) == (words is None)


def test_a_stop_changes_size_and_price_at_once_and_triggers_there() -> None:
    exchange = venue()
    order_id = resting(exchange, STOP)
    exchange.modify(order_id, START, size=5, stop=Decimal(6601))
    move(exchange, "6601")
    assert exchange.positions[ES.id].net == 5


def test_a_stop_limit_waits_for_its_stop_then_for_its_limit() -> None:
    exchange = venue()
    order_id = resting(exchange, STOP_LIMIT)
    for last, is_triggered, status in (
        ("6609.75", False, OrderStatus.OPEN),
        ("6612", True, OrderStatus.OPEN),
        ("6611.25", True, OrderStatus.OPEN),
        ("6609", True, OrderStatus.FILLED),
    ):
        move(exchange, last)
        order = exchange.orders[order_id]
        assert (order.is_triggered, order.status) == (is_triggered, status)
    assert exchange.orders[order_id].fill_price == 6611


def test_a_stop_limit_that_triggers_within_its_limit_takes_the_touch() -> None:
    exchange = venue()
    order_id = resting(exchange, STOP_LIMIT)
    move(exchange, "6610.25")
    assert exchange.orders[order_id].fill_price == Decimal("6610.25")


def test_a_triggered_stop_limit_whose_stop_is_moved_waits_for_it_anew() -> None:
    exchange = venue()
    order_id = resting(exchange, STOP_LIMIT)
    move(exchange, "6612")
    exchange.modify(order_id, START, stop=Decimal(6620), limit=Decimal(6621))
    move(exchange, "6615")
    assert exchange.orders[order_id].status == OrderStatus.OPEN
    move(exchange, "6620")
    assert exchange.orders[order_id].status == OrderStatus.FILLED


def test_a_size_below_what_was_filled_is_refused() -> None:
    exchange = venue(depth=1)
    order_id = resting(exchange, LIMIT)
    move(exchange, "6590")
    assert exchange.orders[order_id].filled == 1
    assert exchange.modify(order_id, START, size=1).code == ModifyCode.REJECTED
    assert exchange.modify(order_id, START, size=4).code == ModifyCode.SUCCESS
    assert exchange.orders[order_id].remaining == 2


def test_an_exit_that_waits_for_its_entry_is_not_changed_but_follows_its_size() -> None:
    exchange = venue()
    ticket = Ticket(ES.id, LIMIT, BUY, 2, limit=Decimal(6590), stop_loss=Bracket(-8, STOP))
    entry = exchange.place(ticket, START).order_id
    assert entry is not None
    assert exchange.modify(entry + 1, START, size=1).code == ModifyCode.REJECTED
    assert exchange.modify(entry + 1, START, stop=Decimal(6580)).code == ModifyCode.REJECTED
    assert exchange.modify(entry, START, size=5).code == ModifyCode.SUCCESS
    assert exchange.orders[entry + 1].ticket.size == 5
