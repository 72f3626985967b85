"""Two wishes for one contract, and reads that say nothing."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    OffsetPosition,
    ReduceContract,
    Request,
)
from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountRead, OrderSeen, Outcome, PositionSeen, RequestEnded, Why
from curb.engine.closing import Closing
from curb.engine.flatten import Phase
from curb.state.orders import Orders
from curb.state.positions import Positions
from tests.scene import ACCOUNT, NOON, Deeds, contract_id

MNQ, MES = contract_id("MNQ"), contract_id("MES")


def held(size: int) -> Positions:
    positions = Positions()
    positions.apply(PositionSeen(Position(ACCOUNT.id, MNQ, size)), NOON)
    return positions


def driven(closing: Closing, size: int) -> list[tuple[str, int | None]]:
    return Deeds(tuple(closing.drive(held(size), Orders(), NOON))).closes


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [(3, 1, 1), (1, 3, 1), (3, 0, 0), (0, 3, 0), (2, -2, 0)],
)
def test_of_two_targets_the_one_nearer_to_flat_counts(first: int, second: int, kept: int) -> None:
    closing = Closing(ACCOUNT.id, count(1))
    closing.want(MNQ, first, NOON)
    closing.want(MNQ, second, NOON)
    (pursuit,) = closing
    assert pursuit.keep == kept


def test_a_target_nearer_to_flat_is_pursued_once_the_close_in_flight_is_answered() -> None:
    closing = Closing(ACCOUNT.id, count(1))
    closing.want(MNQ, 3, NOON)
    assert driven(closing, 5) == [(MNQ, 2)]
    closing.want(MNQ, 1, NOON)
    assert driven(closing, 5) == []  # one in flight
    assert closing.ended(RequestEnded(1, Outcome.DONE, 5), NOON)
    closing.want(MNQ, 0, NOON)
    assert driven(closing, 3) == [(MNQ, None)]


@pytest.mark.parametrize("is_told_first", [True, False])
def test_flat_is_pursued_without_a_read_once_what_was_sent_for_less_is_done(
    *, is_told_first: bool
) -> None:
    closing = Closing(ACCOUNT.id, count(1))
    closing.want(MNQ, 1, NOON)
    assert driven(closing, 2) == [(MNQ, 1)]
    closing.want(MNQ, 0, NOON)
    if is_told_first:
        assert driven(closing, 1) == []  # one in flight
    closing.ended(RequestEnded(1, Outcome.DONE, 5), NOON)
    # Until its fill was told a second close could turn the position round.
    assert is_told_first or driven(closing, 2) == []
    assert driven(closing, 1) == [(MNQ, None)]
    assert driven(closing, 1) == []


def test_a_target_nearer_to_flat_is_pursued_though_the_first_was_just_seen_twice() -> None:
    closing = Closing(ACCOUNT.id, count(1))
    closing.want(MNQ, 2, NOON)
    assert driven(closing, 5) == [(MNQ, 3)]
    closing.ended(RequestEnded(1, Outcome.DONE, 5), NOON)
    left = (Position(ACCOUNT.id, MNQ, 2),)
    for seconds in (1, 2):
        at = NOON + timedelta(seconds=seconds)
        closing.read(AccountRead(9, ACCOUNT.id, at, 1, ACCOUNT, left, ()), at)
    closing.want(MNQ, 0, NOON + timedelta(seconds=2))
    assert driven(closing, 2) == [(MNQ, None)]
    assert closing.take_done() == ()


@pytest.mark.parametrize(
    "read",
    [
        AccountRead(9, ACCOUNT.id, NOON + timedelta(seconds=5), 1, ACCOUNT, None, ()),
        AccountRead(9, ACCOUNT.id, NOON + timedelta(seconds=5), 1, ACCOUNT, (), None),
    ],
    ids=["without positions", "without orders"],
)
def test_a_read_without_one_of_its_lists_shows_nothing(read: AccountRead) -> None:
    closing = Closing(ACCOUNT.id, count(1))
    closing.want(MNQ, 0, NOON)
    assert driven(closing, 2) == [(MNQ, None)]
    closing.ended(RequestEnded(1, Outcome.DONE, 5), NOON)
    closing.read(read, NOON + timedelta(seconds=6))
    found = closing.get(MNQ)
    assert found is not None
    assert found.phase is Phase.ACKED


def test_an_answer_to_no_request_of_ours_is_told_so() -> None:
    closing = Closing(ACCOUNT.id, count(1))
    assert not closing.ended(RequestEnded(77, Outcome.DONE, 5), NOON)


def test_a_close_that_is_taken_frees_those_that_the_account_was_refused() -> None:
    closing, positions, orders = Closing(ACCOUNT.id, count(1)), Positions(), Orders()
    both = tuple(Position(ACCOUNT.id, contract_id, 2) for contract_id in (MNQ, MES))
    for position in both:
        positions.apply(PositionSeen(position), NOON)
        closing.want(position.contract_id, 0, NOON)
    closing.drive(positions, orders, NOON)
    refused = RequestEnded(1, Outcome.REFUSED, 5, 8, "no", Why.ACCOUNT)
    assert closing.ended(refused, NOON)
    soon = NOON + timedelta(seconds=0.1)
    closing.ended(RequestEnded(2, Outcome.DONE, 5), soon)
    assert closing.next_read() == soon
    closing.read(AccountRead(9, ACCOUNT.id, soon, 1, ACCOUNT, both[:1], ()), soon)
    (again,) = closing.drive(positions, orders, soon)
    assert isinstance(again, CloseContract)
    assert again.contract_id == MNQ


@pytest.mark.parametrize(("began_s", "is_asked_again"), [(-2, False), (0.5, False), (1, True)])
def test_a_cancel_in_doubt_is_asked_again_only_after_a_read_begun_since(
    began_s: float, is_asked_again: bool
) -> None:
    closing, orders = Closing(ACCOUNT.id, count(1)), Orders()
    order = Order(9, ACCOUNT.id, MNQ, Side.BUY, OrderType.LIMIT, OrderStatus.OPEN, 1)
    orders.apply(OrderSeen(order), NOON)
    closing.want(MNQ, 0, NOON)
    (cancel,) = closing.drive(Positions(), orders, NOON)
    assert isinstance(cancel, CancelOrder)
    answered = NOON + timedelta(seconds=1)
    closing.ended(RequestEnded(cancel.request_id, Outcome.UNKNOWN, 1), answered)
    began, now = NOON + timedelta(seconds=began_s), NOON + timedelta(seconds=1.5)
    closing.read(AccountRead(1, ACCOUNT.id, began, 1, positions=(), orders=()), now)
    again = [a for a in closing.drive(Positions(), orders, now) if isinstance(a, CancelOrder)]
    assert bool(again) == is_asked_again


class Desk:
    """One pursuit, a venue that refuses, and its reads."""

    def __init__(self, size: int, keep: int = 0) -> None:
        self.closing = Closing(ACCOUNT.id, count(1))
        self.positions, self.orders = Positions(), Orders()
        self.now = NOON
        self.hold(size)
        self.read()  # what fills add up to is known from now on
        self.closing.want(MNQ, keep, NOON)

    def hold(self, size: int) -> None:
        position = Position(ACCOUNT.id, MNQ, size)
        self.positions.apply(PositionSeen(position), self.now)

    def work(self, *, tag: str | None = None, kind: OrderType = OrderType.MARKET) -> None:
        order = Order(9, ACCOUNT.id, MNQ, Side.SELL, kind, OrderStatus.OPEN, 3, tag=tag)
        self.orders.apply(OrderSeen(order), self.now)

    def drive(self, *, may_offset: bool = True) -> list[Request]:
        return self.closing.drive(self.positions, self.orders, self.now, may_offset=may_offset)

    def refuse(self, request: Request, why: Why | None) -> None:
        ended = RequestEnded(request.request_id, Outcome.REFUSED, 5, 1, "no", why)
        assert self.closing.ended(ended, self.now)

    def read(self, after_s: float = 3) -> None:
        """Let time pass and a read show what is known."""
        self.now += timedelta(seconds=after_s)
        held = tuple(self.positions)
        event = AccountRead(1, ACCOUNT.id, self.now, 1, ACCOUNT, held, tuple(self.orders))
        self.positions.apply(event, self.now)
        self.closing.read(event, self.now)

    def rejected(self, why: Why = Why.ORDER) -> None:
        for _ in range(2):
            (close,) = self.drive()
            assert isinstance(close, CloseContract | ReduceContract)
            self.refuse(close, why)
            self.read()


@pytest.mark.parametrize(
    ("size", "keep", "side", "excess"),
    [(3, 0, Side.SELL, 3), (-2, 0, Side.BUY, 2), (5, 2, Side.SELL, 3), (5, -1, Side.SELL, 5)],
)
def test_a_close_turned_down_twice_gives_way_to_one_order_of_exactly_the_excess(
    size: int, keep: int, side: Side, excess: int
) -> None:
    desk = Desk(size, keep)
    desk.rejected()
    (order,) = desk.drive()
    assert isinstance(order, OffsetPosition)
    assert (order.contract_id, order.side, order.size) == (MNQ, side, excess)
    desk.refuse(order, Why.ORDER)
    desk.read()
    (close,) = desk.drive()
    assert isinstance(close, CloseContract | ReduceContract)


def test_no_order_goes_out_against_a_position_that_is_not_sure() -> None:
    desk = Desk(3)
    desk.rejected()
    fill = Fill(1, ACCOUNT.id, MNQ, 8, Side.SELL, 1, Decimal(21000), desk.now)
    desk.positions.fill(fill, desk.now)  # its position is still to be told
    (close,) = desk.drive()
    assert isinstance(close, CloseContract)


def test_no_order_goes_out_beside_another_one_on_its_way() -> None:
    desk = Desk(3)
    desk.rejected()
    desk.work()
    (close,) = desk.drive()
    assert isinstance(close, CloseContract)


def test_no_order_goes_out_where_it_may_not() -> None:
    desk = Desk(3)
    desk.rejected()
    (close,) = desk.drive(may_offset=False)
    assert isinstance(close, CloseContract)


def test_an_own_order_that_still_works_is_cancelled_before_another_close() -> None:
    desk = Desk(3)
    desk.work(tag="curb-close-1")
    (cancel,) = desk.drive()
    assert isinstance(cancel, CancelOrder)
    assert desk.drive() == []
    desk.closing.ended(RequestEnded(cancel.request_id, Outcome.DONE, 5), desk.now)
    desk.orders = Orders()
    desk.read()
    assert [type(request) for request in desk.drive()] == [CloseContract]


def test_a_part_that_the_account_may_not_close_gives_way_to_an_order_too() -> None:
    desk = Desk(5, keep=2)
    desk.rejected(Why.ACCOUNT)
    (order,) = desk.drive()
    assert isinstance(order, OffsetPosition)
    desk.refuse(order, Why.ACCOUNT)
    found = desk.closing.get(MNQ)
    assert found is not None
    assert found.phase is Phase.BARRED


def test_orders_that_the_account_may_not_cancel_are_asked_about_now_and_then() -> None:
    desk = Desk(0)
    desk.work(kind=OrderType.LIMIT)
    asked = []
    for _ in range(100):
        for request in desk.drive():
            asked.append(desk.now)
            desk.refuse(request, Why.ACCOUNT)
        desk.read(1)
    found = desk.closing.get(MNQ)
    assert found is not None
    assert found.phase is Phase.BARRED
    assert 6 <= len(asked) <= 8


@pytest.mark.parametrize("why", [Why.MARKET, Why.ACCOUNT, Why.ORDER, None])
def test_the_stop_stays_while_the_close_is_refused(why: Why | None) -> None:
    desk = Desk(3)
    desk.work(kind=OrderType.STOP)
    for _ in range(60):
        for request in desk.drive(may_offset=False):
            assert not isinstance(request, CancelOrder)
            desk.refuse(request, why)
        desk.read(1)


def test_a_close_that_could_not_leave_goes_as_soon_as_there_is_room() -> None:
    desk = Desk(3)
    (close,) = desk.drive()
    desk.refuse(close, Why.BUDGET)
    assert desk.drive() == []
    assert desk.closing.deadline() == NOON + timedelta(seconds=3.5)
    desk.now += timedelta(seconds=1)
    (again,) = desk.drive()
    assert isinstance(again, CloseContract)
