from decimal import Decimal

import pytest

from curb.paper.customs import Customs, Orphans
from curb.paper.exchange import Exchange
from curb.paper.orders import Bracket, Order, Ticket, Touch
from curb.paper.trades import OrderChanged
from curb.wire.codes import CancelCode, CloseCode, OrderSide, OrderStatus, OrderType
from tests.paper.play import START, contracts, listed

ES = listed("ES")
BUY, SELL = OrderSide.BID, OrderSide.ASK
MARKET, LIMIT, STOP = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP
TRAILING = OrderType.TRAILING_STOP
OPEN, FILLED, CANCELLED = OrderStatus.OPEN, OrderStatus.FILLED, OrderStatus.CANCELLED
PENDING, SUSPENDED = OrderStatus.PENDING, OrderStatus.SUSPENDED


def venue(customs: Customs | None = None) -> Exchange:
    exchange = Exchange(contracts(), first_id=3_000_000_000, position_id=1, customs=customs)
    move(exchange, "6600")
    return exchange


def move(exchange: Exchange, last: str) -> None:
    price = Decimal(last)
    exchange.move(ES.id, Touch(price, price, price), START)


def enter(
    exchange: Exchange,
    side: OrderSide = BUY,
    size: int = 2,
    limit: str | None = None,
    stop: Bracket | None = None,
    target: Bracket | None = None,
) -> tuple[int, int, int]:
    """Place an entry with a stop 8 ticks and a target 12 ticks away; return the three ids."""
    up = 1 if side == BUY else -1
    ticket = Ticket(
        ES.id,
        LIMIT if limit else MARKET,
        side,
        size,
        limit=Decimal(limit) if limit else None,
        tag="plan",
        stop_loss=stop or Bracket(-8 * up, STOP),
        take_profit=target or Bracket(12 * up, LIMIT),
    )
    entry = exchange.place(ticket, START).order_id
    assert entry is not None
    return entry, entry + 1, entry + 2


def told(exchange: Exchange) -> list[Order]:
    return [each.order for each in exchange.drain() if isinstance(each, OrderChanged)]


def statuses(exchange: Exchange, ids: tuple[int, ...]) -> list[OrderStatus]:
    return [exchange.orders[each].status for each in ids]


def sizes(exchange: Exchange, ids: tuple[int, ...]) -> list[int]:
    return [exchange.orders[each].ticket.size for each in ids]


def test_one_place_call_is_three_orders_told_stop_entry_target_then_target_and_stop_wake() -> None:
    exchange = venue()
    exchange.drain()
    entry, stop, target = enter(exchange)
    assert [(each.id, each.status) for each in told(exchange)] == [
        (stop, SUSPENDED),
        (entry, PENDING),
        (target, SUSPENDED),
        (entry, FILLED),
        (target, OPEN),
        (stop, OPEN),
    ]


@pytest.mark.parametrize(
    ("side", "closing", "stop", "target"),
    [(BUY, SELL, "6598", "6603"), (SELL, BUY, "6602", "6597")],
)
def test_exits_are_counted_from_the_fill_and_know_their_entry(
    side: OrderSide, closing: OrderSide, stop: str, target: str
) -> None:
    exchange = venue()
    entry, stop_id, target_id = enter(exchange, side)
    loss, gain = exchange.orders[stop_id], exchange.orders[target_id]
    assert (loss.ticket.stop, gain.ticket.limit) == (Decimal(stop), Decimal(target))
    assert (loss.ticket.limit, gain.ticket.stop) == (None, None)
    assert (loss.ticket.side, gain.ticket.side) == (closing, closing)
    assert (loss.parent_id, gain.parent_id) == (entry, entry)
    assert (loss.linked_id, gain.linked_id) == (None, stop_id)
    assert (loss.ticket.tag, gain.ticket.tag) == ("plan-SL", "plan-TP")
    up = 1 if side == BUY else -1
    assert (loss.distance, gain.distance) == (-8 * up, 12 * up)
    assert sizes(exchange, (stop_id, target_id)) == [2, 2]


def test_until_the_entry_fills_its_exits_have_no_price_and_fill_nowhere() -> None:
    exchange = venue()
    ids = enter(exchange, limit="6590")
    move(exchange, "6700")
    assert statuses(exchange, ids) == [OPEN, SUSPENDED, SUSPENDED]
    assert [exchange.orders[each].ticket.stop for each in ids] == [None] * 3
    assert not exchange.positions
    move(exchange, "6590")
    assert statuses(exchange, ids) == [FILLED, OPEN, OPEN]
    assert exchange.orders[ids[1]].ticket.stop == 6588


@pytest.mark.parametrize(
    ("to", "left"), [("6598", [FILLED, FILLED, CANCELLED]), ("6603", [FILLED, CANCELLED, FILLED])]
)
def test_one_exit_fills_and_the_other_is_cancelled(to: str, left: list[OrderStatus]) -> None:
    exchange = venue()
    ids = enter(exchange)
    move(exchange, to)
    assert statuses(exchange, ids) == left
    assert not exchange.positions


def test_signs_are_put_right_where_the_venue_is_lenient() -> None:
    exchange = venue(Customs(brackets="lenient"))
    _, stop, target = enter(exchange, stop=Bracket(8, STOP), target=Bracket(-12, LIMIT))
    assert exchange.orders[stop].ticket.stop == 6598
    assert exchange.orders[target].ticket.limit == 6603


def test_partial_fills_of_the_entry_wake_the_exits_and_grow_them() -> None:
    exchange = venue(Customs(depth=2))
    ids = enter(exchange, size=5, limit="6590")
    for filled, status in ((2, OPEN), (4, OPEN), (5, FILLED)):
        move(exchange, "6590")
        assert statuses(exchange, ids) == [status, OPEN, OPEN]
        assert sizes(exchange, ids[1:]) == [filled, filled]
        assert exchange.positions[ES.id].net == filled


def test_a_partial_fill_of_one_exit_shrinks_the_other() -> None:
    exchange = venue(Customs(depth=2))
    _, stop, target = enter(exchange, size=2)
    exchange.place(Ticket(ES.id, MARKET, BUY, 2), START)
    exchange.modify(stop, START, size=5)
    exchange.modify(target, START, size=5)
    move(exchange, "6603")
    assert (exchange.orders[target].remaining, exchange.orders[stop].remaining) == (3, 3)
    move(exchange, "6598")
    assert (exchange.orders[target].remaining, exchange.orders[stop].remaining) == (1, 1)
    assert exchange.orders[stop].filled == 2


def test_an_exit_that_is_done_ends_what_was_left_to_enter() -> None:
    exchange = venue(Customs(depth=2))
    ids = enter(exchange, size=5, limit="6590")
    move(exchange, "6590")
    move(exchange, "6593")
    assert statuses(exchange, ids) == [CANCELLED, CANCELLED, FILLED]
    assert not exchange.positions


def test_a_cancelled_entry_takes_the_exits_that_wait_and_leaves_those_that_protect() -> None:
    exchange = venue(Customs(depth=2))
    waiting = enter(exchange, size=5, limit="6590")
    exchange.cancel(waiting[0], START)
    assert statuses(exchange, waiting) == [CANCELLED] * 3
    begun = exchange.place(
        Ticket(ES.id, LIMIT, BUY, 5, limit=Decimal(6590), stop_loss=Bracket(-8, STOP)), START
    ).order_id
    assert begun is not None
    move(exchange, "6590")
    exchange.cancel(begun, START)
    assert statuses(exchange, (begun, begun + 1)) == [CANCELLED, OPEN]
    assert sizes(exchange, (begun + 1,)) == [2]


def test_an_exit_is_moved_or_cancelled_by_hand_without_its_sibling() -> None:
    exchange = venue()
    _, stop, target = enter(exchange)
    exchange.modify(stop, START, stop=Decimal(6599))
    assert exchange.orders[target].ticket.limit == 6603
    assert exchange.cancel(target, START).code == CancelCode.SUCCESS
    assert exchange.orders[stop].status == OPEN


def test_a_suspended_exit_can_be_cancelled() -> None:
    exchange = venue()
    entry, stop, target = enter(exchange, limit="6590")
    assert exchange.cancel(stop, START).code == CancelCode.SUCCESS
    move(exchange, "6590")
    assert statuses(exchange, (entry, stop, target)) == [FILLED, CANCELLED, OPEN]


@pytest.mark.parametrize(("orphans", "left", "net"), [("stay", OPEN, -2), ("cancel", CANCELLED, 0)])
def test_what_a_close_leaves_of_a_bracket_is_a_custom(
    orphans: Orphans, left: OrderStatus, net: int
) -> None:
    exchange = venue(Customs(orphans=orphans))
    _, stop, target = enter(exchange)
    waiting = enter_later(exchange)
    exchange.close(ES.id, START)
    assert statuses(exchange, (stop, target)) == [left, left]
    assert exchange.orders[waiting].status == SUSPENDED
    move(exchange, "6598")
    position = exchange.positions.get(ES.id)
    assert (position.net if position else 0) == net


def enter_later(exchange: Exchange) -> int:
    """Place an entry that rests; return the id of its waiting stop."""
    ticket = Ticket(ES.id, LIMIT, BUY, 1, limit=Decimal(6500), stop_loss=Bracket(-8, STOP))
    entry = exchange.place(ticket, START).order_id
    assert entry is not None
    return entry + 1


def test_a_trailing_exit_begins_at_the_fill_and_follows() -> None:
    exchange = venue()
    _, stop, target = enter(exchange, stop=Bracket(-8, TRAILING))
    assert exchange.orders[stop].ticket.stop == 6598
    move(exchange, "6602")
    assert exchange.orders[stop].ticket.stop == 6600
    move(exchange, "6600")
    assert statuses(exchange, (stop, target)) == [FILLED, CANCELLED]


def test_an_exit_whose_price_was_passed_on_waking_fills_at_once() -> None:
    exchange = venue()
    exchange.move(ES.id, Touch(Decimal(6590), Decimal(6603), Decimal(6600)), START)
    ids = enter(exchange)
    assert statuses(exchange, ids) == [FILLED, FILLED, CANCELLED]
    assert exchange.orders[ids[1]].fill_price == 6590


def test_an_exit_alone_works_alone() -> None:
    exchange = venue()
    ticket = Ticket(ES.id, MARKET, SELL, 1, take_profit=Bracket(-4, LIMIT))
    entry = exchange.place(ticket, START).order_id
    assert entry is not None
    assert exchange.orders[entry + 1].linked_id is None
    move(exchange, "6599")
    assert not exchange.positions


def test_a_second_close_waits_for_the_first() -> None:
    exchange = venue(Customs(depth=2))
    exchange.place(Ticket(ES.id, MARKET, BUY, 2), START)
    exchange.place(Ticket(ES.id, MARKET, BUY, 2), START)
    assert exchange.close(ES.id, START).code == CloseCode.SUCCESS
    assert exchange.positions[ES.id].net == 2
    assert exchange.close(ES.id, START).code == CloseCode.ORDER_PENDING
    move(exchange, "6600")
    assert not exchange.positions
