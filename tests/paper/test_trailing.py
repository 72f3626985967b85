from decimal import Decimal

import pytest

from curb.paper.exchange import Exchange
from curb.paper.orders import Order, Ticket, Touch
from curb.paper.trades import OrderChanged
from curb.wire.codes import ModifyCode, OrderSide, OrderStatus, OrderType
from tests.paper.play import START, contracts, listed

ES = listed("ES")
BUY, SELL = OrderSide.BID, OrderSide.ASK


def move(exchange: Exchange, last: str) -> None:
    price = Decimal(last)
    exchange.move(ES.id, Touch(price, price + ES.tick_size, price), START)


def trailing(side: OrderSide, trail: str) -> tuple[Exchange, int]:
    """Return an exchange at 6600 with one trailing stop."""
    exchange = Exchange(contracts(), first_id=3_000_000_000, position_id=1)
    move(exchange, "6600")
    ticket = Ticket(ES.id, OrderType.TRAILING_STOP, side, 1, trail=Decimal(trail))
    order_id = exchange.place(ticket, START).order_id
    assert order_id is not None
    exchange.drain()
    return exchange, order_id


def told(exchange: Exchange) -> list[Order]:
    return [each.order for each in exchange.drain() if isinstance(each, OrderChanged)]


@pytest.mark.parametrize(
    ("side", "trail", "stop", "distance"),
    [
        (SELL, "6590", "6590", 40),
        (BUY, "6610", "6610", 40),
        (SELL, "6610", "6590", 40),
        (BUY, "6599.75", "6600.25", 1),
    ],
)
def test_a_trail_price_becomes_a_distance_behind_the_last_trade(
    side: OrderSide, trail: str, stop: str, distance: int
) -> None:
    exchange, order_id = trailing(side, trail)
    order = exchange.orders[order_id]
    assert (order.ticket.stop, order.distance) == (Decimal(stop), distance)
    assert order.status == OrderStatus.OPEN


@pytest.mark.parametrize(
    ("side", "trail", "path", "stops"),
    [
        (SELL, "6590", ["6601", "6605", "6602", "6605.25"], ["6591", "6595", "6595.25"]),
        (BUY, "6610", ["6599", "6595", "6598", "6594.75"], ["6609", "6605", "6604.75"]),
        (SELL, "6590", ["6599", "6598", "6600"], []),
    ],
)
def test_it_follows_the_last_trade_one_way_and_tells_each_new_stop(
    side: OrderSide, trail: str, path: list[str], stops: list[str]
) -> None:
    exchange, _ = trailing(side, trail)
    for last in path:
        move(exchange, last)
    assert [order.ticket.stop for order in told(exchange)] == [Decimal(each) for each in stops]


@pytest.mark.parametrize(
    ("side", "trail", "path", "price"),
    [
        (SELL, "6590", ["6610", "6600.25", "6600"], "6600"),
        (SELL, "6590", ["6610", "6597.50"], "6597.50"),
        (BUY, "6610", ["6590", "6599.75", "6600"], "6600.25"),
    ],
)
def test_it_sells_or_buys_at_the_touch_once_the_trade_comes_back(
    side: OrderSide, trail: str, path: list[str], price: str
) -> None:
    exchange, order_id = trailing(side, trail)
    for last in path[:-1]:
        move(exchange, last)
        assert exchange.orders[order_id].status == OrderStatus.OPEN
    move(exchange, path[-1])
    order = exchange.orders[order_id]
    assert (order.status, order.fill_price) == (OrderStatus.FILLED, Decimal(price))


@pytest.mark.parametrize(
    ("trail", "stop"), [("6595", "6595"), ("6580", "6580"), ("6000", "6000"), ("6620", "6580")]
)
def test_another_trail_price_is_another_distance_tighter_or_looser(trail: str, stop: str) -> None:
    exchange, order_id = trailing(SELL, "6590")
    assert exchange.modify(order_id, START, trail=Decimal(trail)).code == ModifyCode.SUCCESS
    assert exchange.orders[order_id].ticket.stop == Decimal(stop)
    move(exchange, "6601")
    assert exchange.orders[order_id].ticket.stop == Decimal(stop) + 1


def test_a_quote_without_a_trade_moves_no_stop() -> None:
    exchange, _ = trailing(SELL, "6590")
    exchange.move(ES.id, Touch(Decimal(6700), Decimal(6701), Decimal(6600)), START)
    assert told(exchange) == []
