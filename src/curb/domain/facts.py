"""What an event brought, in few figures, for the row of what it led to."""

from datetime import datetime
from typing import Any

from curb.domain.book import Fill, Order
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    ContractSeen,
    Event,
    FillSeen,
    FlattenAsked,
    OrderSeen,
    PositionSeen,
    QuoteSeen,
    SelfLockAsked,
)


def facts(event: Event) -> dict[str, Any]:
    """Return the event's own figures by name; what it did not tell is left out."""
    return {name: value for name, value in _facts(event).items() if value is not None}


def venue_time(event: Event) -> datetime | None:
    """Return when it happened by the venue's clock, None where nothing says so."""
    match event:
        case FillSeen(fill):
            return fill.at
        case OrderSeen(order):
            return order.updated_at
        case QuoteSeen(at=at):
            return at
        case _:
            return None


def _facts(event: Event) -> dict[str, Any]:
    match event:
        case FillSeen(fill):
            return _fill(fill)
        case OrderSeen(order):
            return _order(order)
        case PositionSeen(p):
            average = _text(p.average_price)
            return {"contract": p.contract_id, "size": p.size, "average": average}
        case QuoteSeen(contract_id=contract_id, last=last, bid=bid, ask=ask):
            prices = {"last": _text(last), "bid": _text(bid), "ask": _text(ask)}
            return {"contract": contract_id} | prices
        case AccountSeen(account):
            return {"can_trade": account.can_trade, "balance": _text(account.balance)}
        case AccountRead():
            return _read(event)
        case ContractSeen(contract):
            return {"contract": contract.id, "name": contract.name}
        case FlattenAsked(symbol=symbol, source=source):
            return {"source": source, "symbol": symbol}
        case SelfLockAsked(seconds=seconds, symbol=symbol, source=source):
            return {"source": source, "symbol": symbol, "seconds": seconds}
        case _:
            return {}


def _fill(fill: Fill) -> dict[str, Any]:
    return {
        "contract": fill.contract_id,
        "order": fill.order_id,
        "side": fill.side.name.lower(),
        "size": fill.size,
        "price": _text(fill.price),
        "pnl": _text(fill.pnl),
        "costs": _text(fill.costs),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "contract": order.contract_id,
        "side": order.side.name.lower(),
        "type": order.type.value,
        "status": order.status.value,
        "size": order.size,
        "filled": order.filled,
        "limit_price": _text(order.limit_price),
        "stop_price": _text(order.stop_price),
        "trailing_amount": _text(order.trailing_amount),
        "filled_price": _text(order.filled_price),
    }


def _read(read: AccountRead) -> dict[str, Any]:
    """Return how much was read: the lists themselves are too long for a row."""
    return {
        "positions": None if read.positions is None else len(read.positions),
        "orders": None if read.orders is None else len(read.orders),
        "fills": None if read.fills is None else len(read.fills),
        "latency_ms": read.latency_ms,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
