"""The account's state in a file, so that a restarted venue knows the same account."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from curb.paper.contracts import Contract
from curb.paper.exchange import Exchange
from curb.paper.keyfile import write_private
from curb.paper.ledger import Position
from curb.paper.orders import Order, Ticket
from curb.paper.trades import Trade
from curb.wire import exact
from curb.wire.codes import OrderSide, OrderStatus

# A trading day and the evening before it; older orders and half-turns are not taken along.
_KEPT = timedelta(hours=30)

# Each start without --account leaves a file; as many accounts are remembered.
_FILES_KEPT = 50


class SavedStateError(Exception):
    """A state file that is not one of ours."""


def path_of(folder: Path, account_id: int) -> Path:
    """Return the account's file in the state folder."""
    return folder / f"account-{account_id}.json"


def forget_oldest(folder: Path) -> None:
    """Delete the state of the accounts that were used longest ago, but for the newest fifty."""
    files = sorted(folder.glob("account-*.json"), key=lambda file: file.stat().st_mtime)
    for file in files[:-_FILES_KEPT]:
        file.unlink(missing_ok=True)


def save(path: Path, exchange: Exchange, now: datetime) -> None:
    """Write balance, positions and prices, and the day's orders and half-turns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    since = now - _KEPT
    state = {
        "balance": str(exchange.balance),
        "canTrade": exchange.can_trade,
        "lasts": {key: str(touch.last) for key, touch in exchange.touches.items()},
        "positions": [_position_row(each) for each in exchange.positions.values()],
        "orders": [
            _order_row(each)
            for each in exchange.orders.values()
            if each.is_working or each.updated_at > since
        ],
        "trades": [_trade_row(each) for each in exchange.trades if each.at > since],
    }
    write_private(path, exact.dumps(state))


def load(path: Path, exchange: Exchange) -> bool:
    """Take up what was saved; False where there is nothing.

    Positions and orders of contracts that are no longer listed are left behind. Raises
    SavedStateError for a file that cannot be read.
    """
    try:
        state = exact.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise SavedStateError(
            f"expected the saved state of an account in {path}: {error}"
        ) from None
    try:
        _restore(state, exchange)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise SavedStateError(
            f"expected the saved state of an account in {path}, found a wrong field: {error!r}"
        ) from None
    return True


def lasts(path: Path, contracts: tuple[Contract, ...]) -> dict[str, Decimal]:
    """Return the saved last prices by contract, so that generated prices go on from there."""
    try:
        found = exact.loads(path.read_text(encoding="utf-8"))["lasts"]
        known = {each.id: Decimal(found[each.id]) for each in contracts if each.id in found}
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return {}
    return known


def _restore(state: dict[str, Any], exchange: Exchange) -> None:
    def listed(row: dict[str, Any]) -> bool:
        return row["contract"] in exchange.contracts

    exchange.restore(
        Decimal(state["balance"]),
        orders=_all(state["orders"], _order, listed),
        positions=_all(state["positions"], _position, listed),
        trades=_all(state["trades"], _trade, listed),
    )
    exchange.can_trade = bool(state.get("canTrade", True))


def _all(rows: Any, read: Callable[[Any], Any], keep: Callable[[Any], bool]) -> list[Any]:
    return [read(row) for row in rows if keep(row)]


def _position_row(position: Position) -> dict[str, Any]:
    return {
        "id": position.id,
        "contract": position.contract_id,
        "net": position.net,
        "cost": str(position.cost),
        "opened": position.opened_at.isoformat(),
    }


def _position(row: dict[str, Any]) -> Position:
    return Position(
        int(row["id"]),
        row["contract"],
        int(row["net"]),
        Fraction(row["cost"]),
        datetime.fromisoformat(row["opened"]),
    )


def _order_row(order: Order) -> dict[str, Any]:
    ticket = order.ticket
    return {
        "id": order.id,
        "contract": ticket.contract_id,
        "type": ticket.type,
        "side": ticket.side,
        "size": ticket.size,
        "limit": _text(ticket.limit),
        "stop": _text(ticket.stop),
        "tag": ticket.tag,
        "source": ticket.source,
        "status": int(order.status),
        "created": order.created_at.isoformat(),
        "updated": order.updated_at.isoformat(),
        "filled": order.filled,
        "price": _text(order.fill_price),
        "parent": order.parent_id,
        "linked": order.linked_id,
        "distance": order.distance,
        "triggered": order.is_triggered,
    }


def _order(row: dict[str, Any]) -> Order:
    ticket = Ticket(
        row["contract"],
        int(row["type"]),
        int(row["side"]),
        int(row["size"]),
        limit=_price(row["limit"]),
        stop=_price(row["stop"]),
        tag=row["tag"],
        source=row["source"],
    )
    return Order(
        int(row["id"]),
        ticket,
        OrderStatus(row["status"]),
        datetime.fromisoformat(row["created"]),
        datetime.fromisoformat(row["updated"]),
        int(row["filled"]),
        _price(row["price"]),
        parent_id=row.get("parent"),
        linked_id=row.get("linked"),
        distance=row.get("distance"),
        is_triggered=bool(row.get("triggered")),
    )


def _trade_row(trade: Trade) -> dict[str, Any]:
    return {
        "id": trade.id,
        "contract": trade.contract_id,
        "at": trade.at.isoformat(),
        "price": str(trade.price),
        "pnl": _text(trade.pnl),
        "fees": str(trade.fees),
        "side": int(trade.side),
        "size": trade.size,
        "order": trade.order_id,
        "voided": trade.is_voided,
    }


def _trade(row: dict[str, Any]) -> Trade:
    return Trade(
        int(row["id"]),
        row["contract"],
        datetime.fromisoformat(row["at"]),
        Decimal(row["price"]),
        _price(row["pnl"]),
        Decimal(row["fees"]),
        OrderSide(row["side"]),
        int(row["size"]),
        int(row["order"]),
        is_voided=bool(row.get("voided")),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _price(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
