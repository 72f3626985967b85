"""What happened: the only things that change what Curb knows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from curb.domain.audit import AuditRow
from curb.domain.book import Account, Fill, Order, Position
from curb.domain.capability import Capability
from curb.domain.highs import High
from curb.domain.kept import KeptConfig
from curb.domain.locks import Grace, Lock
from curb.domain.market import Contract
from curb.domain.stops import StopChange


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """The user hub told of the account."""

    account: Account


@dataclass(frozen=True, slots=True)
class PositionSeen:
    """The user hub told of a position; size 0 means closed."""

    position: Position


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """The user hub told of an order."""

    order: Order


@dataclass(frozen=True, slots=True)
class FillSeen:
    """The user hub told of a fill, or that a known one is void."""

    fill: Fill


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """The market hub told of prices; None is what this update left out."""

    contract_id: str
    at: datetime
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ContractSeen:
    """The gateway described a contract."""

    contract: Contract


@dataclass(frozen=True, slots=True)
class AccountRead:
    """REST was asked. A list that is None was absent or not asked for: it says nothing.

    `began_at` is when the request left: what the hub told after that is newer.
    `fills_since` is the start of the window that `fills` covers.
    """

    request_id: int
    account_id: int
    began_at: datetime
    generation: int
    account: Account | None = None
    positions: tuple[Position, ...] | None = None
    orders: tuple[Order, ...] | None = None
    fills: tuple[Fill, ...] | None = None
    latency_ms: int | None = None


class Outcome(Enum):
    """What became of a request. UNKNOWN may or may not have had its effect."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Why(Enum):
    """Why a request was refused, as far as that says what may be tried next."""

    ACCOUNT = "account"  # this account may not do it over the API
    MARKET = "market"  # closed, halted or paused: it may be done when the market opens
    ORDER = "order"  # the order itself was turned down
    BUDGET = "budget"  # it did not leave: the minute's requests are used up


@dataclass(frozen=True, slots=True)
class RequestEnded:
    """A request of ours was answered, refused, or lost."""

    request_id: int
    outcome: Outcome
    latency_ms: int
    code: int | None = None
    words: str = ""
    why: Why | None = None  # of a refusal; None: none of the reasons that are told apart


class Link(Enum):
    """The three ways to the gateway."""

    REST = "rest"
    USER_HUB = "user hub"
    MARKET_HUB = "market hub"


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A link came up, went down or was lost. `words` says why, in the trader's words."""

    link: Link
    is_up: bool
    words: str
    generation: int = 0


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A deadline that the core named has come."""


@dataclass(frozen=True, slots=True)
class ConfigAdopted:
    """Another configuration is in force: every rule is asked again."""


@dataclass(frozen=True, slots=True)
class FlattenAsked:
    """By hand: close one symbol's positions, or everything and cancel all orders."""

    account_id: int
    symbol: str | None = None
    source: str = "key"


@dataclass(frozen=True, slots=True)
class SelfLockAsked:
    """By hand: lock the account, or one symbol, for `seconds`; None is until the next reset."""

    account_id: int
    seconds: int | None
    symbol: str | None = None
    source: str = "key"


@dataclass(frozen=True, slots=True)
class Restored:
    """What the database kept, told once before anything else.

    `positions`, `orders` and `days` decide nothing: REST tells them again, and the first
    read of each account in `watched` is compared with them. `days` is the newest day each
    account has figures of: account, trading day, realized P&L in dollars.

    `lost` says how state was lost or tampered with, "" where it was not; `lost_until` is
    the reset that was next when it was last whole.
    """

    locks: tuple[Lock, ...] = ()
    graces: tuple[Grace, ...] = ()
    highs: tuple[High, ...] = ()
    stop_changes: tuple[StopChange, ...] = ()
    fills: tuple[Fill, ...] = ()
    contracts: tuple[Contract, ...] = ()
    unfinished: tuple[AuditRow, ...] = ()
    resets: tuple[tuple[int, date], ...] = ()  # account, trading day last begun
    next_audit_id: int = 1
    last_seen_at: datetime | None = None
    configs: tuple[KeptConfig, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    positions: tuple[Position, ...] = ()
    orders: tuple[Order, ...] = ()
    days: tuple[tuple[int, date, Decimal], ...] = ()
    watched: tuple[int, ...] = ()  # accounts whose book was kept, an empty one too
    lost: str = ""
    lost_until: datetime | None = None


Event = (
    AccountSeen
    | PositionSeen
    | OrderSeen
    | FillSeen
    | QuoteSeen
    | ContractSeen
    | AccountRead
    | RequestEnded
    | LinkChanged
    | TimePassed
    | ConfigAdopted
    | FlattenAsked
    | SelfLockAsked
    | Restored
)


def ref(event: Event) -> str:
    """Name the event as the audit and the gateway's own record do."""
    match event:
        case FillSeen(fill):
            return f"trade {fill.id}"
        case OrderSeen(order):
            return f"order {order.id}"
        case PositionSeen(position):
            return f"position {position.id} size {position.size}"
        case QuoteSeen(contract_id=contract_id, at=at):
            return f"quote {contract_id} {at.isoformat(timespec='milliseconds')}"
        case AccountSeen(account):
            return f"account {account.id}"
        case AccountRead(request_id=request_id):
            return f"read {request_id}"
        case _:
            return type(event).__name__
