"""What a broker keeps for a trader: account, positions, orders, fills."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from curb.domain.money import ZERO


class Side(Enum):
    """The side of an order or fill, as the sign it gives to a position."""

    BUY = 1
    SELL = -1


class OrderType(Enum):
    """What makes an order execute."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop limit"
    TRAILING_STOP = "trailing stop"
    OTHER = "other"

    @property
    def is_stop(self) -> bool:
        """Whether it protects a position: stop, stop-limit or trailing stop."""
        return self in _STOPS


_LIMITED = frozenset((OrderType.LIMIT, OrderType.STOP_LIMIT))
_TRIGGERED = frozenset((OrderType.STOP, OrderType.STOP_LIMIT))
_STOPS = _TRIGGERED | {OrderType.TRAILING_STOP}


class OrderStatus(Enum):
    """Where an order stands. UNKNOWN is treated as working."""

    OPEN = "open"
    PENDING = "pending"
    PENDING_CANCELLATION = "pending cancellation"
    SUSPENDED = "suspended"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether the order can never execute again."""
        return self in _FINAL


_FINAL = frozenset(
    (OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REJECTED)
)


@dataclass(frozen=True, slots=True)
class Account:
    """A trading account. `can_trade` is None where the gateway did not say."""

    id: int
    name: str
    balance: Decimal | None = None
    can_trade: bool | None = None
    is_simulated: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """The net position in one contract. Size is signed: long above 0, short below, 0 flat.

    `is_side_known` is False where the gateway gave a size without a direction: such a
    position is open, and its profit and loss unknown.
    """

    account_id: int
    contract_id: str
    size: int
    average_price: Decimal | None = None
    opened_at: datetime | None = None
    id: int | None = None
    is_side_known: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """An order at the venue.

    `trailing_amount` is the distance in price that a trailing stop keeps, above 0;
    `filled_price` is the average of what has filled.
    """

    id: int
    account_id: int
    contract_id: str
    side: Side
    type: OrderType
    status: OrderStatus
    size: int
    filled: int = 0
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    tag: str | None = None
    parent_id: int | None = None
    trailing_amount: Decimal | None = None
    filled_price: Decimal | None = None

    @property
    def lacks(self) -> str:
        """What an order of its type has and this one does not, "" where nothing is missing.

        One that has ended needs nothing; the child of an entry has no prices until that fills.
        """
        if self.status.is_final or self.status is OrderStatus.SUSPENDED:
            return ""
        if self.type in _LIMITED and self.limit_price is None:
            return "limit price"
        if self.type in _TRIGGERED and self.stop_price is None:
            return "stop price"
        has_distance = self.trailing_amount is not None or self.stop_price is not None
        if self.type is OrderType.TRAILING_STOP and not has_distance:
            return "trailing amount"
        return ""

    @property
    def remaining(self) -> int:
        """Contracts not yet filled."""
        return max(self.size - self.filled, 0)


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution, a half-turn. `at` is the venue's time.

    `pnl` is gross and None on a half that opened exposure; `fees` and `commissions` are
    positive amounts charged on every half.
    """

    id: int
    account_id: int
    contract_id: str
    order_id: int
    side: Side
    size: int
    price: Decimal
    at: datetime
    pnl: Decimal | None = None
    fees: Decimal = ZERO
    commissions: Decimal = ZERO
    is_voided: bool = False

    @property
    def signed(self) -> int:
        """Contracts with the sign they add to the position."""
        return self.side.value * self.size

    @property
    def costs(self) -> Decimal:
        """Fees and commissions, a positive amount."""
        return self.fees + self.commissions

    def result(self, basis: str) -> Decimal:
        """Return what the half-turn made, in dollars; `basis` "net" takes its costs off."""
        gross = self.pnl or ZERO
        return gross - self.costs if basis == "net" else gross
