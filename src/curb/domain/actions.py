"""What to do: values that the core returns and the shell carries out."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from curb.domain.audit import AuditRow
from curb.domain.book import Fill, Order, Position, Side
from curb.domain.capability import Capability
from curb.domain.events import Link
from curb.domain.highs import High
from curb.domain.kept import KeptConfig
from curb.domain.locks import Grace, Lock
from curb.domain.market import Contract
from curb.domain.stops import StopChange


@dataclass(frozen=True, slots=True)
class CloseContract:
    """Close the whole position in a contract; harmless on a flat one."""

    request_id: int
    account_id: int
    contract_id: str


@dataclass(frozen=True, slots=True)
class ReduceContract:
    """Close `size` contracts of a position. Never repeated without a fresh read."""

    request_id: int
    account_id: int
    contract_id: str
    size: int


@dataclass(frozen=True, slots=True)
class OffsetPosition:
    """Sell what is long or buy what is short: `size` contracts at the market, called `tag`.

    For a close that the gateway turns down. Never repeated, and never without a fresh read.
    """

    request_id: int
    account_id: int
    contract_id: str
    side: Side
    size: int
    tag: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel a working order."""

    request_id: int
    account_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class PlaceStop:
    """Place a stop order called `tag`. Never repeated without a fresh read."""

    request_id: int
    account_id: int
    contract_id: str
    side: Side
    size: int
    price: Decimal
    tag: str


@dataclass(frozen=True, slots=True)
class MoveStop:
    """Bring a working stop to a price and a size; a size of None stays as it is."""

    request_id: int
    account_id: int
    order_id: int
    size: int | None
    price: Decimal


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """Read positions and working orders over REST; with `fills_since` also fills since then."""

    request_id: int
    account_id: int
    fills_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LearnContract:
    """Ask the gateway for a contract's tick size and value."""

    contract_id: str


@dataclass(frozen=True, slots=True)
class WatchQuotes:
    """Subscribe to a contract's quotes; told once for each."""

    contract_id: str


@dataclass(frozen=True, slots=True)
class RepairHub:
    """A hub that is up left something out: subscribe again, or connect anew."""

    link: Link
    is_anew: bool


Request = (
    CloseContract
    | ReduceContract
    | OffsetPosition
    | CancelOrder
    | PlaceStop
    | MoveStop
    | ReadAccount
)


@dataclass(frozen=True, slots=True)
class SaveLock:
    """Keep a lock, or replace the one with the same key."""

    lock: Lock


@dataclass(frozen=True, slots=True)
class EndLock:
    """A lock ended at its time, by reset or by its condition."""

    lock: Lock


@dataclass(frozen=True, slots=True)
class SaveGrace:
    """Keep a running grace period."""

    grace: Grace


@dataclass(frozen=True, slots=True)
class EndGrace:
    """A grace period ended."""

    grace: Grace


@dataclass(frozen=True, slots=True)
class SaveHigh:
    """Keep how far in profit a position has been, or replace what was kept."""

    high: High


@dataclass(frozen=True, slots=True)
class EndHigh:
    """The position of a high closed, turned or is another one."""

    high: High


@dataclass(frozen=True, slots=True)
class SaveStopChange:
    """Keep when a stop of a contract was last changed."""

    change: StopChange


@dataclass(frozen=True, slots=True)
class SaveFill:
    """Keep a fill, or its being void, under its trading day."""

    fill: Fill
    trading_day: date


@dataclass(frozen=True, slots=True)
class SavePosition:
    """Keep a position as last seen; size 0 removes it."""

    position: Position
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveOrder:
    """Keep a working order as last seen; a final status removes it."""

    order: Order
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveContract:
    """Keep what the gateway said of a contract."""

    contract: Contract
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveDay:
    """Keep the day's figures: realized P&L in the basis in force, and its peak."""

    account_id: int
    trading_day: date
    realized_pnl: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveUnrealized:
    """Keep what was open when a trading day ended, in dollars; a sum of None was not known.

    `exposure` is what the contracts were worth at their marks, long and short alike.
    """

    account_id: int
    trading_day: date
    unrealized: Decimal | None
    positions_count: int
    exposure: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveReset:
    """A trading day began."""

    account_id: int
    trading_day: date
    next_reset_at: datetime
    reset_time: str
    timezone: str


@dataclass(frozen=True, slots=True)
class SaveConfig:
    """Keep the configuration in force, or replace the one of the same slot."""

    config: KeptConfig


@dataclass(frozen=True, slots=True)
class SaveCapability:
    """Keep what the gateway lets Curb do with an account."""

    capability: Capability


@dataclass(frozen=True, slots=True)
class SaveAudit:
    """Keep an audit row, or its outcome when the id is known; closed rows are printed."""

    row: AuditRow


Record = (
    SaveLock
    | EndLock
    | SaveGrace
    | EndGrace
    | SaveHigh
    | EndHigh
    | SaveStopChange
    | SaveFill
    | SavePosition
    | SaveOrder
    | SaveContract
    | SaveDay
    | SaveUnrealized
    | SaveReset
    | SaveConfig
    | SaveCapability
    | SaveAudit
)

Action = Request | LearnContract | WatchQuotes | RepairHub | Record
