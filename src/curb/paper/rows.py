"""The venue's JSON shapes: with nulls over REST, without them on the stream."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from curb.paper.clock import stamp
from curb.paper.contracts import Contract
from curb.paper.ledger import Position
from curb.paper.orders import Order
from curb.paper.trades import Trade
from curb.wire.codes import OrderType, PositionType

Row = dict[str, Any]


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


def order_row(account_id: int, contract: Contract, order: Order, digits: int = 6) -> Row:
    """Return an Order; a trailing stop's `trailPrice` is its distance."""
    ticket = order.ticket
    is_trailing = ticket.type == OrderType.TRAILING_STOP and order.distance is not None
    return {
        "id": order.id,
        "accountId": account_id,
        "contractId": contract.id,
        "symbolId": contract.symbol_id,
        "creationTimestamp": stamp(order.created_at, digits),
        "updateTimestamp": stamp(order.updated_at, digits),
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
    digits: int = 6,
) -> Row:
    """Return a Position; a flat one has type 0, size 0 and the last average."""
    kind = PositionType.LONG if position.net > 0 else PositionType.SHORT
    return {
        "id": position.id,
        "accountId": account_id,
        "contractId": contract.id,
        "contractDisplayName": contract.name,
        "creationTimestamp": stamp(position.opened_at, digits),
        "type": int(PositionType.UNDEFINED if is_flat else kind),
        "size": 0 if is_flat else abs(position.net),
        "averagePrice": position.average,
    }


def trade_row(account_id: int, trade: Trade, digits: int = 6) -> Row:
    """Return a Trade, one half-turn; `profitAndLoss` is null where it opened."""
    return {
        "id": trade.id,
        "accountId": account_id,
        "contractId": trade.contract_id,
        "creationTimestamp": stamp(trade.at, digits),
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
