"""Between a stop's fill and the position that it leads to, nothing is placed."""

import pytest

from curb.domain.book import OrderStatus, OrderType, Side
from curb.domain.events import AccountRead
from curb.engine.unbooked import SETTLE
from tests.engine.test_stops import opened, order_told, stopped
from tests.scene import ACCOUNT, Deeds
from tests.stops import StopScene

SELL, STOP = Side.SELL, OrderType.STOP
BEST = [(None, -2, "21000.00")]


def filled() -> tuple[StopScene, int]:
    """The stop of a long of 2 at breakeven was filled; only its order tells."""
    scene, order_id = stopped()
    scene.at(12).tick()
    scene.at(15)
    assert order_told(scene, order_id, status=OrderStatus.FILLED, filled=2).stops == []
    return scene, order_id


def test_a_stop_that_was_filled_is_not_replaced() -> None:
    scene, order_id = filled()
    assert scene.quote("MNQ", "21001").stops == []
    assert scene.position("MNQ", 0).stops == []
    deeds = scene.fill("MNQ", -2, "21000", pnl="0", order_id=order_id)
    assert (deeds.stops, deeds.cancels) == ([], [])


def test_the_fill_may_come_before_the_position() -> None:
    scene, order_id = filled()
    assert scene.fill("MNQ", -2, "21000", pnl="0", order_id=order_id).stops == []
    assert scene.quote("MNQ", "21001").stops == []
    assert scene.position("MNQ", 0).stops == []


def test_of_a_part_that_was_filled_the_rest_is_covered_after_its_fill() -> None:
    scene, order_id = stopped()
    deeds = scene.at(12).order("MNQ", SELL, STOP, 1, price="20950", order_id=80)
    scene.hub(deeds)
    order_told(scene, 80, status=OrderStatus.FILLED, filled=1)
    assert scene.at(14).tick().stops == []
    scene.position("MNQ", 1)
    scene.fill("MNQ", -1, "20950", pnl="-1", order_id=80)
    assert scene.tick().stops == []
    assert [order.size for order in scene.orders.values()] == [1]
    assert list(scene.orders) == [order_id]


def test_a_read_settles_what_no_fill_told() -> None:
    scene, _ = filled()
    assert scene.at(15.7).tick().stops == []
    reads = scene.at(15.75).tick()
    assert len(reads.reads) == 1
    assert scene.answer_pending().stops == BEST  # the position is there, and bare


@pytest.mark.parametrize("is_gone", [True, False])
def test_where_a_read_misses_a_stop_the_next_one_decides(is_gone: bool) -> None:
    scene, order_id = stopped()
    scene.at(12).tick()
    scene.answer_pending()
    del scene.orders[order_id]  # the read of positions may have been the earlier one
    scene.at(19).tick()
    assert scene.answer_pending().stops == []
    assert scene.quote("MNQ", "21001").stops == []
    if is_gone:
        scene.positions.clear()
    later = scene.at(19.75).tick()
    found = Deeds((*later.actions, *scene.answer_pending().actions))
    assert found.stops == ([] if is_gone else BEST)


def test_a_stop_that_was_cancelled_by_hand_is_replaced_after_a_read() -> None:
    scene, order_id = stopped()
    scene.at(12).tick()
    assert scene.at(15).cancel(order_id).stops == []
    assert scene.at(15.7).tick().stops == []
    scene.at(15.75).tick()
    assert scene.answer_pending().stops == BEST


def test_an_entry_waits_for_its_own_fill() -> None:
    scene = opened()
    scene.at(10).order("MNQ", Side.BUY, OrderType.MARKET, 1, order_id=70, status=OrderStatus.FILLED)
    assert scene.quote("MNQ", "21002.50").stops == []
    scene.position("MNQ", 3)
    deeds = scene.fill("MNQ", 1, order_id=70)
    assert deeds.stops == [(None, -3, "21000.00")]


@pytest.mark.parametrize("has_orders", [True, False])
@pytest.mark.parametrize("has_positions", [True, False])
def test_only_a_read_of_the_positions_settles(has_positions: bool, has_orders: bool) -> None:
    scene, _ = filled()
    scene.now += 2 * SETTLE
    read = AccountRead(
        900,
        ACCOUNT.id,
        scene.now,
        1,
        positions=tuple(scene.positions.values()) if has_positions else None,
        orders=() if has_orders else None,
    )
    assert scene.tell(read).stops == (BEST if has_positions else [])
