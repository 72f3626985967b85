from datetime import UTC, datetime
from decimal import Decimal

import pytest

from curb.paper.calendar import Calendar, ClosedError, Hours
from curb.paper.orders import Ticket, Touch
from curb.wire.codes import (
    CancelCode,
    CloseCode,
    ModifyCode,
    OrderSide,
    OrderType,
    PartialCloseCode,
    PlaceCode,
)
from tests.paper.play import START, listed, new_floor

ES = listed("ES")


@pytest.mark.parametrize(
    ("hours", "at", "is_open"),
    [
        ("week", "2026-11-20T15:59:59-06:00", True),  # Friday
        ("week", "2026-11-20T16:00:00-06:00", False),
        ("week", "2026-11-20T17:00:00-06:00", False),
        ("week", "2026-11-21T12:00:00-06:00", False),
        ("week", "2026-11-22T16:59:59-06:00", False),
        ("week", "2026-11-22T17:00:00-06:00", True),
        ("week", "2026-11-23T16:00:00-06:00", False),  # Monday's break
        ("week", "2026-11-23T16:59:59-06:00", False),
        ("week", "2026-11-23T17:00:00-06:00", True),
        ("week", "2026-07-06T21:30:00+00:00", False),  # 16:30 in summer
        ("week", "2026-11-23T21:30:00+00:00", True),  # 15:30 in winter
        ("always", "2026-11-21T12:00:00-06:00", True),
        ("closed", "2026-11-23T10:00:00-06:00", False),
    ],
)
def test_the_week_has_a_break_a_day_and_a_weekend(hours: Hours, at: str, is_open: bool) -> None:
    assert Calendar(hours).is_open(datetime.fromisoformat(at).astimezone(UTC)) == is_open


def test_a_closed_venue_takes_cancels_only() -> None:
    floor = new_floor()
    exchange = floor.exchange
    exchange.place(Ticket(ES.id, OrderType.MARKET, OrderSide.BID, 2), START)
    stop = Ticket(ES.id, OrderType.STOP, OrderSide.ASK, 2, stop=Decimal(6000))
    order_id = exchange.place(stop, START).order_id
    assert order_id is not None
    floor.set_hours("closed")
    refused = exchange.place(stop, START)
    assert (refused.code, refused.order_id) == (PlaceCode.OUTSIDE_TRADING_HOURS, None)
    assert "outside of trading hours" in str(refused.message)
    assert exchange.modify(order_id, START, size=1).code == ModifyCode.REJECTED
    assert exchange.close(ES.id, START).code == CloseCode.ORDER_REJECTED
    assert exchange.close_part(ES.id, 1, START).code == PartialCloseCode.ORDER_REJECTED
    assert exchange.cancel(order_id, START).code == CancelCode.SUCCESS
    floor.set_hours("always")
    assert exchange.close(ES.id, START).code == CloseCode.SUCCESS


def test_a_closed_market_does_not_move_and_opens_with_a_gap() -> None:
    floor = new_floor()
    stop = Ticket(ES.id, OrderType.STOP, OrderSide.ASK, 1, stop=Decimal(6500))
    floor.exchange.place(stop, START)
    before = floor.exchange.touches[ES.id]
    below = Touch(Decimal(6400), Decimal(6401), Decimal(6400))
    floor.set_hours("closed")
    floor.move(ES, below, size=1)
    with pytest.raises(ClosedError):
        floor.set_price(ES, below)
    assert floor.exchange.touches[ES.id] == before
    floor.set_hours("always")
    floor.set_price(ES, below)
    assert floor.exchange.trades[-1].price == 6400
