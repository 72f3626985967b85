"""Which stops protect a position, and whose they are."""

from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.book import Order, OrderStatus, OrderType, Position, Side
from curb.state.protection import is_protective, manual_stops, own_stop, room

STOP = Order(1, 7, "MNQ", Side.SELL, OrderType.STOP, OrderStatus.OPEN, 2)
OURS = replace(STOP, tag="curb-stop-1")


def stop(number: int, **changes: object) -> Order:
    return replace(STOP, id=number, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("orders", "size", "number"),
    [
        pytest.param([OURS], 2, 1, id="ours"),
        pytest.param([STOP], 2, None, id="by hand"),
        pytest.param([replace(OURS, id=9), OURS], 2, 1, id="the first placed"),
        pytest.param([OURS], -2, None, id="on the opening side"),
        pytest.param([OURS], 0, None, id="flat"),
        pytest.param([replace(OURS, side=Side.BUY)], -2, 1, id="of a short"),
        pytest.param(
            [replace(OURS, status=OrderStatus.PENDING_CANCELLATION)], 2, None, id="on its way out"
        ),
    ],
)
def test_the_own_stop_of_a_position(orders: list[Order], size: int, number: int | None) -> None:
    found = own_stop(size, orders)
    assert (found.id if found else None) == number


@pytest.mark.parametrize(
    ("orders", "size", "left"),
    [
        pytest.param([], 3, 3, id="no stop"),
        pytest.param([STOP], 3, 1, id="a part is covered"),
        pytest.param([STOP, stop(2)], 3, 0, id="more than all is covered"),
        pytest.param([STOP], -3, 3, id="on the opening side"),
        pytest.param([stop(2, filled=1)], 3, 2, id="what is filled covers nothing"),
        pytest.param([OURS], 3, 3, id="ours is no cover by hand"),
        pytest.param([stop(2, type=OrderType.LIMIT)], 3, 3, id="a target"),
        pytest.param([stop(2, type=OrderType.TRAILING_STOP)], 3, 1, id="a trailing stop"),
        pytest.param([stop(2, status=OrderStatus.SUSPENDED)], 3, 3, id="of an entry to come"),
        pytest.param([stop(2, status=OrderStatus.PENDING_CANCELLATION)], 3, 1, id="may still fill"),
    ],
)
def test_what_stops_by_hand_leave_over(orders: list[Order], size: int, left: int) -> None:
    assert room(size, orders) == left
    assert not any(order.tag for order in manual_stops(size, orders))


def test_no_stop_is_of_what_is_flat() -> None:
    assert manual_stops(0, [STOP, stop(2, side=Side.BUY)]) == ()


@pytest.mark.parametrize(
    ("order", "size", "mark", "is_cover"),
    [
        pytest.param(stop(1, stop_price=Decimal(95)), 2, 100, True, id="below a long"),
        pytest.param(stop(1, stop_price=Decimal(95)), 0, 100, False, id="flat"),
        pytest.param(stop(1, stop_price=Decimal(95)), -2, 90, False, id="on the opening side"),
        pytest.param(stop(1, stop_price=Decimal(100)), 2, 100, True, id="at the mark"),
        pytest.param(stop(1, stop_price=Decimal(101)), 2, 100, False, id="passed"),
        pytest.param(stop(1, stop_price=Decimal(95)), 2, None, True, id="below the average"),
        pytest.param(stop(1, stop_price=Decimal(99)), 2, None, False, id="above the average"),
        pytest.param(STOP, 2, 100, False, id="a stop without a price"),
        pytest.param(stop(1, type=OrderType.TRAILING_STOP), 2, 100, True, id="one that trails"),
        pytest.param(
            stop(1, type=OrderType.LIMIT, stop_price=Decimal(95)), 2, 100, False, id="no stop"
        ),
    ],
)
def test_what_protects(order: Order, size: int, mark: int | None, is_cover: bool) -> None:
    position = Position(7, "MNQ", size, Decimal(98))
    assert is_protective(order, position, None if mark is None else Decimal(mark)) is is_cover
