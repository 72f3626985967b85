from decimal import Decimal

import pytest

from curb.paper.exchange import START_BALANCE, Exchange
from curb.paper.orders import Ticket, Touch
from curb.paper.trades import BalanceChanged, PositionChanged, TradeCorrected
from curb.wire.codes import OrderSide, OrderType, SearchCode
from tests.paper.play import START, contracts, listed

ES = listed("ES")


def traded(*fills: tuple[int, str]) -> Exchange:
    """Return an exchange after market orders of signed sizes at prices."""
    exchange = Exchange(contracts(), first_id=3_000_000_000, position_id=1)
    for signed, price in fills:
        last = Decimal(price)
        exchange.move(ES.id, Touch(last, last, last), START)
        side = OrderSide.BID if signed > 0 else OrderSide.ASK
        exchange.place(Ticket(ES.id, OrderType.MARKET, side, abs(signed)), START)
    exchange.drain()
    return exchange


@pytest.mark.parametrize(
    ("fills", "index", "net", "average", "results"),
    [
        # A losing exit goes: the position is back, its loss is not.
        ([(1, "6600"), (-1, "6588")], 1, 1, "6600", [None, "-600"]),
        # The entry goes: what closed it opened the other side instead.
        ([(1, "6600"), (-1, "6588")], 0, -1, "6588", [None, None]),
        # One of two entries goes: the exit's result is counted from the other's price.
        ([(1, "6600"), (1, "6610"), (-1, "6612")], 1, 0, None, [None, None, "600"]),
        # An exit closes only a part of what it did, the rest opens.
        ([(1, "6600"), (1, "6600"), (-2, "6602")], 0, -1, "6602", [None, None, "100"]),
        # A half-turn of a reversal is one of two.
        ([(1, "6600"), (-3, "6602")], 2, 0, None, [None, "100", None]),
        # The only fill goes: flat, and its fee is back.
        ([(2, "6600")], 0, 0, None, [None]),
    ],
)
def test_the_account_is_as_if_the_half_turn_never_was(
    fills: list[tuple[int, str]],
    index: int,
    net: int,
    average: str | None,
    results: list[str | None],
) -> None:
    exchange = traded(*fills)
    gone = exchange.trades[index]
    assert exchange.void(gone.id).code == SearchCode.SUCCESS
    position = exchange.positions.get(ES.id)
    assert (position.net if position else 0) == net
    assert (position.average if position else None) == (Decimal(average) if average else None)
    expected = [None if each is None else Decimal(each) for each in results]
    assert [each.pnl for each in exchange.trades] == expected
    assert [each.is_voided for each in exchange.trades] == [
        each.id == gone.id for each in exchange.trades
    ]
    standing = [each for each in exchange.trades if not each.is_voided]
    made = sum((each.pnl or Decimal(0) for each in standing), Decimal(0))
    charged = sum(each.size for each in standing)
    assert exchange.balance == START_BALANCE + made - ES.fee * charged


def test_it_tells_every_corrected_half_turn_then_position_and_balance() -> None:
    exchange = traded((1, "6600"), (-1, "6588"))
    entry, leave = exchange.trades
    exchange.void(entry.id)
    changes = exchange.drain()
    assert [type(each) for each in changes] == [
        TradeCorrected,
        TradeCorrected,
        PositionChanged,
        BalanceChanged,
    ]
    told = [each.trade for each in changes if isinstance(each, TradeCorrected)]
    assert [(each.id, each.is_voided) for each in told] == [(entry.id, True), (leave.id, False)]


def test_a_position_that_stays_keeps_its_id_and_a_new_one_has_another() -> None:
    exchange = traded((1, "6600"), (1, "6601"))
    before = exchange.positions[ES.id]
    exchange.void(exchange.trades[0].id)
    assert exchange.positions[ES.id].id == before.id
    turned = traded((1, "6600"), (-1, "6601"), (1, "6602"))
    held = turned.positions[ES.id].id
    turned.void(turned.trades[0].id)
    assert not turned.positions
    turned.place(Ticket(ES.id, OrderType.MARKET, OrderSide.BID, 1), START)
    assert turned.positions[ES.id].id > held


def test_nothing_is_voided_twice_and_nothing_unknown() -> None:
    exchange = traded((1, "6600"))
    trade = exchange.trades[0]
    assert exchange.void(trade.id + 1).code == SearchCode.NOT_FOUND
    assert exchange.void(trade.id).code == SearchCode.SUCCESS
    assert exchange.void(trade.id).code == SearchCode.NOT_FOUND


def test_a_position_older_than_what_is_kept_is_left_alone() -> None:
    exchange = traded((2, "6600"), (-1, "6601"))
    exchange.trades.popleft()
    before = exchange.positions[ES.id]
    assert exchange.void(exchange.trades[0].id).code == SearchCode.NOT_FOUND
    assert exchange.positions[ES.id] == before
