"""The venue's JSON shapes: with nulls over REST, without them on the stream."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from curb.paper.clock import stamp, trimmed
from curb.paper.contracts import Contract
from curb.paper.ledger import Position
from curb.paper.orders import Order
from curb.paper.tape import Bar
from curb.paper.trades import Trade
from curb.wire.codes import OrderType, PositionType

Row = dict[str, Any]

# How a row writes its times: trimmed over REST, in full on the stream.
Stamped = Callable[[datetime], str]


def account_row(account_id: int, name: str, balance: Decimal, *, can_trade: bool) -> Row:
    """Return an Account."""
    return {
        "id": account_id,
        "name": name,
        "balance": balance,
        "canTrade": can_trade,
        "isVisible": True,
        "simulated": True,
    }


def contract_row(contract: Contract) -> Row:
    """Return a Contract."""
    return {
        "id": contract.id,
        "name": contract.name,
        "description": contract.description,
        "tickSize": contract.tick_size,
        "tickValue": contract.tick_value,
        "activeContract": contract.is_active,
        "symbolId": contract.symbol_id,
    }


def order_row(account_id: int, contract: Contract, order: Order, at: Stamped = trimmed) -> Row:
    """Return an Order; a trailing stop's `trailPrice` is its distance."""
    ticket = order.ticket
    is_trailing = ticket.type == OrderType.TRAILING_STOP and order.distance is not None
    return {
        "id": order.id,
        "accountId": account_id,
        "contractId": contract.id,
        "symbolId": contract.symbol_id,
        "creationTimestamp": at(order.created_at),
        "updateTimestamp": at(order.updated_at),
        "status": int(order.status),
        "type": ticket.type,
        "side": ticket.side,
        "size": ticket.size,
        "limitPrice": ticket.limit,
        "stopPrice": ticket.stop,
        "fillVolume": order.filled,
        "filledPrice": order.fill_price,
        "customTag": ticket.tag,
        "trailDistance": order.distance,
        "trailPrice": abs(order.distance or 0) * contract.tick_size if is_trailing else None,
        "parentOrderId": order.parent_id,
        "linkedOrderId": order.linked_id,
    }


def position_row(
    account_id: int,
    contract: Contract,
    position: Position,
    *,
    is_flat: bool = False,
    at: Stamped = trimmed,
) -> Row:
    """Return a Position; a flat one has type 0, size 0 and the last average."""
    kind = PositionType.LONG if position.net > 0 else PositionType.SHORT
    return {
        "id": position.id,
        "accountId": account_id,
        "contractId": contract.id,
        "contractDisplayName": contract.name,
        "creationTimestamp": at(position.opened_at),
        "type": int(PositionType.UNDEFINED if is_flat else kind),
        "size": 0 if is_flat else abs(position.net),
        "averagePrice": position.average,
    }


def trade_row(account_id: int, trade: Trade, at: Stamped = trimmed) -> Row:
    """Return a Trade, one half-turn; `profitAndLoss` is null where it opened."""
    return {
        "id": trade.id,
        "accountId": account_id,
        "contractId": trade.contract_id,
        "creationTimestamp": at(trade.at),
        "price": trade.price,
        "profitAndLoss": trade.pnl,
        "fees": trade.fees,
        "commissions": None,
        "side": int(trade.side),
        "size": trade.size,
        "voided": trade.is_voided,
        "orderId": trade.order_id,
    }


def on_stream(action: int, row: Row) -> Row:
    """Return a row as the user hub sends it: wrapped, nulls left out."""
    return {
        "action": action,
        "data": {name: value for name, value in row.items() if value is not None},
    }


def printed(contract: Contract, price: Decimal, size: int, side: int, at: datetime) -> Row:
    """Return one market trade as it stands in a GatewayTrade list."""
    return {
        "symbolId": contract.symbol_id,
        "price": price,
        "timestamp": stamp(at, 3),
        "type": side,
        "volume": size,
        "contractId": contract.id,
    }


def bar_row(bar: Bar) -> Row:
    """Return a bar; `t` is when it began."""
    return {
        "t": trimmed(bar.at),
        "o": bar.open,
        "h": bar.high,
        "l": bar.low,
        "c": bar.close,
        "v": bar.volume,
    }
