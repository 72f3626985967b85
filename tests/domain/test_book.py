from decimal import Decimal

import pytest

from curb.domain.book import Order, OrderStatus, OrderType, Side

PRICE = Decimal("-1.25")  # crude has traded there


def order(kind: OrderType, *prices: str, status: OrderStatus = OrderStatus.OPEN) -> Order:
    told = dict.fromkeys(prices, PRICE)
    return Order(9, 7, "CON.F.US.MNQ.Z26", Side.SELL, kind, status, 2, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "prices", "lacks"),
    [
        (OrderType.MARKET, (), ""),
        (OrderType.OTHER, (), ""),
        (OrderType.LIMIT, ("limit_price",), ""),
        (OrderType.LIMIT, ("stop_price",), "limit price"),
        (OrderType.STOP, ("stop_price",), ""),
        (OrderType.STOP, ("limit_price", "trailing_amount"), "stop price"),
        (OrderType.STOP_LIMIT, ("limit_price", "stop_price"), ""),
        (OrderType.STOP_LIMIT, ("stop_price",), "limit price"),
        (OrderType.STOP_LIMIT, ("limit_price",), "stop price"),
        (OrderType.TRAILING_STOP, ("stop_price", "trailing_amount"), ""),
        (OrderType.TRAILING_STOP, ("trailing_amount",), ""),
        (OrderType.TRAILING_STOP, ("stop_price",), ""),
        (OrderType.TRAILING_STOP, ("limit_price",), "trailing amount"),
    ],
)
def test_what_an_order_of_a_type_has(kind: OrderType, prices: tuple[str, ...], lacks: str) -> None:
    assert order(kind, *prices).lacks == lacks
    for status in (OrderStatus.PENDING, OrderStatus.UNKNOWN):
        assert order(kind, *prices, status=status).lacks == lacks


@pytest.mark.parametrize("kind", OrderType)
@pytest.mark.parametrize("status", [OrderStatus.SUSPENDED, *(s for s in OrderStatus if s.is_final)])
def test_what_waits_or_has_ended_lacks_nothing(kind: OrderType, status: OrderStatus) -> None:
    assert order(kind, status=status).lacks == ""
