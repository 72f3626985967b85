"""What a screen shows, as one frozen value; nothing in it needs arithmetic.

None means unknown, and is shown as unknown.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from curb.domain.health import UNMEASURED, HealthView


@dataclass(frozen=True, slots=True)
class FireView:
    """The mark of a contract at which a rule fires, all else as it is now."""

    rule: str
    contract_id: str
    name: str
    price: Decimal
    decimals: int  # digits behind the point of a price
    is_above: bool  # above the mark of now, else below


@dataclass(frozen=True, slots=True)
class PositionView:
    """A row of the positions pane."""

    contract_id: str
    name: str
    symbol: str
    size: int  # signed
    limit: int | None  # RULE-002's limit of the symbol
    average: Decimal | None
    mark: Decimal | None
    mark_at: datetime | None
    is_stale: bool
    ticks: Decimal | None
    unrealized: Decimal | None
    stop: Decimal | None
    stop_word: str  # "ok", "none", "part", "passed"
    opened_at: datetime | None
    note: str  # what a rule is about to do, or ""
    decimals: int  # digits behind the point of a price
    fires: tuple[FireView, ...] = ()  # the nearest below the mark, the nearest above
    target: Decimal | None = None  # the working limit order that closes; None: there is none
    stop_ticks: Decimal | None = None  # from the mark to the stop
    at_risk: Decimal | None = None  # dollars from the mark to the stops; None: unknown, or bare
    says: tuple[str, ...] = ()  # the most urgent that rules have to say of it


@dataclass(frozen=True, slots=True)
class OrderView:
    """A working order."""

    id: int
    name: str
    symbol: str
    words: str  # "SELL STOP 2 @ 21330.00"


@dataclass(frozen=True, slots=True)
class LimitView:
    """A limit of the account in dollars, and how far it is used."""

    rule: str
    label: str  # "Day loss"
    value: Decimal | None  # signed; None: it cannot be evaluated
    limit: Decimal  # signed as the value: a loss is negative
    used: Decimal | None  # share of the limit, 0 to 1 and beyond
    left: Decimal | None  # dollars until it fires, 0 at least


@dataclass(frozen=True, slots=True)
class StripView:
    """The day's P&L over time: the least and the most of each of equal spans, whole dollars.

    A span in which it was never known is None in both.
    """

    since: datetime
    until: datetime  # of the newest sample
    lows: tuple[Decimal | None, ...]
    highs: tuple[Decimal | None, ...]
    is_late: bool  # what the day was before `since` is not known


@dataclass(frozen=True, slots=True)
class PnlView:
    """The daily P&L pane: dollars, losses negative, fees positive."""

    trading_day: date
    realized: Decimal
    open: Decimal | None
    is_open_partial: bool  # a position has no mark: `open` sums the known ones
    total: Decimal | None
    fees: Decimal
    limit: Decimal | None  # the loss limit, positive; None where RULE-003 is off
    used: Decimal | None  # share of the limit, 0 to 1 and beyond
    basis: str  # "total" or "realized"
    peak: Decimal
    low: Decimal
    limits: tuple[LimitView, ...] = ()  # every armed limit of money of the whole account
    strip: StripView | None = None  # None: nothing was sampled yet


@dataclass(frozen=True, slots=True)
class WindowView:
    """A row of the trade frequency pane."""

    label: str  # "minute", "hour", "session"
    count: int
    limit: int | None
    frees_at: datetime | None  # when a trade leaves the window and there is room for one more
    cooldown_s: int = 0  # that follows a trade too many
    then: str = ""  # what a trade too many does: "cooldown 1m"


@dataclass(frozen=True, slots=True)
class TimerView:
    """A row of the timers pane."""

    kind: str  # "LOCK", "COOL", "GRACE", "HOURS", "RESET"
    scope: str  # a symbol, or "ACCT"
    rule: str
    reason: str
    since: datetime
    until: datetime | None  # None: a condition ends it
    then: str  # what happens at zero
    is_covered: bool = False  # a grace period whose position has its stop: nothing happens


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule and whether it is watching."""

    id: str
    title: str
    word: str  # "ok", "warn", "warn only", "off", "not evaluated", "LOCKED", "COOLDOWN", "GRACE"
    value: str
    limit: str
    used: Decimal | None = None  # share of the limit, 0 to 1 and beyond
    blind: str = ""  # why it is not evaluated, "" where it is
    fires: tuple[FireView, ...] = ()  # one for each position whose mark alone can do it
    is_warn_only: bool = False  # it tells and does not act
    left: str = ""  # to the limit, in dollars or counted things; "" where there is no such thing


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account, whole."""

    id: int
    name: str
    state: str  # "OPEN", "COOLDOWN", "LOCKED", "FLATTENING", "BLOCKED" (by a closed market)
    armed: int  # rules that watch and are evaluated; none before the first read
    can_trade: bool | None
    balance: Decimal | None
    positions: tuple[PositionView, ...]
    orders: tuple[OrderView, ...]
    pnl: PnlView
    windows: tuple[WindowView, ...]
    timers: tuple[TimerView, ...]
    rules: tuple[RuleView, ...]
    alert: str  # a red sentence until the cause has gone, or ""
    read_at: datetime | None = None  # when the last whole read over REST began
    differences: int = 0  # what reads showed since the first that no hub had told
    is_known: bool = True  # whether what it holds was told at all
    verdict: str = "ENFORCING"  # what the gateway lets Curb do: or "CLOSE-ONLY", "MONITOR-ONLY"
    verdict_words: str = ""  # what is known behind it


@dataclass(frozen=True, slots=True)
class LinkView:
    """A way to the gateway: `word` is "ok", "slow", "down", "auth", or "silent".

    A hub is silent that is up and leaves out what REST shows, or the quotes of what is held.
    """

    name: str
    word: str
    since: datetime | None
    heard_at: datetime | None  # when it last said anything
    latency_ms: int | None


@dataclass(frozen=True, slots=True)
class KeyView:
    """A command of the screen, and the key that does it."""

    id: str
    key: str


@dataclass(frozen=True, slots=True)
class UiView:
    """How the configuration wants every screen: its table `[ui]`."""

    theme: str = "auto"
    glyphs: str = "auto"  # "auto", "unicode", "ascii"
    refresh_hz: int = 4
    bell: str = "off"  # "off", "breach", "all"
    notes: str = "off"  # the same
    title: bool = True
    plain: bool = False


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check of the pre-flight; `words` is "ok", or what is missing."""

    name: str
    is_green: bool
    words: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a screen needs at one moment. Times are UTC, `at` is the trusted clock."""

    at: datetime
    version: str
    pid: int
    started_at: datetime
    is_paper: bool
    gateway: str
    config_path: str
    config_hash: str
    armed: int  # of the account with the fewest
    rules: int  # rules that exist, watching or not
    rest: LinkView
    user_hub: LinkView
    market_hub: LinkView
    accounts: tuple[AccountView, ...]
    store_word: str  # "ok", or what is wrong with the database
    audit_count: int
    keys: tuple[KeyView, ...]
    ui: UiView = field(default_factory=UiView)
    health: HealthView = UNMEASURED
    preflight: tuple[CheckView, ...] = ()  # of a real account; none on paper
    is_ready: bool = True  # the pre-flight was green once, or there is none
    is_first: bool = False  # nothing was watched here before, and nobody was welcomed yet
    state_dir: str = ""
