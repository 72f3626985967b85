"""Orders, the touch, and where an order trades on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from curb.paper.contracts import Contract
from curb.wire.codes import OrderSide, OrderStatus, OrderType

# The real venue's ceiling is unknown; this one only keeps a typing error from overflowing.
MAX_SIZE = 10_000

# A suspended order waits for its parent's fill, one that is being cancelled may fill yet.
WORKING = (
    OrderStatus.OPEN,
    OrderStatus.PENDING,
    OrderStatus.PENDING_CANCELLATION,
    OrderStatus.SUSPENDED,
)

# Which kinds have a price of which word.
JOINING = (OrderType.JOIN_BID, OrderType.JOIN_ASK)
LIMITED = (OrderType.LIMIT, OrderType.STOP_LIMIT, *JOINING)
STOPPED = (OrderType.STOP, OrderType.STOP_LIMIT)
TRIGGERED = (*STOPPED, OrderType.TRAILING_STOP)


@dataclass(frozen=True, slots=True)
class Touch:
    """The market of one contract: best bid, best ask and the last trade."""

    bid: Decimal
    ask: Decimal
    last: Decimal


@dataclass(frozen=True, slots=True)
class Bracket:
    """An exit that comes with an entry: `ticks` from its fill, below it where negative."""

    ticks: int
    type: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """What someone asks for. `source` says who: "api", "close" or "trader".

    `trail` is a price level; its distance from the last trade is what a trailing stop keeps.
    """

    contract_id: str
    type: int
    side: int
    size: int
    limit: Decimal | None = None
    stop: Decimal | None = None
    tag: str | None = None
    source: str = "api"
    trail: Decimal | None = None
    stop_loss: Bracket | None = None
    take_profit: Bracket | None = None

    def joined(self, touch: Touch) -> "Ticket":
        """Return the ticket with the price that it joins, itself where it joins none."""
        if self.type not in JOINING:
            return self
        return replace(self, limit=touch.bid if self.type == OrderType.JOIN_BID else touch.ask)

    def plain(self) -> "Ticket":
        """Return what stays of it once it is an order; trail and brackets become orders' own."""
        return replace(self, trail=None, stop_loss=None, take_profit=None)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the account, in any status.

    `distance` is in ticks: of a trailing stop from the last trade, of a bracket's exit from
    the fill of its parent, signed. `fill_price` is the average of its fills.
    """

    id: int
    ticket: Ticket
    status: OrderStatus
    created_at: datetime
    updated_at: datetime
    filled: int = 0
    fill_price: Decimal | None = None
    parent_id: int | None = None
    linked_id: int | None = None
    distance: int | None = None
    is_triggered: bool = False

    @property
    def is_working(self) -> bool:
        """Tell whether it may still fill."""
        return self.status in WORKING

    @property
    def remaining(self) -> int:
        """Return the contracts not yet filled."""
        return self.ticket.size - self.filled

    @property
    def sign(self) -> int:
        """Return 1 for a purchase, -1 for a sale."""
        return 1 if self.ticket.side == OrderSide.BID else -1

    def at(self, status: OrderStatus, now: datetime) -> "Order":
        """Return the order in another status."""
        return replace(self, status=status, updated_at=now)

    def sized(self, size: int, now: datetime) -> "Order":
        """Return the order with another size."""
        return replace(self, ticket=replace(self.ticket, size=size), updated_at=now)


def price_fault(word: str, price: Decimal | None, contract: Contract) -> str | None:
    """Return what is wrong with an order's price, None where nothing is."""
    if price is None:
        return f"Invalid {word} price. Price is missing."
    if price <= 0:
        return "Invalid price. Price is outside allowed range."
    if not contract.is_on_grid(price):
        return f"Invalid {word} price. Price is not aligned to tick size."
    return None


def is_hit(order: Order, touch: Touch) -> bool:
    """Tell whether the last trade reached the stop of an order that waits for it."""
    stop = order.ticket.stop
    if order.ticket.type not in TRIGGERED or order.is_triggered or stop is None:
        return False
    return (touch.last - stop) * order.sign >= 0


def fill_price(order: Order, touch: Touch, *, arriving: bool) -> Decimal | None:
    """Return where the order trades on this touch, None where it rests.

    Market and triggered stop orders take the other side; a resting limit order gets its own
    price, an arriving one the touch. A stop that was not triggered rests.
    """
    if order.ticket.type in TRIGGERED and not order.is_triggered:
        return None
    other = touch.ask if order.sign > 0 else touch.bid
    limit = order.ticket.limit
    if order.ticket.type not in LIMITED or limit is None:
        return other
    if (limit - other) * order.sign < 0:
        return None
    return other if arriving else limit
