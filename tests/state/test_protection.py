"""Which stops protect a position, and whose they are."""

from dataclasses import replace

import pytest

from curb.domain.book import Order, OrderStatus, OrderType, Side
from curb.state.protection import manual_stops, own_stop, room

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
