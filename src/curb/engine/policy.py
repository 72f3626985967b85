"""The configuration as the engine uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from zoneinfo import ZoneInfo

from curb.config.canonical import canonical, digest
from curb.config.models import Backup, Config
from curb.domain.alerts import AlertPlan
from curb.domain.blind import BlindPlan
from curb.domain.retention import RetentionPlan
from curb.domain.sessions import TradingDays
from curb.domain.snapshot import UiView
from curb.domain.upkeep import BackupPlan
from curb.rules.listing import RULES
from curb.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that watch, in the order of their numbers, and what they are measured by."""

    rules: tuple[Rule, ...]
    days: TradingDays
    basis: str  # "net" or "gross"
    digest: str  # of the whole configuration, for every audit row
    total: int  # rules that exist, watching or not
    off: tuple[Rule, ...] = ()  # switched off; a lock of theirs still ends by its condition
    accounts: Mapping[str, "Policy"] = field(default_factory=dict)  # whose rules are others
    text: str = ""  # the configuration that it stands for, canonical
    keys: Mapping[str, str] = field(default_factory=dict)  # of the screens, by command
    ui: UiView = field(default_factory=UiView)  # of the screens
    alerts: AlertPlan = field(default_factory=AlertPlan)
    retention: RetentionPlan = field(default_factory=RetentionPlan)
    backup: BackupPlan = field(default_factory=BackupPlan)
    blind: BlindPlan = field(default_factory=BlindPlan)

    @classmethod
    def of(cls, config: Config) -> "Policy":
        """Return what a configuration means for the engine."""
        text = canonical(config)
        everybody = cls(
            _armed(config.rules),
            config.day.trading_days(),
            config.day.pnl_basis,
            digest(text),
            len(RULES),
            _off(config.rules),
            text=text,
            keys=config.keys,
            ui=UiView(**config.ui.model_dump()),
            alerts=AlertPlan(**config.alerts.model_dump()),
            retention=RetentionPlan(**config.retention.model_dump()),
            backup=_backup(config.backup),
            blind=config.blind.plan(),
        )
        own = {name: config.rules_of(name) for name in config.overrides}
        accounts = {
            name: replace(everybody, rules=_armed(rules), off=_off(rules))
            for name, rules in own.items()
        }
        return replace(everybody, accounts=accounts)

    def of_account(self, name: str) -> "Policy":
        """Return the policy in force for the account of that name."""
        return self.accounts.get(name, self)


def _armed(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.enabled)


def _backup(table: Backup) -> BackupPlan:
    at, zone = time.fromisoformat(table.time), ZoneInfo(table.timezone)
    return BackupPlan(**table.model_dump() | {"time": at, "timezone": zone})


def _off(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if not rule.enabled)
