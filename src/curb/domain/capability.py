"""What the gateway lets Curb do with an account, as its last definite answers told."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What can be relied on. ENFORCING: nothing that is needed was refused."""

    ENFORCING = "ENFORCING"
    CLOSE_ONLY = "CLOSE-ONLY"
    MONITOR_ONLY = "MONITOR-ONLY"


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether whole positions, parts and orders were closed and cancelled, or refused.

    None: it was not tried yet. A refusal counts only where it is for the account.
    """

    account_id: int
    can_close: bool | None = None
    can_reduce: bool | None = None
    can_cancel: bool | None = None

    @property
    def verdict(self) -> Verdict:
        """The word for it."""
        if self.can_close is False:
            return Verdict.MONITOR_ONLY
        if self.can_reduce is False or self.can_cancel is False:
            return Verdict.CLOSE_ONLY
        return Verdict.ENFORCING

    @property
    def words(self) -> str:
        """What is known behind the word, in a few more."""
        refused = {
            "closes": self.can_close,
            "partial closes": self.can_reduce,
            "cancels": self.can_cancel,
        }
        names = [name for name, can in refused.items() if can is False]
        if names:
            return f"the gateway refuses {', '.join(names)} for this account"
        return "closes work" if self.can_close else "no close has come through yet"
