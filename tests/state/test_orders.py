"""Working orders, and which of them could add exposure."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from curb.domain.book import Order, OrderStatus, OrderType, Side
from curb.domain.events import AccountRead, OrderSeen
from curb.state.orders import Orders, adding
from tests.scene import NOON

STOP, LIMIT = OrderType.STOP, OrderType.LIMIT
BUY, SELL = Side.BUY, Side.SELL


def order(
    number: int,
    side: Side = SELL,
    kind: OrderType = STOP,
    size: int = 1,
    *,
    status: OrderStatus = OrderStatus.OPEN,
    filled: int = 0,
    updated_at: datetime | None = None,
) -> Order:
    return Order(number, 7, "MNQ", side, kind, status, size, filled, updated_at=updated_at)


def read(*orders: Order, began_at: datetime = NOON) -> AccountRead:
    return AccountRead(1, 7, began_at, 1, orders=orders)


@pytest.mark.parametrize(
    ("size", "orders", "found"),
    [
        pytest.param(0, [order(1), order(2, BUY, LIMIT)], [1, 2], id="flat: all of them"),
        pytest.param(2, [order(1, SELL, STOP, 2), order(2, SELL, LIMIT, 2)], [], id="a bracket"),
        pytest.param(2, [order(1, BUY, LIMIT)], [1], id="the same side adds"),
        pytest.param(2, [order(1, SELL, STOP, 3)], [1], id="too large a stop"),
        pytest.param(2, [order(1), order(2), order(3)], [3], id="the third stop of two"),
        pytest.param(-1, [order(1, BUY, STOP), order(2, SELL, STOP)], [2], id="short"),
        pytest.param(1, [order(1, SELL, STOP, 2, filled=1)], [], id="the rest counts"),
    ],
)
def test_which_orders_could_add(size: int, orders: list[Order], found: list[int]) -> None:
    assert [o.id for o in adding(size, orders)] == found


def test_a_final_order_never_comes_back() -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1, status=OrderStatus.FILLED)), NOON)
    orders.apply(OrderSeen(order(1)), NOON)
    assert list(orders) == []


@pytest.mark.parametrize(
    ("told", "comes_back"),
    [
        pytest.param(order(1, size=2), False, id="from before its fills"),
        pytest.param(
            order(1, size=2, filled=2, updated_at=NOON - timedelta(seconds=1)), False, id="older"
        ),
        pytest.param(order(1, size=2, filled=2, updated_at=NOON), True, id="as it was known"),
    ],
)
def test_an_order_that_no_read_lists_comes_back_only_with_news(
    told: Order, *, comes_back: bool
) -> None:
    orders = Orders()
    known = order(1, status=OrderStatus.UNKNOWN, size=2, filled=2, updated_at=NOON)
    orders.apply(OrderSeen(known), NOON)
    orders.apply(read(began_at=NOON + timedelta(seconds=1)), NOON + timedelta(seconds=2))
    orders.apply(OrderSeen(told), NOON + timedelta(seconds=30))
    assert bool(list(orders)) is comes_back


def test_an_older_event_changes_nothing() -> None:
    orders = Orders()
    newer = order(1, filled=1, size=3, updated_at=NOON)
    orders.apply(OrderSeen(newer), NOON)
    orders.apply(OrderSeen(order(1, size=3, filled=0, updated_at=NOON)), NOON)
    orders.apply(
        OrderSeen(order(1, size=9, filled=1, updated_at=NOON - timedelta(seconds=1))), NOON
    )
    assert list(orders) == [newer]


def test_a_read_takes_out_what_it_does_not_show() -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1)), NOON - timedelta(seconds=5))
    orders.apply(read(order(2)), NOON)
    assert [o.id for o in orders] == [2]


@pytest.mark.parametrize("milliseconds", [0, 1])
def test_what_the_hub_told_after_the_read_began_stays(milliseconds: int) -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1)), NOON + timedelta(milliseconds=milliseconds))
    orders.apply(read(), NOON + timedelta(milliseconds=2))
    assert [o.id for o in orders] == [1]


def test_an_absent_list_says_nothing() -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1)), NOON)
    orders.apply(AccountRead(1, 7, NOON + timedelta(1), 1), NOON + timedelta(1))
    assert [o.id for o in orders] == [1]
    assert orders.read_at is None


def test_an_order_of_unknown_state_is_working() -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1, status=OrderStatus.UNKNOWN)), NOON)
    assert len(list(orders)) == 1


def test_a_name_once_told_stays_where_a_list_leaves_it_out() -> None:
    orders = Orders()
    orders.apply(OrderSeen(replace(order(1), tag="mine")), NOON)
    orders.apply(read(order(1, size=2), began_at=NOON), NOON)
    assert [(o.size, o.tag) for o in orders] == [(2, "mine")]


def test_what_says_less_was_filled_is_older() -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1, size=3, filled=2)), NOON)
    orders.apply(OrderSeen(order(1, size=3, filled=1)), NOON)
    assert [known.filled for known in orders] == [2]


def test_only_the_newest_final_orders_are_remembered() -> None:
    orders = Orders()
    for number in range(5_002):
        orders.apply(OrderSeen(order(number, status=OrderStatus.FILLED)), NOON)
    for number in (2, 5_001, 1, 0):
        orders.apply(OrderSeen(order(number)), NOON)
    assert [known.id for known in orders] == [1, 0]


@pytest.mark.parametrize(("before", "after"), [(NOON, None), (None, NOON), (None, None)])
def test_without_both_times_the_later_told_is_newer(
    before: datetime | None, after: datetime | None
) -> None:
    orders = Orders()
    orders.apply(OrderSeen(order(1, size=2, updated_at=before)), NOON)
    orders.apply(OrderSeen(order(1, size=3, updated_at=after)), NOON)
    assert [known.size for known in orders] == [3]
