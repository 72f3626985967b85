"""The gateway's records as the domain's words; each remote string is made harmless here."""

from decimal import Decimal
from typing import Any

from curb.domain.book import Account, Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.market import Contract, symbol_of
from curb.domain.money import ZERO
from curb.domain.text import safe_text
from curb.gateway.bodies import (
    AccountRow,
    ContractRow,
    OrderRow,
    PositionRow,
    TradeRow,
    read_row,
)
from curb.gateway.counters import Counters
from curb.wire import codes

_SIDES = {codes.OrderSide.BID.value: Side.BUY, codes.OrderSide.ASK.value: Side.SELL}

_TYPES = {
    codes.OrderType.UNKNOWN.value: OrderType.OTHER,
    codes.OrderType.LIMIT.value: OrderType.LIMIT,
    codes.OrderType.MARKET.value: OrderType.MARKET,
    codes.OrderType.STOP_LIMIT.value: OrderType.STOP_LIMIT,
    codes.OrderType.STOP.value: OrderType.STOP,
    codes.OrderType.TRAILING_STOP.value: OrderType.TRAILING_STOP,
    codes.OrderType.JOIN_BID.value: OrderType.OTHER,
    codes.OrderType.JOIN_ASK.value: OrderType.OTHER,
}

_STATUSES = {
    codes.OrderStatus.NONE.value: OrderStatus.UNKNOWN,
    codes.OrderStatus.OPEN.value: OrderStatus.OPEN,
    codes.OrderStatus.FILLED.value: OrderStatus.FILLED,
    codes.OrderStatus.CANCELLED.value: OrderStatus.CANCELLED,
    codes.OrderStatus.EXPIRED.value: OrderStatus.EXPIRED,
    codes.OrderStatus.REJECTED.value: OrderStatus.REJECTED,
    codes.OrderStatus.PENDING.value: OrderStatus.PENDING,
    codes.OrderStatus.PENDING_CANCELLATION.value: OrderStatus.PENDING_CANCELLATION,
    codes.OrderStatus.SUSPENDED.value: OrderStatus.SUSPENDED,
}

_POSITION_TYPES = frozenset(codes.PositionType)
_SIGNS = {codes.PositionType.LONG.value: 1, codes.PositionType.SHORT.value: -1}


_MICRO = Decimal("0.000001")


def account_of(record: Any, counters: Counters) -> Account | None:
    """Return an account; one without a name is called by its number."""
    row = read_row(AccountRow, record, counters)
    if row is None:
        return None
    name = safe_text(row.name or f"account {row.id}")
    return Account(row.id, name, row.balance, row.can_trade, bool(row.simulated))


def contract_of(record: Any, counters: Counters) -> Contract | None:
    """Return a contract; its symbol comes from its name, else from the gateway's root."""
    row = read_row(ContractRow, record, counters)
    if row is None:
        return None
    name = safe_text(row.name)
    symbol = symbol_of(name) or safe_text((row.symbol_id or row.id).rpartition(".")[2])
    description = safe_text(row.description or "")
    return Contract(row.id, name, symbol, row.tick_size, row.tick_value, description)


def position_of(record: Any, counters: Counters) -> Position | None:
    """Return a position with a signed size; one without a direction says so."""
    row = read_row(PositionRow, record, counters)
    if row is None:
        return None
    size = _contracts(row.size, "position size", counters)
    sign = _SIGNS.get(row.type) if row.type is not None else None
    if row.type is not None and row.type not in _POSITION_TYPES:
        counters.unlisted("position type")
    return Position(
        account_id=row.account_id,
        contract_id=row.contract_id,
        size=size * (sign or 1),
        average_price=row.average_price or None,  # 0 is the gateway's "none"
        opened_at=row.creation_timestamp,
        id=row.id,
        is_side_known=sign is not None or size == 0,
    )


def order_of(record: Any, counters: Counters) -> Order | None:
    """Return an order; None where it lacks an id, a contract, a side or, working, a size.

    What else is impossible is counted and costs only itself, so that the order goes on being
    one that may add exposure: an unknown status counts as working, a fill beyond the size
    fills nothing, a price of 0 is none. A stop without its price protects nothing.
    """
    row = read_row(OrderRow, record, counters)
    side = _side(row.side, "order side", counters) if row is not None else None
    if row is None or side is None:
        return None
    order = _order(row, side, counters)
    if order.size == 0 and not order.status.is_final:
        counters.drop("order size")
        return None
    if order.lacks:
        counters.malform(f"order without its {order.lacks}")
    return order


def _order(row: OrderRow, side: Side, counters: Counters) -> Order:
    kind = _type(row.type, counters)
    size = _contracts(row.size, "order size", counters)
    return Order(
        id=row.id,
        account_id=row.account_id,
        contract_id=row.contract_id,
        side=side,
        type=kind,
        status=_status(row.status, counters),
        size=size,
        filled=_filled(row.fill_volume, size, counters),
        limit_price=row.limit_price or None,
        stop_price=row.stop_price or None,
        created_at=row.creation_timestamp,
        updated_at=row.update_timestamp,
        tag=safe_text(row.custom_tag) if row.custom_tag is not None else None,
        parent_id=row.parent_order_id,
        trailing_amount=_distance(kind, row.trail_price),
        filled_price=row.filled_price or None,
    )


def fill_of(record: Any, counters: Counters) -> Fill | None:
    """Return a fill. `pnl` is None where the gateway gave none: the half opened exposure.

    A time ahead of ours is taken as told: the venue's clock cuts the days, and ours may be
    slow. A price may be below 0.
    """
    row = read_row(TradeRow, record, counters)
    side = _side(row.side, "trade side", counters) if row is not None else None
    if row is None or side is None:
        return None
    return Fill(
        id=row.id,
        account_id=row.account_id,
        contract_id=row.contract_id,
        order_id=row.order_id,
        side=side,
        size=row.size,
        price=row.price,
        at=row.creation_timestamp,
        pnl=None if row.profit_and_loss is None else _dollars(row.profit_and_loss),
        fees=_cost(row.fees),
        commissions=_cost(row.commissions),
        is_voided=bool(row.voided),
    )


def _contracts(size: int, what: str, counters: Counters) -> int:
    """Return a size without its sign, which stands in the type or the side."""
    if size < 0:
        counters.malform(what)
    return abs(size)


def _filled(told: int | None, size: int, counters: Counters) -> int:
    if told is None or 0 <= told <= size:
        return told or 0
    counters.malform("filled size")
    return 0


def _distance(kind: OrderType, told: Decimal | None) -> Decimal | None:
    """Return what a trailing stop keeps: its `trailPrice` reads back as a distance in price."""
    return abs(told) if told and kind is OrderType.TRAILING_STOP else None


def _cost(amount: Decimal | None) -> Decimal:
    return abs(_dollars(amount)) if amount is not None else ZERO


def _dollars(amount: Decimal) -> Decimal:
    """Return an amount in whole micro-dollars: what is finer is the noise of a binary fraction."""
    return amount if amount == amount.quantize(_MICRO) else amount.quantize(_MICRO)


def _side(number: int, what: str, counters: Counters) -> Side | None:
    side = _SIDES.get(number)
    if side is None:
        counters.unlisted(what)
        counters.drop(what)
    return side


def _type(number: int | None, counters: Counters) -> OrderType:
    found = _TYPES.get(number) if number is not None else OrderType.OTHER
    if found is None:
        counters.unlisted("order type")
    return found or OrderType.OTHER


def _status(number: int | None, counters: Counters) -> OrderStatus:
    found = _STATUSES.get(number) if number is not None else OrderStatus.UNKNOWN
    if found is None:
        counters.unlisted("order status")
    return found or OrderStatus.UNKNOWN
