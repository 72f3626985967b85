"""The words of the audit (rules.md section 5)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

MANUAL = "MANUAL"
SELF_LOCK = "SELF-LOCK"
CONFIG = "CONFIG"
LINK = "LINK"
ENGINE = "ENGINE"


class Act(Enum):
    """The `action` of an audit row."""

    CLOSE_POSITION = "close_position"
    REDUCE_POSITION = "reduce_position"
    FLATTEN = "flatten"
    CANCEL_ORDERS = "cancel_orders"
    PLACE_STOP = "place_stop"
    MOVE_STOP = "move_stop"
    LOCK = "lock"
    COOLDOWN = "cooldown"
    UNLOCK = "unlock"
    WARN = "warn"
    NOT_EVALUATED = "not_evaluated"
    CONFIG_APPLIED = "config_applied"
    CONFIG_PENDING = "config_pending"
    CONFIG_REFUSED = "config_refused"
    RESET = "reset"
    START = "start"
    STOP = "stop"
    GAP = "gap"
    UPKEEP = "upkeep"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit: who did what, why, and what came of it.

    `success` is None while the outcome is open. `execution_time_ms` runs from the event
    that breached to the read that shows the result, None where nothing was sent.
    """

    id: int
    at: datetime
    account_id: int | None
    account: str | None
    rule: str
    action: Act
    reason: str
    symbol: str | None = None
    success: bool | None = True
    execution_time_ms: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
