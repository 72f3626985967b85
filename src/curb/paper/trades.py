"""What the exchange tells of: fills, positions, orders balance and permission, as they change."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from curb.paper.ledger import Half, Position
from curb.paper.orders import Order
from curb.wire.codes import OrderSide


@dataclass(frozen=True, slots=True)
class Trade:
    """A half-turn; `pnl` is gross dollars, None where it opened."""

    id: int
    contract_id: str
    at: datetime
    price: Decimal
    pnl: Decimal | None
    fees: Decimal
    side: OrderSide
    size: int
    order_id: int
    is_voided: bool = False

    @classmethod
    def of(cls, trade_id: int, order: Order, half: Half, price: Decimal, at: datetime) -> "Trade":
        """Return one half of an order's fill."""
        ticket = order.ticket
        return cls(
            id=trade_id,
            contract_id=ticket.contract_id,
            at=at,
            price=price,
            pnl=half.pnl,
            fees=half.fees,
            side=OrderSide(ticket.side),
            size=half.size,
            order_id=order.id,
        )


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order came, moved, filled or ended."""

    order: Order


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position changed; with `is_flat` it is the one that is gone."""

    position: Position
    is_flat: bool


@dataclass(frozen=True, slots=True)
class Traded:
    """A half-turn happened."""

    trade: Trade


@dataclass(frozen=True, slots=True)
class TradeCorrected:
    """A half-turn was voided, or is worth something else because an earlier one was."""

    trade: Trade


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """The balance after a fill or a void, in dollars, fees taken off."""

    balance: Decimal


@dataclass(frozen=True, slots=True)
class PermissionChanged:
    """The account may trade from now on, or may not."""

    can_trade: bool


Change = (
    OrderChanged | PositionChanged | Traded | TradeCorrected | BalanceChanged | PermissionChanged
)
