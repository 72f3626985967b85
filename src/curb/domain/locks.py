"""Lockouts, cooldowns and grace periods as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class LockKind(Enum):
    """A lockout keeps the account flat; a cooldown lets nothing be added."""

    LOCKOUT = "lockout"
    COOLDOWN = "cooldown"


@dataclass(frozen=True, slots=True)
class Lock:
    """What a rule forbids, on the account or on one symbol, and until when.

    `until` is None where a condition ends it, not a time. `ceilings` holds, for a
    cooldown, the signed positions at the moment of breach by contract; a contract that is
    not named has a ceiling of 0.
    """

    account_id: int
    rule: str
    kind: LockKind
    since: datetime
    until: datetime | None
    reason: str
    symbol: str | None = None
    ceilings: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> tuple[int, str, str | None]:
        """Account, rule and symbol: one lock each."""
        return (self.account_id, self.rule, self.symbol)


@dataclass(frozen=True, slots=True)
class Grace:
    """A running grace period of a rule for one contract."""

    account_id: int
    rule: str
    contract_id: str
    started_at: datetime
    due_at: datetime

    @property
    def key(self) -> tuple[int, str, str]:
        """Account, rule and contract: one grace period each."""
        return (self.account_id, self.rule, self.contract_id)
