"""What `config.toml` holds, apart from the rules, whose fields stand in their own files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator

from curb.config.checks import Says, check_url, distinct_names
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


@dataclass(frozen=True, slots=True)
class Config:
    """A whole, valid configuration."""

    gateway: Gateway
    account: AccountTable
    day: Day
    config: ConfigTable
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
