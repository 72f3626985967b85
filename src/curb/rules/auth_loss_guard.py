"""RULE-010: whether the gateway lets the account trade."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from curb.domain.audit import Act
from curb.domain.decisions import Breach, Decision, Release, Warn, measured
from curb.domain.events import AccountRead, AccountSeen, Event
from curb.domain.headroom import Adds, Headroom
from curb.domain.locks import Lock, LockKind
from curb.rules.rule import Rule
from curb.state.account import AccountState


class AuthLossGuard(Rule):
    """The gateway no longer lets the account trade: flat, and locked until it does again."""

    id: ClassVar = "RULE-010"
    key: ClassVar = "auth_loss_guard"
    title: ClassVar = "Trading permission"
    wakes: ClassVar = frozenset((AccountSeen, AccountRead))

    check_on_start: bool
    """Whether an account that may not trade when Curb starts is locked, too."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach once the account may not trade, a warning where nothing is said."""
        del event
        allowed = account.account.can_trade
        if allowed is None:
            return (Warn(self.id, "the gateway does not say whether the account may trade"),)
        if allowed or account.lockouts.get(self.id):
            return ()
        if not self.check_on_start and not account.could_trade:
            return ()
        reason = "the gateway does not let the account trade (canTrade is false)"
        lock = Lock(
            account_id=account.account.id,
            rule=self.id,
            kind=LockKind.LOCKOUT,
            since=now,
            until=None,
            reason=reason,
        )
        is_exposed = bool(account.positions.exposures()) or any(True for _ in account.positions)
        act = Act.FLATTEN if is_exposed else Act.LOCK
        numbers = measured("canTrade", "false", "is not", "true", self.clause("check_on_start"))
        return (Breach(self.id, act, reason, everything=True, lock=lock, numbers=numbers),)

    def releases(self, account: AccountState) -> tuple[Release, ...]:
        """Return the rule's lock once the account may trade again."""
        if account.account.can_trade is not True or not account.lockouts.get(self.id):
            return ()
        return (Release(self.id, None, "the account may trade again (canTrade is true)"),)

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return whether the account may trade."""
        del now
        allowed = account.account.can_trade
        if allowed is None:
            return Headroom("?", "", None, "the gateway does not say whether it may trade")
        return Headroom("allowed" if allowed else "refused", "", Decimal(0 if allowed else 1))

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return 0 where the account may not trade."""
        del symbol, sign, now
        if account.account.can_trade is not False:
            return None
        return Adds(0, "the gateway does not let the account trade")
