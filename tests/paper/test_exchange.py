from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from curb.paper.contracts import load
from curb.paper.exchange import START_BALANCE, Exchange
from curb.paper.orders import Bracket, Ticket, Touch
from curb.paper.trades import BalanceChanged, OrderChanged, PositionChanged, Traded
from curb.wire.codes import (
    CancelCode,
    CloseCode,
    ModifyCode,
    OrderSide,
    OrderStatus,
    OrderType,
    PartialCloseCode,
    PlaceCode,
)

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BUY, SELL = OrderSide.BID, OrderSide.ASK
LIMIT, MARKET, STOP = OrderType.LIMIT, OrderType.MARKET, OrderType.STOP


def venue() -> Exchange:
    return Exchange(load(NOW.date()), first_id=3_000_000_000, position_id=1)


def contract_id(exchange: Exchange, symbol: str) -> str:
    return next(each.id for each in exchange.contracts.values() if each.symbol == symbol)


def move(exchange: Exchange, symbol: str, last: str, spread: int = 0) -> None:
    """Set the last price; the touch stands `spread` ticks around it."""
    contract = exchange.contracts[contract_id(exchange, symbol)]
    price, gap = Decimal(last), contract.tick_size * spread
    exchange.move(contract.id, Touch(price - gap, price + gap, price), NOW)


def send(
    exchange: Exchange,
    symbol: str,
    side: OrderSide,
    size: int,
    kind: OrderType = MARKET,
    price: str | None = None,
) -> int:
    """Place an order that is taken; return its id."""
    given = None if price is None else Decimal(price)
    ticket = Ticket(
        contract_id(exchange, symbol),
        kind,
        side,
        size,
        limit=given if kind == LIMIT else None,
        stop=given if kind == STOP else None,
    )
    answer = exchange.place(ticket, NOW)
    assert answer.code == PlaceCode.SUCCESS, answer.message
    assert answer.order_id is not None
    return answer.order_id


@pytest.mark.parametrize(
    ("symbol", "side", "entry", "leave", "size", "pnl"),
    [
        ("MNQ", BUY, "29539", "29542.25", 1, "6.50"),
        ("MNQ", SELL, "29398.5", "29423", 1, "-49"),
        ("CL", BUY, "85.09", "85.10", 1, "10"),
        ("ES", BUY, "6600", "6598.25", 3, "-262.50"),
        ("RTY", SELL, "2400.3", "2399.9", 2, "40"),
        ("GC", BUY, "4078.2", "4078.3", 4, "40"),
        ("6E", SELL, "1.1532", "1.15315", 2, "12.50"),
        ("ZN", BUY, "113.031250", "113.046875", 3, "46.875"),
    ],
)
def test_a_round_turn_earns_ticks_times_tick_value(
    symbol: str, side: OrderSide, entry: str, leave: str, size: int, pnl: str
) -> None:
    exchange = venue()
    move(exchange, symbol, entry)
    send(exchange, symbol, side, size)
    move(exchange, symbol, leave)
    send(exchange, symbol, SELL if side == BUY else BUY, size)
    opening, closing = exchange.trades
    assert opening.pnl is None
    assert closing.pnl == Decimal(pnl)
    assert opening.fees == closing.fees == exchange.contracts[opening.contract_id].fee * size
    assert exchange.balance == START_BALANCE + Decimal(pnl) - 2 * opening.fees


def test_scaling_in_averages_and_scaling_out_keeps_the_average() -> None:
    exchange = venue()
    for price, size in (("6600", 1), ("6601", 2)):
        move(exchange, "ES", price)
        send(exchange, "ES", BUY, size)
    position = exchange.positions[contract_id(exchange, "ES")]
    assert (position.net, position.average) == (3, Decimal("6600.66666667"))
    move(exchange, "ES", "6602")
    for _ in range(3):
        send(exchange, "ES", SELL, 1)
    assert sum(trade.pnl for trade in exchange.trades if trade.pnl) == pytest.approx(200)
    assert not exchange.positions


def test_a_reversal_is_two_half_turns_of_one_order() -> None:
    exchange = venue()
    move(exchange, "ES", "6600")
    send(exchange, "ES", BUY, 2)
    before = exchange.positions[contract_id(exchange, "ES")]
    move(exchange, "ES", "6601")
    order_id = send(exchange, "ES", SELL, 5)
    closing, opening = list(exchange.trades)[-2:]
    assert (closing.size, closing.pnl, closing.order_id) == (2, Decimal(100), order_id)
    assert (opening.size, opening.pnl, opening.order_id) == (3, None, order_id)
    after = exchange.positions[contract_id(exchange, "ES")]
    assert (after.net, after.average) == (-3, Decimal(6601))
    assert after.id != before.id


@pytest.mark.parametrize(("side", "price"), [(BUY, "6600.50"), (SELL, "6599.50")])
def test_a_market_order_takes_the_other_side_of_the_touch(side: OrderSide, price: str) -> None:
    exchange = venue()
    move(exchange, "ES", "6600", spread=2)
    send(exchange, "ES", side, 1)
    assert exchange.trades[-1].price == Decimal(price)


@pytest.mark.parametrize(
    ("side", "kind", "price", "to", "filled_at"),
    [
        (BUY, LIMIT, "6599", "6599.25", None),
        (BUY, LIMIT, "6599", "6599", "6599"),
        (BUY, LIMIT, "6599", "6590", "6599"),
        (SELL, LIMIT, "6601", "6602", "6601"),
        (SELL, STOP, "6599", "6599.25", None),
        (SELL, STOP, "6599", "6599", "6599"),
        (SELL, STOP, "6599", "6597.50", "6597.50"),
        (BUY, STOP, "6601", "6601.25", "6601.25"),
        (BUY, LIMIT, "6610", None, "6600"),
        (SELL, STOP, "6600", None, "6600"),
    ],
)
def test_resting_orders_fill_where_they_should(
    side: OrderSide, kind: OrderType, price: str, to: str | None, filled_at: str | None
) -> None:
    exchange = venue()
    move(exchange, "ES", "6600")
    order_id = send(exchange, "ES", side, 1, kind, price)
    if to is not None:
        assert exchange.orders[order_id].status == OrderStatus.OPEN
        move(exchange, "ES", to)
    order = exchange.orders[order_id]
    expected = None if filled_at is None else Decimal(filled_at)
    assert order.fill_price == expected
    assert order.status == (OrderStatus.OPEN if expected is None else OrderStatus.FILLED)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": 0}, "order type"),
        ({"type": 99}, "order type"),
        ({"side": 2}, "side"),
        ({"size": 0}, "order size"),
        ({"size": -1}, "order size"),
        ({"size": 10_001}, "order size"),
        ({"type": LIMIT}, "missing"),
        ({"type": STOP, "limit": Decimal(6600)}, "missing"),
        ({"type": LIMIT, "limit": Decimal("6600.10")}, "tick size"),
        ({"type": STOP, "stop": Decimal(0)}, "allowed range"),
        ({"tag": "mine"}, "tag"),
        ({"type": 3, "limit": Decimal(6600)}, "missing"),
        ({"type": 5}, "Trail Distance not set."),
        ({"stop_loss": Bracket(4, STOP)}, "less than zero when longing"),
    ],
)
def test_a_wrong_order_is_rejected_with_words_and_exists_with_status_5(
    change: dict[str, object], words: str
) -> None:
    exchange = venue()
    es = contract_id(exchange, "ES")
    exchange.place(Ticket(es, LIMIT, BUY, 1, limit=Decimal(6000), tag="mine"), NOW)
    fields: dict[str, object] = {"contract_id": es, "type": MARKET, "side": BUY, "size": 1}
    answer = exchange.place(Ticket(**(fields | change)), NOW)  # type: ignore[arg-type]
    assert answer.code == PlaceCode.ORDER_REJECTED
    assert words in str(answer.message)
    assert answer.order_id is not None
    assert exchange.orders[answer.order_id].status == OrderStatus.REJECTED
    assert not exchange.positions


@pytest.mark.parametrize(
    ("kind", "side", "price", "status"),
    [
        (OrderType.JOIN_BID, BUY, "6600", OrderStatus.OPEN),
        (OrderType.JOIN_ASK, SELL, "6600.25", OrderStatus.OPEN),
        (OrderType.JOIN_BID, SELL, "6600", OrderStatus.FILLED),
        (OrderType.JOIN_ASK, BUY, "6600.25", OrderStatus.FILLED),
    ],
)
def test_an_order_may_join_the_bid_or_the_ask(
    kind: OrderType, side: OrderSide, price: str, status: OrderStatus
) -> None:
    exchange = venue()
    es = contract_id(exchange, "ES")
    exchange.move(es, Touch(Decimal(6600), Decimal("6600.25"), Decimal(6600)), NOW)
    answer = exchange.place(Ticket(es, kind, side, 1), NOW)
    order = exchange.orders[answer.order_id or 0]
    assert (order.ticket.type, order.ticket.limit, order.status) == (kind, Decimal(price), status)


def test_a_contract_that_is_not_active_takes_no_order_and_can_be_closed() -> None:
    exchange = venue()
    es = contract_id(exchange, "ES")
    exchange.place(Ticket(es, MARKET, BUY, 1), NOW)
    exchange.contracts[es] = replace(exchange.contracts[es], is_active=False)
    answer = exchange.place(Ticket(es, MARKET, BUY, 1), NOW)
    assert (answer.code, answer.order_id) == (PlaceCode.CONTRACT_NOT_ACTIVE, None)
    assert exchange.close(es, NOW).code == CloseCode.SUCCESS


def test_an_unknown_contract_has_a_code_of_its_own_and_no_order() -> None:
    exchange = venue()
    answer = exchange.place(Ticket("CON.F.US.XX.Z26", MARKET, BUY, 1), NOW)
    assert (answer.code, answer.order_id) == (PlaceCode.CONTRACT_NOT_FOUND, None)
    assert not exchange.orders


def test_close_leaves_resting_orders_working_and_they_may_open_a_new_position() -> None:
    exchange = venue()
    move(exchange, "ES", "6600")
    send(exchange, "ES", BUY, 2)
    stop = send(exchange, "ES", SELL, 2, STOP, "6590")
    assert exchange.close(contract_id(exchange, "ES"), NOW).order_id is None
    assert exchange.orders[stop].status == OrderStatus.OPEN
    move(exchange, "ES", "6589")
    assert exchange.positions[contract_id(exchange, "ES")].net == -2


@pytest.mark.parametrize(
    ("symbol", "code"),
    [("NQ", CloseCode.POSITION_NOT_FOUND), (None, CloseCode.CONTRACT_NOT_FOUND)],
)
def test_close_knows_what_is_not_there(symbol: str | None, code: CloseCode) -> None:
    exchange = venue()
    wanted = contract_id(exchange, symbol) if symbol else "CON.F.US.XX.Z26"
    assert exchange.close(wanted, NOW).code == code


@pytest.mark.parametrize(
    ("size", "code", "left"),
    [
        (1, PartialCloseCode.SUCCESS, -2),
        (3, PartialCloseCode.SUCCESS, None),
        (4, PartialCloseCode.INVALID_CLOSE_SIZE, -3),
        (0, PartialCloseCode.INVALID_CLOSE_SIZE, -3),
        (-1, PartialCloseCode.INVALID_CLOSE_SIZE, -3),
    ],
)
def test_a_partial_close_takes_its_size_and_no_more(
    size: int, code: PartialCloseCode, left: int | None
) -> None:
    exchange = venue()
    send(exchange, "GC", SELL, 3)
    gold = contract_id(exchange, "GC")
    assert exchange.close_part(gold, size, NOW).code == code
    position = exchange.positions.get(gold)
    assert (position.net if position else None) == left


def test_an_order_is_cancelled_once() -> None:
    exchange = venue()
    order_id = send(exchange, "ES", BUY, 1, LIMIT, "6000")
    assert exchange.cancel(order_id, NOW).code == CancelCode.SUCCESS
    assert exchange.cancel(order_id, NOW).code == CancelCode.ORDER_NOT_FOUND
    assert exchange.cancel(1, NOW).code == CancelCode.ORDER_NOT_FOUND
    assert not exchange.working()


def test_modify_changes_what_is_given_and_fills_what_it_reaches() -> None:
    exchange = venue()
    move(exchange, "ES", "6600")
    order_id = send(exchange, "ES", BUY, 1, LIMIT, "6000")
    assert exchange.modify(order_id, NOW, size=3).code == ModifyCode.SUCCESS
    assert exchange.orders[order_id].ticket.limit == Decimal(6000)
    wrong = exchange.modify(order_id, NOW, limit=Decimal("6000.10"))
    assert wrong.code == ModifyCode.REJECTED
    assert exchange.modify(order_id, NOW, limit=Decimal(6600)).code == ModifyCode.SUCCESS
    assert exchange.positions[contract_id(exchange, "ES")].net == 3
    assert exchange.modify(order_id, NOW, size=1).code == ModifyCode.ORDER_NOT_FOUND


def test_ids_rise_and_are_above_32_bits() -> None:
    exchange = venue()
    ids = [send(exchange, "ES", BUY, 1) for _ in range(3)]
    ids += [trade.id for trade in exchange.trades]
    assert len(set(ids)) == len(ids)
    assert min(ids) > 2**31


def test_changes_come_in_the_order_order_position_trade_balance() -> None:
    exchange = venue()
    send(exchange, "ES", BUY, 1)
    kinds = [type(each) for each in exchange.drain()]
    assert kinds == [OrderChanged, OrderChanged, PositionChanged, Traded, BalanceChanged]
    assert exchange.drain() == []


def test_a_script_gone_wild_meets_a_limit_of_working_orders() -> None:
    exchange = venue()
    ticket = Ticket(contract_id(exchange, "ES"), LIMIT, BUY, 1, limit=Decimal(6000))
    codes = [exchange.place(ticket, NOW).code for _ in range(1_001)]
    assert codes.index(PlaceCode.ORDER_REJECTED) == 1_000


def test_the_oldest_ended_orders_are_forgotten_and_their_tags_are_free_again() -> None:
    exchange = venue()
    es = contract_id(exchange, "ES")
    kept = send(exchange, "ES", BUY, 1, LIMIT, "6000")
    exchange.place(Ticket(es, MARKET, BUY, 0, tag="once"), NOW)
    for _ in range(20_000):
        exchange.place(Ticket(es, MARKET, BUY, 0), NOW)
    exchange.drain()
    assert len(exchange.orders) == 20_000
    assert exchange.orders[kept].is_working
    again = exchange.place(Ticket(es, LIMIT, BUY, 1, limit=Decimal(6000), tag="once"), NOW)
    assert again.code == PlaceCode.SUCCESS


def test_the_clock_is_the_callers() -> None:
    exchange = venue()
    later = NOW + timedelta(minutes=5)
    exchange.place(Ticket(contract_id(exchange, "ES"), MARKET, BUY, 1), later)
    assert exchange.trades[-1].at == later


def test_an_account_that_may_not_trade_places_nothing_and_closes_what_it_holds() -> None:
    exchange = venue()
    send(exchange, "ES", BUY, 2)
    exchange.set_can_trade(can_trade=False)
    ticket = Ticket(contract_id(exchange, "ES"), MARKET, BUY, 1)
    answer = exchange.place(ticket, NOW)
    assert (answer.code, answer.order_id) == (PlaceCode.ACCOUNT_VIOLATION, None)
    assert exchange.close(contract_id(exchange, "ES"), NOW).code == CloseCode.SUCCESS
    assert not exchange.positions
    exchange.set_can_trade(can_trade=True)
    assert exchange.place(ticket, NOW).code == PlaceCode.SUCCESS
