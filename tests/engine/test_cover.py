"""Curb's own stops close no more than is open, whatever happens."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curb.domain.actions import CancelOrder, MoveStop, PlaceStop
from curb.domain.audit import Act
from curb.domain.book import OrderStatus, OrderType, Side
from curb.domain.events import OrderSeen, Outcome
from curb.domain.stops import is_own
from curb.engine.policy import Policy
from curb.rules.rule import Rule
from tests.engine.test_stops import order_told, rows, stopped
from tests.rules.test_trade_management import MNQ, rule
from tests.scene import Deeds
from tests.stops import StopScene

SELL, STOP = Side.SELL, OrderType.STOP


class TestItsSize:
    def test_it_shrinks_at_once_and_grows_when_its_second_is_over(self) -> None:
        scene, order_id = stopped()
        deeds = scene.at(10.2).trade("MNQ", -1, pnl="1")
        assert deeds.stops == [(order_id, 1, "21000.00")]
        scene.hub(deeds)
        assert scene.at(10.4).trade("MNQ", 2).stops == []
        assert scene.at(11.2).tick().stops == [(order_id, 3, "21000.00")]

    @pytest.mark.parametrize("change", [-2, -3], ids=["flat", "turned"])
    def test_it_goes_with_its_position(self, change: int) -> None:
        scene, order_id = stopped()
        deeds = scene.at(12).trade("MNQ", change, pnl="1")
        assert (deeds.cancels, deeds.stops) == ([order_id], [])
        (row,) = rows(scene.hub(deeds), Act.CANCEL_ORDERS)
        assert (row.success, scene.orders) == (True, {})

    def test_one_that_was_filled_itself_is_not_missed(self) -> None:
        scene, order_id = stopped()
        deeds = scene.at(12).trade("MNQ", -2, pnl="1")
        order_told(scene, order_id, status=OrderStatus.FILLED)
        (row,) = rows(scene.answer(deeds.actions, Outcome.REFUSED), Act.CANCEL_ORDERS)
        assert row.success

    def test_a_cancel_that_is_refused_is_tried_again_after_a_read(self) -> None:
        scene, order_id = stopped()
        deeds = scene.at(12).trade("MNQ", -2, pnl="1")
        assert rows(scene.answer(deeds.actions, Outcome.REFUSED), Act.CANCEL_ORDERS) == []
        again = scene.settle(scene.at(13).tick())
        assert [row.success for row in rows(again, Act.CANCEL_ORDERS)][:1] == [False]
        assert scene.at(14).tick().cancels == [order_id]

    def test_a_stop_by_hand_takes_its_place(self) -> None:
        scene, order_id = stopped()
        deeds = scene.at(12).order("MNQ", SELL, STOP, 1, price="20990", order_id=80)
        assert deeds.stops == [(order_id, 1, "21000.00")]
        scene.hub(deeds)
        deeds = scene.at(14).order("MNQ", SELL, STOP, 1, price="20980", order_id=81)
        assert deeds.cancels == [order_id]

    def test_what_is_filled_of_it_counts_in_the_size_that_is_sent(self) -> None:
        scene, order_id = stopped()
        order_told(scene, order_id, filled=1)
        deeds = scene.at(12).trade("MNQ", -1, pnl="1")
        assert deeds.stops == []
        deeds = scene.at(14).trade("MNQ", 1)
        assert deeds.stops == [(order_id, 3, "21000.00")]

    @pytest.mark.parametrize("rules", [(), (rule(mode="warn"),)], ids=["off", "warn"])
    def test_without_the_rule_it_still_shrinks_and_goes(self, rules: tuple[Rule, ...]) -> None:
        scene, order_id = stopped()
        days = scene.core.policy.days
        scene.core.adopt(Policy(rules, days, "net", "1" * 64, 1), scene.now)
        deeds = scene.at(12).trade("MNQ", -1, pnl="1")
        assert deeds.stops == [(order_id, 1, "21000.00")]
        assert scene.hub(deeds).stops == []
        assert scene.at(14).trade("MNQ", -1, pnl="1").cancels == [order_id]

    def test_a_position_without_a_side_leaves_it(self) -> None:
        scene, _ = stopped()
        held = scene.positions[MNQ]
        scene.positions[MNQ] = replace(held, is_side_known=False)
        reads = scene.at(20).tick()
        assert [size for _, size, _ in reads.stops] == []
        assert scene.answer_pending().cancels == []


def test_one_left_over_from_before_a_start_goes() -> None:
    before, order_id = stopped()
    scene = StopScene(rule(), start=before.now, positions=())
    scene.orders = before.orders
    early = scene.tell(OrderSeen(before.orders[order_id]))  # nothing is read yet
    assert (early.cancels, scene.begin().cancels) == ([], [order_id])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("trade"), st.sampled_from([-3, -2, -1, 1, 2])),
        st.tuples(st.just("mark"), st.integers(-60, 120)),
        st.tuples(st.just("manual"), st.integers(1, 2)),
        st.tuples(st.just("wait"), st.integers(1, 12)),
    ),
    max_size=25,
)


def carry_out(scene: StopScene, deeds: Deeds, answers: Iterator[Outcome]) -> None:
    """Answer every request and read, one outcome each, until nothing is under way."""
    todo = deeds
    for _ in range(30):
        sent = [a for a in todo.actions if isinstance(a, PlaceStop | MoveStop | CancelOrder)]
        read = scene.answer_pending()
        if not sent and not read.actions:
            return
        outcome = next(answers, Outcome.DONE) if sent else Outcome.DONE
        is_done = outcome is Outcome.DONE
        asked = Deeds(tuple(sent))
        told = scene.hub(asked) if is_done else scene.answer(asked.actions, outcome)
        todo = Deeds((*read.actions, *told.actions))


@settings(max_examples=60)
@given(
    STEPS, st.lists(st.sampled_from(Outcome), max_size=6), st.booleans(), st.sampled_from([0, 40])
)
def test_its_stops_never_close_more_than_is_open(
    steps: list[tuple[str, int]], outcomes: list[Outcome], respect: bool, initial: int
) -> None:
    scene = StopScene(rule(respect_manual_stops=respect, initial_stop_ticks=initial))
    answers, second = iter(outcomes), 0.0
    for what, number in steps:
        second += 0.4 if what != "wait" else number
        scene.at(second)
        match what:
            case "trade":
                deeds = scene.trade("MNQ", number, "21000")
            case "mark":
                deeds = scene.quote("MNQ", str(21000 + Decimal(number) / 4))
            case "manual":
                deeds = scene.order("MNQ", SELL, STOP, number, price="20950")
            case _:
                deeds = scene.tick()
        carry_out(scene, deeds, answers)
    for _ in range(10):
        second += 16
        scene.at(second)
        carry_out(scene, scene.tick(), answers)
    held = scene.positions.get(MNQ)
    size = held.size if held else 0
    own = [order for order in scene.orders.values() if is_own(order)]
    manual = sum(order.size for order in scene.orders.values() if not is_own(order))
    assert all(order.side.value * size < 0 for order in own)
    assert len(own) <= 1
    assert sum(order.size for order in own) <= max(abs(size) - manual * (size > 0), 0)
