"""What `config.toml` holds, apart from the rules, whose fields stand in their own files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from curb.config.checks import Says, check_folder, check_url, distinct_names
from curb.domain.blind import BlindPlan
from curb.domain.sessions import TradingDays
from curb.domain.spelling import clock, zone
from curb.rules.rule import Rule

R = TypeVar("R", bound=Rule)


class Table(BaseModel):
    """A table of the file: every key known, every type exact."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


class Gateway(Table):
    """Which gateway Curb talks to. A change needs a restart and keeps every lock."""

    name: Literal["paper", "topstepx", "custom"]
    """"paper" is the practice gateway inside Curb; everything else is live."""
    api_url: str
    """REST address, for "custom" only."""
    user_hub: str
    """Address of the account's events, for "custom" only."""
    market_hub: str
    """Address of the quotes, for "custom" only."""

    @field_validator("api_url", "user_hub", "market_hub")
    @classmethod
    def _belongs_to_custom(cls, url: str, info: ValidationInfo) -> str:
        # A wrong name has its own error; there is nothing to compare with then.
        name = info.data.get("name")
        return url if name is None else check_url(url, is_custom=name == "custom")


class AccountTable(Table):
    """Which accounts are watched."""

    names: Annotated[
        tuple[str, ...],
        AfterValidator(distinct_names),
        Says("a list of account names, each once"),
    ]
    """Account names; none: every active account."""


class Day(Table):
    """The trading day, and what its loss is counted in."""

    reset_time: Annotated[str, AfterValidator(clock), Says('a time of day like "17:00"')]
    """Wall time at which the trading day ends, HH:MM."""
    timezone: Annotated[str, AfterValidator(zone), Says('a time zone like "America/Chicago"')]
    """IANA zone of `reset_time`."""
    pnl_basis: Literal["net", "gross"]
    """"net" subtracts fees and commissions."""

    def trading_days(self) -> TradingDays:
        """Return the calendar of the resets."""
        return TradingDays(time.fromisoformat(self.reset_time), ZoneInfo(self.timezone))


class ConfigTable(Table):
    """How changes to the file come into force."""

    auto_reload: bool
    """Whether a saved file is read by itself; else with the key `r`."""
    loosen: Literal["at_reset", "now"]
    """When a looser limit applies; "now" counts on the paper gateway only."""


class Blind(Table):
    """What follows where an open position is not told of: its account or its price."""

    poll_s: Annotated[Decimal, Field(ge=1, le=5)]
    """Seconds between reads over REST while the user hub is silent."""
    alert_s: Annotated[int, Field(ge=5, le=300)]
    """Seconds after which it is told."""
    act_s: Annotated[int, Field(ge=10, le=3_600)]
    """Seconds after which `action` is taken."""
    action: Literal["alert", "flatten"]
    """"alert" only tells; "flatten" closes everything."""

    def plan(self) -> BlindPlan:
        """Return it as the engine uses it."""
        return BlindPlan(
            poll=timedelta(seconds=float(self.poll_s)),
            alert=timedelta(seconds=self.alert_s),
            act=timedelta(seconds=self.act_s),
            action=self.action,
        )


class Ui(Table):
    """How every screen looks and what it says aloud; a change applies at once."""

    theme: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$"), Says("the name of a theme")]
    """Colors, by the name of a theme; "auto" fits them to the terminal."""
    glyphs: Literal["auto", "unicode", "ascii"]
    """Which characters bars and boxes are made of."""
    refresh_hz: Annotated[int, Field(ge=1, le=10)]
    """Paints a second; what matters is painted at once in any case."""
    bell: Literal["off", "breach", "all"]
    """Which rows of the audit ring the terminal's bell; "all": warnings too."""
    notes: Literal["off", "breach", "all"]
    """Which rows become a note of the desktop, through the terminal."""
    title: bool
    """Whether the terminal's window is named after the state."""
    plain: bool
    """One column without boxes, bars and big figures: for a screen reader."""


class Alerts(Table):
    """What is told elsewhere; addresses and tokens stand in the environment."""

    least: Literal["off", "breach", "warn", "all"]
    """The least that is told: enforced and failed, warnings too, or everything."""
    per_minute: Annotated[int, Field(ge=1, le=60)]
    """Messages in any 60 seconds; what is more is counted in one."""
    phone: Annotated[str, Field(pattern=r"^[0-9+() /-]{0,32}$"), Says("a phone number, or nothing")]
    """Whom to call where a position cannot be closed: the broker's desk; "": nobody."""


_Days = Annotated[int, Field(ge=1, le=36_500)]


class Retention(Table):
    """For how many days rows are kept; what a rule or a restart needs stays longer."""

    fills_days: Annotated[int, Field(ge=7, le=36_500)]
    """Fills whose round turn is closed; the three newest days that traded stay in any case."""
    daily_pnl_days: _Days
    """Each day's realized result."""
    unrealized_days: _Days
    """What was open at the end of each day."""
    audit_days: Annotated[int, Field(ge=30, le=36_500)]
    """The audit, by whole months; what leaves the database stays in archive/audit."""
    contracts_days: _Days
    """Descriptions of contracts that nothing kept names."""


class Backup(Table):
    """Copies of the database, made while the engine runs."""

    enabled: bool
    """Whether one is made each day."""
    time: Annotated[str, AfterValidator(clock), Says('a time of day like "16:30"')]
    """Wall time of the day's backup, HH:MM; one that was missed is made up."""
    timezone: Annotated[str, AfterValidator(zone), Says('a time zone like "America/New_York"')]
    """IANA zone of `time`."""
    daily: Annotated[int, Field(ge=1, le=366)]
    """How many of the newest days keep their backup."""
    weekly: Annotated[int, Field(ge=0, le=520)]
    """How many of the newest weeks keep one."""
    monthly: Annotated[int, Field(ge=0, le=1_200)]
    """How many of the newest months keep one."""
    folder: Annotated[str, Field(max_length=400)]
    """Where they are kept; "": backups in the state directory."""

    @field_validator("folder")
    @classmethod
    def _is_absolute(cls, folder: str) -> str:
        # The engine's working directory is whatever the shell's was.
        return check_folder(folder)


@dataclass(frozen=True, slots=True)
class Config:
    """A whole, valid configuration."""

    gateway: Gateway
    account: AccountTable
    day: Day
    config: ConfigTable
    blind: Blind
    ui: Ui
    alerts: Alerts
    retention: Retention
    backup: Backup
    rules: tuple[Rule, ...]
    """Every rule that this version knows, in the order of their numbers."""
    overrides: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    """By account name: the rules that are others there, in the order of their numbers."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By command of the screen: the key that does it."""

    def rules_of(self, account: str) -> tuple[Rule, ...]:
        """Return every rule as it holds for the account of that name."""
        own = {rule.key: rule for rule in self.overrides.get(account, ())}
        return tuple(own.get(rule.key, rule) for rule in self.rules)

    def rule(self, kind: type[R]) -> R:
        """Return the rule of class `kind`. Raises LookupError where there is none."""
        for rule in self.rules:
            if isinstance(rule, kind):
                return rule
        raise LookupError(f"expected a rule {kind.key}, found none")

    @property
    def armed(self) -> tuple[Rule, ...]:
        """The rules that watch: enabled, whether they enforce or warn."""
        return tuple(rule for rule in self.rules if rule.enabled)

    @property
    def is_loosened_at_once(self) -> bool:
        """Whether a looser limit applies without waiting: in practice only."""
        return self.config.loosen == "now" and self.gateway.name == "paper"
