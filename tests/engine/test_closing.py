"""Two wishes for one contract, and reads that say nothing."""

from datetime import timedelta
from itertools import count

import pytest

from curb.domain.actions import CancelOrder
from curb.domain.book import Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountRead, OrderSeen, Outcome, PositionSeen, RequestEnded
from curb.engine.closing import Closing
from curb.engine.flatten import Phase
from curb.state.orders import Orders
from curb.state.positions import Positions
from tests.scene import ACCOUNT, NOON, Deeds, contract_id

MNQ = contract_id("MNQ")


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
