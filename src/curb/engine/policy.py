"""The configuration as the engine uses it."""

from dataclasses import dataclass

from curb.config.canonical import digest
from curb.config.models import Config
from curb.domain.sessions import TradingDays
from curb.rules.listing import RULES
from curb.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that watch, in the order of their numbers, and what they are measured by."""

    rules: tuple[Rule, ...]
    days: TradingDays
    basis: str  # "net" or "gross"
    digest: str  # of the configuration, for every audit row
    total: int  # rules that exist, watching or not
    off: tuple[Rule, ...] = ()  # switched off; a lock of theirs still ends by its condition

    @classmethod
    def of(cls, config: Config) -> "Policy":
        """Return what a configuration means for the engine."""
        rules = tuple(rule for rule in config.rules if rule.enabled)
        return cls(
            rules,
            config.day.trading_days(),
            config.day.pnl_basis,
            digest(config),
            len(RULES),
            tuple(rule for rule in config.rules if not rule.enabled),
        )

    def enforces(self, rule_id: str) -> bool:
        """Tell whether the rule acts; else it only tells."""
        return any(rule.id == rule_id and rule.mode == "enforce" for rule in self.rules)
