"""Orders, the touch, and the reasons to reject an order."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from curb.paper.contracts import Contract
from curb.wire.codes import OrderSide, OrderStatus, OrderType

# What must and what may trade; the other types have no place at this venue yet.
_TYPES = (OrderType.LIMIT, OrderType.MARKET, OrderType.STOP)

# The real venue's ceiling is unknown; this one only keeps a typing error from overflowing.
MAX_SIZE = 10_000

WORKING = (OrderStatus.OPEN, OrderStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Touch:
    """The market of one contract: best bid, best ask and the last trade."""

    bid: Decimal
    ask: Decimal
    last: Decimal


@dataclass(frozen=True, slots=True)
class Ticket:
    """What someone asks for. `source` says who: "api", "close" or "trader"."""

    contract_id: str
    type: int
    side: int
    size: int
    limit: Decimal | None = None
    stop: Decimal | None = None
    tag: str | None = None
    source: str = "api"
    has_brackets: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the account, in any status."""

    id: int
    ticket: Ticket
    status: OrderStatus
    created_at: datetime
    updated_at: datetime
    filled: int = 0
    fill_price: Decimal | None = None

    @property
    def is_working(self) -> bool:
        """Tell whether it may still fill."""
        return self.status in WORKING

    @property
    def signed(self) -> int:
        """Return its size, negative for a sale."""
        return self.ticket.size if self.ticket.side == OrderSide.BID else -self.ticket.size

    def at(self, status: OrderStatus, now: datetime) -> "Order":
        """Return the order in another status."""
        return replace(self, status=status, updated_at=now)


def rejection(ticket: Ticket, contract: Contract, used_tags: AbstractSet[str]) -> str | None:
    """Return why the venue refuses the ticket, in its words; None where it takes it."""
    if ticket.type not in _TYPES:
        return "Invalid order type."
    if ticket.side not in (OrderSide.BID, OrderSide.ASK):
        return "Invalid order side."
    if not 0 < ticket.size <= MAX_SIZE:
        return "Invalid order size."
    if ticket.tag is not None and ticket.tag in used_tags:
        return "Invalid custom tag. The tag is already in use."
    if ticket.has_brackets:
        return "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets."
    if ticket.type == OrderType.LIMIT:
        return price_fault("limit", ticket.limit, contract)
    if ticket.type == OrderType.STOP:
        return price_fault("stop", ticket.stop, contract)
    return None


def price_fault(word: str, price: Decimal | None, contract: Contract) -> str | None:
    """Return what is wrong with an order's price, None where nothing is."""
    if price is None:
        return f"Invalid {word} price. Price is missing."
    if price <= 0:
        return f"Invalid {word} price. Price is outside allowed range."
    if not contract.is_on_grid(price):
        return f"Invalid {word} price. Price is not aligned to tick size."
    return None


def fill_price(order: Order, touch: Touch, *, arriving: bool) -> Decimal | None:
    """Return where the order trades on this touch, None where it rests.

    Market and triggered stop orders take the other side; a resting limit order gets its own
    price, an arriving one the touch. Stops are triggered by the last trade.
    """
    buys = order.ticket.side == OrderSide.BID
    other = touch.ask if buys else touch.bid
    limit, stop = order.ticket.limit, order.ticket.stop
    if order.ticket.type == OrderType.MARKET:
        return other
    if order.ticket.type == OrderType.LIMIT and limit is not None:
        meets = other <= limit if buys else other >= limit
        return (other if arriving else limit) if meets else None
    if order.ticket.type == OrderType.STOP and stop is not None:
        hit = touch.last >= stop if buys else touch.last <= stop
        return other if hit else None
    return None
